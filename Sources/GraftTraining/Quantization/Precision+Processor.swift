public import GraftGraph
internal import GraftRuntime

extension Precision {
  /// Whether this processor has instructions for it (for `int8`: AVX-512 VNNI or AVX-VNNI). Without them `int8` gives the same
  /// features, rounding aside, but is no faster than floats.
  public var isNative: Bool {
    switch self {
    case .float32: true
    case .int8: Processor.hasFastInt8
    }
  }
}
