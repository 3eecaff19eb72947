/// What the frozen part of a network is computed with. What is trained is always computed with 32-bit floats.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// 32-bit floats.
  case float32
  /// Whole numbers of 8 bits, see `Quantization`.
  case int8
}
