/// What happens to a picture whose proportions differ from the target's.
public enum ImageFit: String, Sendable, Hashable, Codable, CaseIterable {
  /// The whole picture is stretched to the target, as Keras does by default.
  case stretch
  /// The largest centred part with the target's proportions is used.
  case crop
  /// The whole picture is used, centred on white.
  case pad
}
