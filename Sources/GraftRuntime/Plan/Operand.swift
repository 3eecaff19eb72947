internal import GraftKernels

/// A storage seen through a layout.
struct Operand: Sendable {
  let storage: StorageID
  let layout: MemoryDescriptor
}
