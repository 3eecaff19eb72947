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

  /// Whether an output channel reads some of the input channels only.
  package var isGrouped: Bool { outputsPerGroup != outputs }

  /// The channel that a weight reads in a kernel seen as rows of output channels.
  @inlinable package func input(row: Int, output: Int) -> Int {
    outputsPerGroup == outputs ? row % inputsPerGroup : output / outputsPerGroup * inputsPerGroup + row % inputsPerGroup
  }
}

extension KernelChannels {
  /// How many channels are read.
  @inlinable package var inputs: Int { outputsPerGroup == 0 ? 0 : outputs / outputsPerGroup * inputsPerGroup }

  /// Goes through a kernel by rows of output channels, each with the numbers of the input channels that its weights read: loops
  /// over both are short enough for the compiler to make vectors of them.
  ///
  /// - Parameters:
  ///   - values: One for each input channel.
  ///   - body: Gets where the row begins, its weights, and the numbers.
  @inlinable @inline(__always) package func forEachRow<Value>(
    of weights: UnsafeBufferPointer<Float>, _ values: [Value],
    _ body: (_ start: Int, _ weights: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Value>) -> Void
  ) {
    guard outputs > 0, let any = values.first else { return }
    precondition(values.count >= inputs, "A kernel that reads \(inputs) channels needs a number for each.")
    var row = [Value](repeating: any, count: outputs)
    row.withUnsafeMutableBufferPointer { row in
      values.withUnsafeBufferPointer { values in
        for index in 0..<(weights.count / outputs) {
          if outputsPerGroup == outputs {
            row.update(repeating: values[index % inputsPerGroup])
          } else if index == 0 || inputsPerGroup > 1 {
            for output in row.indices { row[output] = values[input(row: index, output: output)] }
          }
          let start = index * outputs
          body(start, UnsafeBufferPointer(rebasing: weights[start..<(start + outputs)]), UnsafeBufferPointer(row))
        }
      }
    }
  }
}
