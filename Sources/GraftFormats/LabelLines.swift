/// Class names as programs of other people read them: one line each.
enum LabelLines {
  /// The text's bytes; what would break a line within a name is a space.
  static func bytes(_ classNames: [String]) -> [UInt8] {
    classNames.flatMap { name in Array((String(name.map { $0.isNewline ? " " : $0 }) + "\n").utf8) }
  }
}
