/// A value of a pickle. What holds others says where they lie in the reader, so that no depth of nesting needs a stack.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  /// A whole number of more than 64 bits: its bytes, the low ones first.
  case long([UInt8])
  case float(Double)
  case string(String)
  /// The place of its members among the reader's containers.
  case tuple(Int)
  case list(Int)
  /// Keys and values take turns.
  case dictionary(Int)
  case global(TorchGlobal)
  /// The place among the reader's storages.
  case storage(Int)
  /// The place among the reader's tensors.
  case tensor(Int)

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
}
