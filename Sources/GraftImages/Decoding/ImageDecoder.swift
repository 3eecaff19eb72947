public import Foundation
internal import GraftCore

/// Decodes pictures from memory: upright RGB8 from JPEG, PNG, WebP, GIF (first frame), BMP and TIFF (first page).
///
/// The bytes decide what a picture is, never its name. EXIF orientation is applied, alpha is composited on white, 16 bits
/// become 8 (the high byte), and colour profiles are ignored, as in Keras. JPEG goes through libjpeg-turbo, which decodes
/// at a reduced size when the target is smaller; all else goes through libvips, and BMP through a reader of our own.
///
/// A decoder keeps handles and tables between pictures and belongs to one worker at a time; make one per worker.
///
/// ```swift
/// let decoder = ImageDecoder()
/// let image = try decoder.decode(bytes, name: "cat.jpg", width: 224, height: 224, fit: .crop)
/// ```
public final class ImageDecoder {
  /// What is checked before memory is taken.
  public let limits: ImageLimits

  private let resizer = Resizer()
  private var turboJPEG: TurboJPEGDecoder?

  /// Makes a decoder. Libraries are started when the first picture needs them.
  public init(limits: ImageLimits = ImageLimits()) {
    self.limits = limits
  }

  /// Decodes a picture at its full size.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - name: What errors call the picture: its path, as a rule.
  /// - Throws: `GraftError`: `.corrupt` (truncated, damaged, empty), `.unsupported` (not a picture, or of a kind that
  ///   is not read), `.invalidData` (beyond the limits).
  public func decode(_ bytes: some ContiguousBytes, name: String) throws -> PixelImage {
    try bytes.withUnsafeBytes { buffer in
      try ImageFault.named(name) { () throws(ImageFault) in try decode(buffer) }
    }
  }

  /// Decodes a picture and fits it into `width` × `height` with an antialiased resize.
  ///
  /// - Throws: As `decode(_:name:)`; `.invalidArgument` if the size is not positive.
  public func decode(
    _ bytes: some ContiguousBytes, name: String, width: Int, height: Int, fit: ImageFit = .stretch
  ) throws -> PixelImage {
    try bytes.withUnsafeBytes { buffer in
      try ImageFault.named(name) { () throws(ImageFault) in
        try decode(buffer, width: width, height: height, fit: fit)
      }
    }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageFault) -> PixelImage {
    let format = try recognise(bytes)
    switch format {
    case .jpeg:
      let header = try jpegHeader(bytes)
      return try turboJPEGDecoder().decode(bytes, header: header, eighths: 8).upright(from: header.orientation)
    case .bmp: return try BMPDecoder.decode(bytes, limits: limits)
    case .png, .webp, .gif, .tiff: return try VipsDecoder.decode(bytes, format: format, limits: limits)
    }
  }

  /// Decodes and fits; `region` may name a part of the upright picture, given its size, to be stretched over the target.
  func decode(
    _ bytes: UnsafeRawBufferPointer, width: Int, height: Int, fit: ImageFit,
    region: (_ width: Int, _ height: Int) -> ImageRegion? = { _, _ in nil }
  ) throws(ImageFault) -> PixelImage {
    guard width > 0, height > 0 else {
      throw ImageFault(.invalidArgument, "a target size of at least 1×1 is needed, received \(width)×\(height)")
    }
    guard try recognise(bytes) == .jpeg else {
      let image = try decode(bytes)
      let placement =
        region(image.width, image.height).map { ImagePlacement($0, width: width, height: height) }
        ?? ImagePlacement(image.width, image.height, width, height, fit)
      return resizer.resize(image, placement).placed(placement)
    }
    let header = try jpegHeader(bytes)
    // The small result is turned upright, not the large source, so part and target are laid as the file is.
    let turned = header.orientation.swapsAxes
    let (targetWidth, targetHeight) = turned ? (height, width) : (width, height)
    let part = turned ? region(header.height, header.width) : region(header.width, header.height)
    let placement =
      part.map {
        ImagePlacement(
          $0.stored(as: header.orientation, width: header.width, height: header.height), width: targetWidth,
          height: targetHeight)
      } ?? ImagePlacement(header.width, header.height, targetWidth, targetHeight, fit)
    let eighths = placement.eighths
    let image = try turboJPEGDecoder().decode(bytes, header: header, eighths: eighths)
    return resizer.resize(image, placement.scaled(eighths: eighths)).upright(from: header.orientation)
      .placed(turned ? placement.turned : placement)
  }

  private func recognise(_ bytes: UnsafeRawBufferPointer) throws(ImageFault) -> ImageFormat {
    try limits.check(byteCount: bytes.count)
    return try ImageFormat(sniffing: bytes)
  }

  private func jpegHeader(_ bytes: UnsafeRawBufferPointer) throws(ImageFault) -> JPEGHeader {
    let header = try JPEGHeader(bytes)
    try limits.check(width: header.width, height: header.height)
    return header
  }

  private func turboJPEGDecoder() throws(ImageFault) -> TurboJPEGDecoder {
    if let turboJPEG { return turboJPEG }
    let decoder = try TurboJPEGDecoder()
    turboJPEG = decoder
    return decoder
  }
}
