/// Graft's own version.
public enum GraftVersion {
  /// The version of this library and of the command, as semantic versioning has it.
  public static let current = "0.1.0"
}
