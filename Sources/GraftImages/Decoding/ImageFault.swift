internal import GraftCore

/// Why one picture cannot be used: a short phrase without the file's name, which the caller knows.
struct ImageFault: Error {
  let code: GraftError.Code
  let reason: String

  init(_ code: GraftError.Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The fault of a file whose end is missing.
  static func truncated(_ format: ImageFormat) -> ImageFault {
    ImageFault(.corrupt, "truncated \(format.name): the file ends before its picture does")
  }

  /// The fault of a file that is whole and cannot be decoded.
  static func damaged(_ format: ImageFormat) -> ImageFault {
    ImageFault(.corrupt, "damaged \(format.name): its contents cannot be decoded")
  }

  /// The fault as the module's callers see it.
  func error(naming name: String) -> GraftError { GraftError(code, "\(name): \(reason)") }

  /// Runs `body` and puts `name` before the reason of its fault.
  static func named<Result>(_ name: String, _ body: () throws(ImageFault) -> Result) throws(GraftError) -> Result {
    do { return try body() } catch { throw error.error(naming: name) }
  }
}
