internal import GraftCore

/// Many pictures in one: rows of tiles on white, with a thin gap.
///
/// ```swift
/// let sheet = try ContactSheet(of: augmentation, files: paths, rows: [0, 1, 2], views: 6, seed: 42, width: 224, height: 224)
/// try sheet.image().writePNG(to: "augmentation.png")
/// ```
public struct ContactSheet: Sendable {
  /// The tiles, row by row; rows may differ in length, tiles in size.
  public var rows: [[PixelImage]]
  /// White pixels between tiles and around all; 4 unless said otherwise.
  public var gap: Int

  /// Makes a sheet of pictures.
  public init(rows: [[PixelImage]], gap: Int = 4) {
    self.rows = rows
    self.gap = max(0, gap)
  }

  /// Shows what an augmentation does: a row per picture, first without augmentation, then view 0, view 1, and so on.
  ///
  /// The tiles are exactly what a training run with the same files, seed and size sees.
  ///
  /// - Parameters:
  ///   - augmentation: What is shown.
  ///   - files: All training files in their order; partners of mixed pictures are drawn from them.
  ///   - rows: Which of them to show.
  ///   - views: How many views of each.
  ///   - seed: The run's seed.
  ///   - width: The width of each tile: of the network's input.
  ///   - height: The height of each tile.
  ///   - fit: How pictures of other proportions fill a tile.
  ///   - limits: What is checked before memory is taken.
  ///   - gap: White pixels between tiles and around all.
  /// - Throws: `GraftError` naming the file that cannot be read.
  public init(
    of augmentation: Augmentation, files: [String], rows: [Int], views: Int, seed: UInt64, width: Int, height: Int,
    fit: ImageFit = .stretch, limits: ImageLimits = ImageLimits(), gap: Int = 4
  ) throws {
    let loader = ImageLoader(width: width, height: height, fit: fit, preprocessing: .none, limits: limits)
    let tiles = try rows.map { row in
      let views = try (0..<max(0, views)).map { view in
        let key = AugmentationKey(seed: seed, view: view, sample: row)
        let mixing = augmentation.mixing(for: key, sampleCount: files.count)
        return try loader.image(
          files[row], augmentation: augmentation, key: key, partner: mixing.map { ($0, files[$0.partner]) })
      }
      return [try loader.image(files[row])] + views
    }
    self.init(rows: tiles, gap: gap)
  }

  /// The sheet as one picture. A sheet without tiles is one white pixel.
  public func image() -> PixelImage {
    let columnCount = rows.map(\.count).max() ?? 0
    let widths = (0..<columnCount).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
    }
    let heights = rows.map { $0.map(\.height).max() ?? 0 }
    let width = max(1, widths.reduce(gap) { $0 + $1 + gap })
    let height = max(1, heights.reduce(gap) { $0 + $1 + gap })
    return PixelImage(width: width, height: height) { canvas in
      canvas.initialize(repeating: 255, count: width * height * 3)
      var top = gap
      for (tiles, rowHeight) in zip(rows, heights) {
        var left = gap
        for (tile, columnWidth) in zip(tiles, widths) {
          tile.copy(into: canvas, width: width, left: left, top: top)
          left += columnWidth + gap
        }
        top += rowHeight + gap
      }
    }
  }
}

extension PixelImage {
  /// Copies all rows into a larger picture of `width` columns.
  fileprivate func copy(into canvas: UnsafeMutablePointer<UInt8>, width canvasWidth: Int, left: Int, top: Int) {
    pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      for row in 0..<height {
        (canvas + 3 * ((top + row) * canvasWidth + left)).update(from: source + 3 * row * width, count: 3 * width)
      }
    }
  }
}
