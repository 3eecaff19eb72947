internal import GraftCore

/// Takes scales of channels into the weights of an operation: what it reads stands for `reading` times itself, what it writes is
/// to stand for `writing` times itself. Empty is 1 everywhere.
struct ChannelScaling {
  private let kernel: Tensor
  private let channels: KernelChannels
  private let outputs: Int
  private let reading: [Float]
  private let writing: [Float]
  /// The kernel with the scales in it.
  let scaledKernel: Tensor

  init(_ operation: QuantizedOperation.Kernel, kernel: Tensor, reading: [Float], writing: [Float]) {
    let channels = KernelChannels(operation, kernel.shape)
    self.kernel = kernel
    self.channels = channels
    self.reading = reading
    self.writing = writing
    outputs = channels.outputs
    scaledKernel = kernel.mapped { weight, index in
      var weight = weight
      if !reading.isEmpty { weight *= reading[channels.input(of: index)] }
      if !writing.isEmpty { weight /= writing[channels.output(of: index)] }
      return weight
    }
  }

  /// The bias with the scales in it, and with what rounding the kernel takes from the mean of the results: Σ (w − ŵ) · mean.
  func bias(_ bias: Tensor, means: [Float]) -> Tensor {
    var lost = [Double](repeating: 0, count: outputs)
    if !means.isEmpty {
      let rounded = QuantizedWeights(scaledKernel, channels: outputs).floats(shape: kernel.shape).elements
      for (index, weight) in scaledKernel.elements.enumerated() {
        let input = channels.input(of: index)
        let mean = Double(means[input]) / Double(reading.isEmpty ? 1 : reading[input])
        lost[channels.output(of: index)] += Double(weight - rounded[index]) * mean
      }
    }
    return bias.mapped { value, index in
      (writing.isEmpty ? value : value / writing[index]) + Float(lost[index])
    }
  }
}

extension Tensor {
  fileprivate func mapped(_ change: (Float, Int) -> Float) -> Tensor {
    Tensor(shape: shape) { elements in
      withUnsafeBufferPointer { values in
        for index in values.indices { elements.initializeElement(at: index, to: change(values[index], index)) }
      }
    }
  }
}
