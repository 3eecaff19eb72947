/// Resizes pictures with an antialiased triangle filter, the one that Pillow calls `BILINEAR`.
///
/// Results are within 1 of 255 of Pillow's and of `tf.image.resize(antialias=True)`'s. Tables and scratch memory are kept
/// between pictures; a resizer belongs to one worker at a time.
///
/// ```swift
/// let small = Resizer().resize(image, width: 224, height: 224)
/// ```
public final class Resizer {
  private var tables: [ResizeTable.Key: ResizeTable] = [:]
  private var row: [Float] = []
  // Pictures of a thousand sizes must not keep a thousand tables.
  private let maximumTables = 64

  /// Makes a resizer.
  public init() {}

  /// Resizes to `width` × `height`, which must be positive, fitting the picture as `fit` says.
  public func resize(_ image: PixelImage, width: Int, height: Int, fit: ImageFit = .stretch) -> PixelImage {
    precondition(width > 0 && height > 0, "A size of at least 1×1 is needed, received \(width)×\(height).")
    let placement = ImagePlacement(image.width, image.height, width, height, fit)
    return resize(image, placement).placed(placement)
  }

  /// Resizes the part of a picture that `placement` names to the size that it takes.
  func resize(_ image: PixelImage, _ placement: ImagePlacement) -> PixelImage {
    if placement.width == image.width, placement.height == image.height,
      placement.partWidth == Double(image.width), placement.partHeight == Double(image.height)
    {
      return image
    }
    let columns = table(
      .init(length: image.width, start: placement.x, extent: placement.partWidth, count: placement.width))
    let rows = table(
      .init(length: image.height, start: placement.y, extent: placement.partHeight, count: placement.height))
    // One spare float, because pixels are read four floats at a time.
    if row.count < image.width * 3 + 1 { row = [Float](repeating: 0, count: image.width * 3 + 1) }
    return image.pixels.withUnsafeBufferPointer { source in
      row.withUnsafeMutableBufferPointer { row in
        PixelImage(width: placement.width, height: placement.height) { destination in
          guard let source = source.baseAddress, let row = row.baseAddress else { return }
          let stride = image.width * 3
          for y in 0..<placement.height {
            Self.mixRows(source, stride: stride, rows, y, into: row)
            Self.mixColumns(row, columns, into: destination + y * placement.width * 3)
          }
        }
      }
    }
  }

  private func table(_ key: ResizeTable.Key) -> ResizeTable {
    if let table = tables[key] { return table }
    if tables.count >= maximumTables { tables.removeAll(keepingCapacity: true) }
    let table = ResizeTable(key)
    tables[key] = table
    return table
  }

  /// One output row before its columns are mixed: the weighted sum of source rows, in floats.
  private static func mixRows(
    _ source: UnsafePointer<UInt8>, stride: Int, _ table: ResizeTable, _ y: Int, into row: UnsafeMutablePointer<Float>
  ) {
    var line = source + table.starts[y] * stride
    let first = y * table.taps
    let weight = table.weights[first]
    for index in 0..<stride { row[index] = Float(line[index]) * weight }
    for tap in 1..<max(table.counts[y], 1) {
      line += stride
      let weight = table.weights[first + tap]
      for index in 0..<stride { row[index] += Float(line[index]) * weight }
    }
  }

  private static func mixColumns(
    _ row: UnsafePointer<Float>, _ table: ResizeTable, into out: UnsafeMutablePointer<UInt8>
  ) {
    table.weights.withUnsafeBufferPointer { weights in
      table.starts.withUnsafeBufferPointer { starts in
        table.counts.withUnsafeBufferPointer { counts in
          for x in 0..<starts.count {
            var pixel = UnsafeRawPointer(row + starts[x] * 3)
            var sum = SIMD4<Float>(repeating: 0)
            for tap in 0..<counts[x] {
              sum += pixel.loadUnaligned(as: SIMD4<Float>.self) * weights[x * table.taps + tap]
              pixel += 3 * MemoryLayout<Float>.stride
            }
            // Adding 2²³ leaves the rounded integer in the low bits: no conversion, no check, the same everywhere.
            let bits = unsafeBitCast(sum + 0x1p23, to: SIMD4<UInt32>.self)
            out[3 * x] = UInt8(truncatingIfNeeded: bits.x)
            out[3 * x + 1] = UInt8(truncatingIfNeeded: bits.y)
            out[3 * x + 2] = UInt8(truncatingIfNeeded: bits.z)
          }
        }
      }
    }
  }
}
