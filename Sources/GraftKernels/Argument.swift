internal import COneDNN

/// The part that a memory plays in a kernel.
package enum Argument: Int32, Sendable {
  // oneDNN's DNNL_ARG_* numbers.
  case source = 1
  case source1 = 2
  case destination = 17
  case weights = 33
  case bias = 41
  case mean = 49
  case variance = 50
  case scale = 51
  case shift = 52
  case workspace = 64
  case scratchpad = 80
  case sourceGradient = 129
  case destinationGradient = 145
  case weightsGradient = 161
  case biasGradient = 169
  case scaleGradient = 255
  case shiftGradient = 256
  case multiple0 = 1024

  /// The multiples that the numbers of an operand stand for.
  package static func scales(of argument: Argument) -> Int32 { DNNL_ARG_ATTR_SCALES | argument.rawValue }

  /// The n-th of many sources, as sums and concatenations have them.
  package static func multiple(_ index: Int) -> Int32 { multiple0.rawValue + Int32(index) }
}
