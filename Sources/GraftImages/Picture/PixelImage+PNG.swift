internal import CVips
public import Foundation
internal import GraftCore

extension PixelImage {
  /// This picture as a PNG file's bytes: RGB, 8 bits, no loss.
  ///
  /// - Throws: `GraftError.kernel` if libvips cannot encode it.
  public func pngData() throws -> Data {
    try ImageFault.named("\(width)×\(height) picture") { () throws(ImageFault) in try VipsLibrary.start() }
    // As in decoding: the calling thread's share of libvips's buffers goes with the call.
    defer { vips_thread_shutdown() }
    var bytes: UnsafeMutableRawPointer?
    var count = 0
    let status = pixels.withUnsafeBytes {
      graft_vips_save_png($0.baseAddress, Int32(clamping: width), Int32(clamping: height), &bytes, &count)
    }
    guard status == 0, let bytes else {
      vips_error_clear()
      throw GraftError(.kernel, "A \(width)×\(height) picture cannot be encoded as PNG.")
    }
    defer { g_free(bytes) }
    return Data(bytes: bytes, count: count)
  }

  /// Writes this picture as a PNG file, whole or not at all.
  ///
  /// - Throws: `GraftError.writeFailed` naming the path; what stood there before is then untouched.
  public func writePNG(to path: String) throws {
    let data = try pngData()
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw GraftError(.writeFailed, "Cannot write '\(path)': \(error.localizedDescription)")
    }
  }
}
