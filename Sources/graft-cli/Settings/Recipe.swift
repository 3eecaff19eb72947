internal import ArgumentParser

/// A named set of settings for `graft train`.
enum Recipe: String, CaseIterable, ExpressibleByArgument {
  /// One pass through the base and a convex fit: seconds.
  case fast
  /// Both kinds of top compared; training that ends by itself.
  case balanced
  /// The same, then the last quarter of the base, gently.
  case best

  /// What it stands for: options without dashes, and their values.
  var settings: [(name: String, value: String)] {
    switch self {
    case .fast: [("head", "linear")]
    case .balanced:
      [("head", "auto"), ("epochs", "30"), ("early-stopping", "5"), ("augment", "light"), ("views", "4")]
    case .best:
      [
        ("head", "auto"), ("epochs", "30"), ("early-stopping", "5"), ("augment", "light"), ("views", "4"),
        ("fine-tune-from", "0.25"), ("fine-tune-epochs", "20"), ("fine-tune-learning-rate", "0.0001"),
      ]
    }
  }

  /// What it means beside other settings, in a line.
  ///
  /// - Parameter effective: The settings in effect.
  func text(_ effective: [Setting]) -> String {
    let values = Dictionary(effective.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let items = settings.map { name, value in
      let present = values[name] ?? nil
      return present == value ? "--\(name) \(value)" : "--\(name) \(present ?? "none") (given; else \(value))"
    }
    return "recipe \(rawValue): " + items.joined(separator: " ")
  }
}
