/// What was written by an export, and how the file was checked.
public struct ExportReport: Sendable, Hashable {
  /// The format.
  public let format: ExportFormat
  /// The file.
  public let path: String
  /// Its size in bytes.
  public let byteCount: Int
  /// How the file was checked before it took its place, in a sentence.
  public let check: String
  /// What the file does not keep of the model, in a sentence; nil if it keeps all.
  public let note: String?
}
