/// A file that was set aside, and why.
public struct BadFile: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file's path.
  public let path: String
  /// The reason in a short phrase, without the path.
  public let reason: String

  /// Names a file and a reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}
