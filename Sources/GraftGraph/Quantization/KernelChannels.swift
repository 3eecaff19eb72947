package import GraftCore

/// Which channel each weight of a kernel reads, and which it writes.
package struct KernelChannels: Sendable {
  /// How many channels are written.
  package let outputs: Int
  @usableFromInline let inputsPerGroup: Int
  @usableFromInline let outputsPerGroup: Int

  /// - Parameter shape: The kernel's: (height, width, input channels / groups, filters), (height, width, channels, multiplier)
  ///   for a depthwise one, (inputs, units) for a matrix.
  package init(_ operation: QuantizedOperation.Kernel, _ shape: Shape) {
    switch operation {
    case .dense(let dense):
      outputs = dense.units
      inputsPerGroup = shape[0]
      outputsPerGroup = outputs
    case .convolution(let convolution):
      outputs = convolution.filters
      inputsPerGroup = convolution.isDepthwise ? 1 : shape[2]
      outputsPerGroup = convolution.filters / convolution.groups
    }
  }

  /// The channel that a weight writes, by its place in the kernel.
  package func output(of index: Int) -> Int { index % outputs }

  /// The channel that a weight reads.
  package func input(of index: Int) -> Int { input(row: index / outputs, output: index % outputs) }

  /// The channel that a weight reads in a kernel seen as rows of output channels.
  @inlinable package func input(row: Int, output: Int) -> Int {
    outputsPerGroup == outputs ? row % inputsPerGroup : output / outputsPerGroup * inputsPerGroup + row % inputsPerGroup
  }
}
