/// The names outside itself that a pickle may mention: all that weights need. None is called; each stands for what is done here.
enum TorchGlobal: Sendable, Hashable {
  case orderedDictionary
  /// A tensor over a storage: `_rebuild_tensor_v2`, or the older `_rebuild_tensor`.
  case tensor
  case parameter
  case storage(NumberType)

  private static let storages: [String: NumberType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8,
    "BoolStorage": .bool,
  ]

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor"): self = .tensor
    case ("torch._utils", "_rebuild_parameter"): self = .parameter
    case ("torch", _):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }
}
