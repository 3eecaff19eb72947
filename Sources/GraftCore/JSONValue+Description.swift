extension JSONValue: CustomStringConvertible {
  /// The document on one line, for messages: as `serialized()` has it, or a remark where JSON cannot write a number.
  public var description: String { (try? serialized()) ?? "a value with a number that JSON cannot write" }
}
