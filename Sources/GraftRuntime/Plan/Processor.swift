internal import GraftKernels

/// What this processor can do.
package enum Processor {
  /// Whether whole numbers of 8 bits are multiplied faster than floats. Where they are not, plans compute with floats that stand
  /// for them.
  package static var hasFastInt8: Bool { InstructionSet.hasInt8 }

  /// The library of kernels with its version: another version may give other last bits.
  package static var kernels: String { KernelLibrary.text }
}
