internal import CPixels

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
  private var scratch: [UInt16] = []
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
    let stride = image.width * 3
    return image.pixels.withUnsafeBufferPointer { source in
      PixelImage(width: placement.width, height: placement.height) { destination in
        rows.withTable { rows in
          columns.withTable { columns in
            let room = graft_resize_scratch(stride, columns)
            if scratch.count < room { scratch = [UInt16](repeating: 0, count: room) }
            graft_resize(source.baseAddress, stride, rows, columns, &scratch, destination)
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
