internal import GraftCore

/// How large a picture may be: checked on the file's size and header, before memory for its pixels is taken.
public struct ImageLimits: Sendable, Hashable, Codable {
  /// The most pixels (width × height) that a picture may have; 100 million unless said otherwise.
  public var maximumPixels: Int
  /// The most bytes that a file may have; 64 MiB unless said otherwise.
  public var maximumBytes: Int

  /// Makes limits.
  public init(maximumPixels: Int = 100_000_000, maximumBytes: Int = 64 << 20) {
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  func check(byteCount: Int) throws(ImageFault) {
    if byteCount > maximumBytes {
      throw ImageFault(.invalidData, "\(byteCount) bytes are more than the limit of \(maximumBytes)")
    }
  }

  func check(width: Int, height: Int) throws(ImageFault) {
    guard width > 0, height > 0 else { throw ImageFault(.corrupt, "the picture is \(width)×\(height), which is empty") }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    if overflow || count > maximumPixels {
      throw ImageFault(.invalidData, "\(width)×\(height) pixels are more than the limit of \(maximumPixels)")
    }
  }
}
