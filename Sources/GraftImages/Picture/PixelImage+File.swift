internal import GraftCore

extension PixelImage {
  /// Decodes a picture file at its full size.
  ///
  /// - Throws: `GraftError` naming the file and the reason: not there, not a picture, damaged, or beyond `limits`.
  public init(contentsOf path: String, limits: ImageLimits = ImageLimits()) throws {
    let bytes = try ImageFault.named(path) { () throws(ImageFault) in
      try FileBytes.read(path, maximumBytes: limits.maximumBytes)
    }
    self = try ImageDecoder(limits: limits).decode(bytes, name: path)
  }
}
