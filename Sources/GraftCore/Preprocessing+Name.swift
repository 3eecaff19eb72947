extension Preprocessing {
  /// The names that `init(name:)` knows, in the order in which help texts list them.
  public static let names = named.map(\.name)

  private static let named: [(name: String, value: Preprocessing)] = [
    ("tf", .scaledToMinusOneToOne), ("caffe", .caffe), ("torch", .torch), ("unit", .unit), ("none", .none),
  ]

  /// A preprocessing by name: Keras's `tf`, `caffe` and `torch`, or `unit` or `none`; nil for any other name.
  public init?(name: String) {
    guard let match = Self.named.first(where: { $0.name == name }) else { return nil }
    self = match.value
  }

  /// The name under which `init(name:)` gives this preprocessing, or `custom`.
  public var name: String { Self.named.first { $0.value == self }?.name ?? "custom" }
}
