/// A setting that is in effect: the name of its option without dashes, and its value.
struct Setting: Hashable {
  /// What a setting decides.
  enum Role: Hashable {
    /// The model that comes out.
    case model
    /// Only where something is read or written, or how often: the model is the same.
    case place
  }

  let name: String
  /// As the option takes it; nil if it is not given and nothing stands for it.
  let value: String?
  let role: Role

  init(_ name: String, _ value: (some CustomStringConvertible)?, _ role: Role = .model) {
    self.name = name
    self.value = value?.description
    self.role = role
  }
}

/// Options that can say what is in effect.
protocol SettingsGroup {
  /// The settings of all options of the group.
  var settings: [Setting] { get }
}
