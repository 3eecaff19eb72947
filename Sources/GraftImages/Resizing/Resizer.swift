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
  private var row: [UInt16] = []
  private var sums: [SIMD8<UInt16>] = []
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
    // Pixels are read two at a time, past the end where the second has no weight.
    let room = image.width * 3 + columns.taps * 3 + 8
    if row.count < room { row = [UInt16](repeating: 0, count: room) }
    if sums.count < placement.width { sums = [SIMD8<UInt16>](repeating: .zero, count: placement.width) }
    let isShort = max(columns.taps, rows.taps) <= FixedPointMix.maximumTaps
    return image.pixels.withUnsafeBufferPointer { source in
      row.withUnsafeMutableBufferPointer { row in
        sums.withUnsafeMutableBufferPointer { sums in
          PixelImage(width: placement.width, height: placement.height) { destination in
            guard let source = source.baseAddress, let row = row.baseAddress, let sums = sums.baseAddress else {
              return
            }
            let stride = image.width * 3
            for y in 0..<placement.height {
              let out = destination + y * placement.width * 3
              if isShort {
                FixedPointMix.rows(source, stride: stride, rows, y, into: row)
                FixedPointMix.columns(row, columns, sums: sums, into: out)
              } else {
                ExactMix.rows(source, stride: stride, rows, y, into: row)
                ExactMix.columns(row, columns, into: out)
              }
            }
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
}
