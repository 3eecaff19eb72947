internal import GraftCore
package import GraftImages

/// Decides whether so many unreadable files are acceptable.
package enum BadFileCheck {
  /// - Throws: `GraftError.unreadable`, naming every file with its reason, if there are more than `maximum`.
  package static func check(_ files: [BadFile], maximum: Int) throws {
    guard files.count > maximum else { return }
    let shown = files.prefix(20).map { "  \($0)" }.joined(separator: "\n")
    let rest = files.count > 20 ? "\n  … and \(files.count - 20) more" : ""
    throw GraftError(
      .unreadable,
      """
      \(files.count == 1 ? "1 file" : "\(files.count) files") cannot be read; \(maximum) would be acceptable. Mend or \
      remove \(files.count == 1 ? "it" : "them"), or allow more with --max-bad (maximumBadFiles in the library).
      \(shown)\(rest)
      """)
  }
}
