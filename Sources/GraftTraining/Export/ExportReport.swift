public import GraftGraph

/// What was written by an export, and how the file was checked.
public struct ExportReport: Sendable, Hashable {
  /// The format.
  public let format: ExportFormat
  /// The file, or folder.
  public let path: String
  /// Its size in bytes, of all files in a folder.
  public let byteCount: Int
  /// How the file was checked before it took its place, in a sentence.
  public let check: String
  /// What the network in the file is computed with; int8 if a part of it is.
  public let precision: Precision
  /// What the file does not keep of the model, in a sentence; nil if it keeps all.
  public let note: String?
}
