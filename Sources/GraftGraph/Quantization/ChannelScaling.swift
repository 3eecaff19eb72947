internal import GraftCore

/// Takes scales of channels into the weights of an operation: what it reads stands for `reading` times itself, what it writes is
/// to stand for `writing` times itself. Empty is 1 everywhere.
struct ChannelScaling {
  private let channels: KernelChannels
  private let reading: [Float]
  private let writing: [Float]
  /// The kernel with the scales in it.
  let scaledKernel: Tensor

  init(_ operation: QuantizedOperation.Kernel, kernel: Tensor, reading: [Float], writing: [Float]) {
    let channels = KernelChannels(operation, kernel.shape)
    self.channels = channels
    self.reading = reading.isEmpty ? [Float](repeating: 1, count: channels.inputs) : reading
    self.writing = writing.isEmpty ? [Float](repeating: 1, count: channels.outputs) : writing
    precondition(self.writing.count == channels.outputs, "A kernel needs a scale for each channel that it writes.")
    scaledKernel = Tensor(shape: kernel.shape) { [reading = self.reading, writing = self.writing] scaled in
      kernel.withUnsafeBufferPointer { weights in
        writing.withUnsafeBufferPointer { writing in
          channels.forEachRow(of: weights, reading) { start, weights, reading in
            for output in weights.indices {
              scaled[start &+ output] = weights[output] * reading[output] / writing[output]
            }
          }
        }
      }
    }
  }

  /// The bias with the scales in it, and with what rounding the kernel takes from the mean of the results: Σ (w − ŵ) · mean.
  func bias(_ bias: Tensor, means: [Float]) -> Tensor {
    var lost = [Double](repeating: 0, count: channels.outputs)
    if !means.isEmpty {
      let rounded = QuantizedWeights(scaledKernel, channels: channels.outputs)
      let means = zip(means, reading).map { Double($0) / Double($1) }
      scaledKernel.withUnsafeBufferPointer { weights in
        rounded.withUnsafeBufferPointers { values, scales in
          lost.withUnsafeMutableBufferPointer { lost in
            channels.forEachRow(of: weights, means) { start, weights, means in
              for output in weights.indices {
                let difference = weights[output] - Float(values[start &+ output]) * scales[output]
                lost[output] += Double(difference) * means[output]
              }
            }
          }
        }
      }
    }
    let elements = zip(bias.elements, zip(writing, lost)).map { $0 / $1.0 + Float($1.1) }
    return Tensor(shape: bias.shape, elements)
  }
}
