internal import GraftCore
internal import GraftGraph

extension ModelReader {
  /// Puts a layer of the same result in a function's place.
  mutating func apply(_ function: KerasFunction, to inputs: [SymbolicTensor]) throws -> SymbolicTensor {
    let isStack = function.kind == .stack
    guard inputs.allSatisfy({ singleChannels.contains(ObjectIdentifier($0)) == isStack }) else {
      throw function.unsupported("single channels can only be stacked along the last axis again.")
    }
    let name = made[function.name] == nil ? function.name : nil
    let layer = try layer(for: function, inputs, name)
    made[function.name] = layer
    let result = inputs.count == 1 ? layer(inputs[0]) : layer(inputs)
    if function.kind == .getItem, (layer as? ChannelSelection)?.channels.count == 1 {
      singleChannels.insert(ObjectIdentifier(result))
      keptChannels.append(result)
    }
    return result
  }

  private func layer(for function: KerasFunction, _ inputs: [SymbolicTensor], _ name: String?) throws -> Layer {
    switch function.kind {
    case .add, .subtract, .multiply, .divide: return try arithmetic(function, inputs, name)
    case .maximum where inputs.count == 2: return Maximum(name: name)
    case .minimum where inputs.count == 2: return Minimum(name: name)
    case .maximum, .minimum: throw function.unsupported("expected two tensors. Received: one and a constant.")
    case .negative: return Rescaling(scale: -1, name: name)
    case .relu: return ReLU(name: name)
    case .relu6: return ReLU(maxValue: 6, name: name)
    case .sigmoid: return ActivationLayer(.sigmoid, name: name)
    case .tanh: return ActivationLayer(.tanh, name: name)
    case .silu: return ActivationLayer(.swish, name: name)
    case .softplus: return ActivationLayer(.softplus, name: name)
    case .exponential: return ActivationLayer(.exponential, name: name)
    case .elu:
      return ELU(alpha: Float(function.options["alpha"]?.double ?? 1), name: name)
    case .selu: return ActivationLayer(.selu, name: name)
    case .softmax: return Softmax(axis: function.options["axis"]?.int ?? -1, name: name)
    case .mean, .max: return try pooling(function, inputs, name)
    case .concatenate: return Concatenate(axis: function.options["axis"]?.int ?? -1, name: name)
    case .getItem: return try selection(function, inputs, name)
    case .cast: return try cast(function, name)
    case .resize: return try resizing(function, name)
    case .stack:
      guard [-1, 3].contains(function.options["axis"]?.int ?? 0) else {
        throw function.unsupported("expected a stack of channels along the last axis.")
      }
      return Concatenate(name: name)
    }
  }

  /// Arithmetic of two tensors, or of one and numbers.
  private func arithmetic(_ function: KerasFunction, _ inputs: [SymbolicTensor], _ name: String?) throws -> Layer {
    guard function.operands.count == 2 else {
      throw function.unsupported("expected two operands. Received: \(function.operands.count).")
    }
    var constant: [Float]?
    var isFirst = false
    for (place, operand) in function.operands.enumerated() {
      guard case .constant(let numbers, let isRow) = operand else { continue }
      guard isRow else { throw function.unsupported("expected a number, or one for each channel.") }
      constant = numbers.map { Float($0) }
      isFirst = place == 0
    }
    guard let constant else {
      switch function.kind {
      case .add: return Add(name: name)
      case .subtract: return Subtract(name: name)
      case .multiply: return Multiply(name: name)
      default: throw function.unsupported("a division by a tensor is not known.")
      }
    }
    switch function.kind {
    case .add: return Rescaling(scale: [1], offset: constant, name: name)
    case .subtract:
      return isFirst
        ? Rescaling(scale: [-1], offset: constant, name: name)
        : Rescaling(scale: [1], offset: constant.map { -$0 }, name: name)
    case .multiply: return Rescaling(scale: constant, name: name)
    default:
      guard !isFirst, !constant.contains(0) else { throw function.unsupported("expected a division by numbers.") }
      return Rescaling(scale: constant.map { 1 / $0 }, name: name)
    }
  }

  /// A mean or a maximum of pictures over height and width.
  private func pooling(_ function: KerasFunction, _ inputs: [SymbolicTensor], _ name: String?) throws -> Layer {
    let axes = function.options["axis"]
    let written = axes?.array?.compactMap(\.int) ?? []
    let rank = inputs[0].shape.rank
    guard rank == 3, Set(written.map { $0 < 0 ? $0 + rank + 1 : $0 }) == [1, 2] else {
      throw function.unsupported("expected a picture and the axes 1 and 2. Received: \(axes ?? .null).")
    }
    let keeps = function.options["keepdims"]?.bool ?? false
    return function.kind == .mean
      ? GlobalAveragePooling2D(keepDimensions: keeps, name: name)
      : GlobalMaxPooling2D(keepDimensions: keeps, name: name)
  }

  /// `x[..., 2]`, or `x[..., ::-1]`: one channel, or all in the opposite order.
  private func selection(_ function: KerasFunction, _ inputs: [SymbolicTensor], _ name: String?) throws -> Layer {
    let keys = (function.options["key"] ?? function.options["slice_spec"])?.array ?? []
    let channels = inputs[0].shape.rank == 3 ? inputs[0].shape[2] : 0
    guard keys.count == 2, keys[0]["class_name"] == "__ellipsis__", channels > 0 else {
      throw function.unsupported("expected channels of a picture, as x[..., 0] or x[..., ::-1].")
    }
    if let channel = keys[1].int, (0..<channels).contains(channel) { return ChannelSelection([channel], name: name) }
    let step = keys[1]["config"] ?? keys[1]
    guard step["step"]?.int == -1, step["start"]?.isNull ?? true, step["stop"]?.isNull ?? true else {
      throw function.unsupported("expected one channel, or all in the opposite order.")
    }
    return ChannelSelection((0..<channels).reversed(), name: name)
  }

  /// Numbers are floats of 32 bits here, whatever a model calls them; what would round to whole ones is refused.
  private func cast(_ function: KerasFunction, _ name: String?) throws -> Layer {
    let type = function.options["dtype"] ?? function.options["key"]
    let text = type?.string ?? ""
    guard text.hasPrefix("float") || text.hasPrefix("bfloat") else {
      throw function.unsupported("expected a type of floats. Received: \(type ?? .null).")
    }
    return Identity(name: name)
  }

  private func resizing(_ function: KerasFunction, _ name: String?) throws -> Layer {
    let options = function.options
    let size = (options["size"] ?? options["key"])?.array?.compactMap(\.int) ?? []
    let method = (options["interpolation"] ?? options["method"])?.string ?? "bilinear"
    let isPlain = ["crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio"]
      .allSatisfy { options[$0]?.bool != true }
    guard size.count == 2, isPlain, options["data_format"]?.string != "channels_first",
      size.allSatisfy({ $0 > 0 && ConfigurationReader.sensible.contains($0) }),
      let interpolation = Interpolation(rawValue: method)
    else { throw function.unsupported("expected a height and a width, and a method that Resizing knows.") }
    return Resizing(
      height: size[0], width: size[1], interpolation: interpolation, antialias: options["antialias"]?.bool ?? false,
      name: name)
  }
}
