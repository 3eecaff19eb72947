/// The error that every part of Graft throws: what went wrong, in a sentence that says what to do.
///
/// A message states what was expected and what was received. `code` is for programs, `message` for people; codes may be
/// added in later versions, so switch over them with a default.
///
/// ```swift
/// do { try model.compile() } catch let error as GraftError where error.code == .shapeMismatch { print(error) }
/// ```
public struct GraftError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Name: String, Sendable {
      case invalidArgument, shapeMismatch, fileNotFound, unreadable, corrupt, unsupported, weightMismatch, network
      case cancelled, nonFinite, writeFailed, kernel, invalidData
    }

    private let name: Name

    /// The code's name, as logs and JSON show it.
    public var description: String { name.rawValue }

    /// An argument lies outside what is allowed.
    public static let invalidArgument = Code(name: .invalidArgument)
    /// Shapes do not fit each other.
    public static let shapeMismatch = Code(name: .shapeMismatch)
    /// A file or folder is not there.
    public static let fileNotFound = Code(name: .fileNotFound)
    /// A file is there but cannot be read.
    public static let unreadable = Code(name: .unreadable)
    /// A file's contents are damaged.
    public static let corrupt = Code(name: .corrupt)
    /// A format, layer or option that this version does not know.
    public static let unsupported = Code(name: .unsupported)
    /// Weights are missing, left over or of the wrong shape.
    public static let weightMismatch = Code(name: .weightMismatch)
    /// A download failed.
    public static let network = Code(name: .network)
    /// The work was cancelled by its owner.
    public static let cancelled = Code(name: .cancelled)
    /// A loss or an output is not a finite number.
    public static let nonFinite = Code(name: .nonFinite)
    /// A file could not be written; what stood there before is untouched.
    public static let writeFailed = Code(name: .writeFailed)
    /// A compute kernel failed.
    public static let kernel = Code(name: .kernel)
    /// A data set cannot be trained on: no pictures, one class, an empty class.
    public static let invalidData = Code(name: .invalidData)
  }

  /// The kind of failure.
  public let code: Code
  /// What was expected, what was received, and what to do.
  public let message: String

  /// Makes an error of one kind with a sentence for people.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
