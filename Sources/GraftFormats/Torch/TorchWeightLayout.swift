internal import GraftCore
internal import GraftLayers

/// Where torch keeps a variable, and how its axes lie there.
struct TorchWeightLayout {
  let layer: Layer
  let variable: Variable

  /// The name of the tensor for a layer's path in the torch network.
  func name(at path: String) -> String {
    // A scale of channels is a parameter of the block itself.
    if layer is LayerScale { return path }
    return switch variable.name {
    case "bias", "beta": path + ".bias"
    case "moving_mean": path + ".running_mean"
    case "moving_variance": path + ".running_var"
    default: path + ".weight"
    }
  }

  /// The shape that torch gives the tensor.
  var shape: Shape {
    let shape = variable.shape
    guard variable.name == "kernel" else { return shape }
    return switch layer {
    case is DepthwiseConv2D: [shape[2] * shape[3], 1, shape[0], shape[1]]
    case is Dense: [shape[1], shape[0]]
    default: [shape[3], shape[2], shape[0], shape[1]]
    }
  }

  /// Whether a tensor of a shape can be the variable: single rows and columns at its end do not matter.
  func fits(_ received: Shape) -> Bool {
    received == shape
      || received.dimensions.dropFirst(shape.rank).allSatisfy { $0 == 1 }
        && received.dimensions.prefix(shape.rank).elementsEqual(shape.dimensions)
  }

  /// The variable's value: (out, in, height, width) becomes (height, width, in, out).
  func value(of tensor: Tensor) -> Tensor {
    let shape = variable.shape
    guard variable.name == "kernel" else { return Tensor(shape: shape) { copy(tensor, to: $0) { $0 } } }
    let inner = layer is Dense ? shape[0] : self.shape.dimensions.dropFirst().reduce(1, *)
    let outer = self.shape[0]
    return Tensor(shape: shape) { target in
      if layer is DepthwiseConv2D || layer is Dense {
        // (out, taps) becomes (taps, out).
        copy(tensor, to: target) { $0 % outer * inner + $0 / outer }
      } else {
        let (channels, taps) = (self.shape[1], self.shape[2] * self.shape[3])
        copy(tensor, to: target) { index in
          let (rest, out) = index.quotientAndRemainder(dividingBy: outer)
          let (tap, channel) = rest.quotientAndRemainder(dividingBy: channels)
          return (out * channels + channel) * taps + tap
        }
      }
    }
  }

  private func copy(_ tensor: Tensor, to target: UnsafeMutableBufferPointer<Float>, from place: (Int) -> Int) {
    tensor.withUnsafeBufferPointer { source in
      var index = 0
      while index < target.count {
        target.initializeElement(at: index, to: source[place(index)])
        index += 1
      }
    }
  }
}
