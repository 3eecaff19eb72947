import Foundation

/// Runs an ONNX document by the operators' definitions (opset 17), slowly and in double precision.
struct ONNXInterpreter {
  struct Unknown: Error { let type: String }

  let document: ONNXDocument

  func run(_ input: NumberArray) throws -> NumberArray? {
    var values = document.constants
    values[document.inputs[0].name] = input
    for node in document.nodes {
      let inputs = try node.inputs.map { name in
        guard let value = values[name] else { throw Unknown(type: "\(node.type) reads \(name)") }
        return value
      }
      values[node.output] = try result(of: node, inputs)
    }
    return values[document.outputs[0].name]
  }

  private func result(of node: ONNXDocument.Node, _ inputs: [NumberArray]) throws -> NumberArray {
    let x = inputs[0]
    func number(_ name: String) -> Double { node.floats[name] ?? .nan }
    switch node.type {
    case "Identity": return x
    case "Add": return x.combined(inputs[1], +)
    case "Sub": return x.combined(inputs[1], -)
    case "Mul": return x.combined(inputs[1], *)
    case "Div": return x.combined(inputs[1], /)
    case "Sqrt": return x.map { $0.squareRoot() }
    case "Exp": return x.map(exp)
    case "Erf": return x.map { erf($0) }
    case "Tanh": return x.map(tanh)
    case "Relu": return x.map { max($0, 0) }
    case "Sigmoid": return x.map { 1 / (1 + exp(-$0)) }
    case "Softplus": return x.map { log1p(exp($0)) }
    case "Softsign": return x.map { $0 / (1 + abs($0)) }
    case "Elu": return x.map { $0 > 0 ? $0 : number("alpha") * (exp($0) - 1) }
    case "Selu": return x.map { number("gamma") * ($0 > 0 ? $0 : number("alpha") * (exp($0) - 1)) }
    case "LeakyRelu": return x.map { $0 > 0 ? $0 : number("alpha") * $0 }
    case "HardSigmoid": return x.map { min(max(number("alpha") * $0 + number("beta"), 0), 1) }
    case "HardSwish": return x.map { $0 * min(max($0 / 6 + 0.5, 0), 1) }
    case "Clip": return x.map { min(max($0, inputs[1].values[0]), inputs[2].values[0]) }
    case "Transpose":
      let order = node.ints["perm"] ?? []
      return NumberArray(shape: order.map { x.shape[$0] }) { index in
        var place = index
        for (to, from) in order.enumerated() { place[from] = index[to] }
        return x[place]
      }
    case "Reshape":
      let lengths = inputs[1].values.enumerated().map { $1 == 0 ? x.shape[$0] : Int($1) }
      return NumberArray(shape: lengths, x.values)
    case "Flatten": return NumberArray(shape: [x.shape[0], x.values.count / x.shape[0]], x.values)
    case "Concat":
      let axis = node.int("axis", default: 0)
      var shape = x.shape
      shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
      return NumberArray(shape: shape) { index in
        var (place, number) = (index, 0)
        while place[axis] >= inputs[number].shape[axis] {
          place[axis] -= inputs[number].shape[axis]
          number += 1
        }
        return inputs[number][place]
      }
    case "Gemm", "MatMul":
      let shape = x.shape.dropLast() + [inputs[1].shape[1]]
      let product = NumberArray(shape: Array(shape)) { index in
        (0..<inputs[1].shape[0]).reduce(0) { $0 + x[index.dropLast() + [$1]] * inputs[1][[$1, index.last ?? 0]] }
      }
      return inputs.count > 2 ? product.combined(inputs[2], +) : product
    case "Softmax":
      return NumberArray(shape: x.shape) { index in
        let row = (0..<(x.shape.last ?? 1)).map { exp(x[index.dropLast() + [$0]]) }
        return exp(x[index]) / row.reduce(0, +)
      }
    case "BatchNormalization":
      return NumberArray(shape: x.shape) { index in
        let channel = [index[1]]
        let deviation = (inputs[4][channel] + number("epsilon")).squareRoot()
        return (x[index] - inputs[3][channel]) / deviation * inputs[1][channel] + inputs[2][channel]
      }
    case "LayerNormalization":
      return NumberArray(shape: x.shape) { index in
        let row = (0..<(x.shape.last ?? 1)).map { x[index.dropLast() + [$0]] }
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        let channel = [index.last ?? 0]
        let normal = (x[index] - mean) / (variance + number("epsilon")).squareRoot()
        return normal * inputs[1][channel] + (inputs.count > 2 ? inputs[2][channel] : 0)
      }
    case "Pad":
      let pads = inputs[1].values.map { Int($0) }
      let shape = x.shape.indices.map { x.shape[$0] + pads[$0] + pads[$0 + x.shape.count] }
      return NumberArray(shape: shape) { index in
        let place = zip(index, pads).map { $0 - $1 }
        return zip(place, x.shape).allSatisfy { $0 >= 0 && $0 < $1 } ? x[place] : 0
      }
    case "GlobalAveragePool", "GlobalMaxPool":
      return NumberArray(shape: [x.shape[0], x.shape[1], 1, 1]) { index in
        let all = (0..<x.shape[2]).flatMap { y in (0..<x.shape[3]).map { x[[index[0], index[1], y, $0]] } }
        return node.type == "GlobalMaxPool" ? all.max() ?? 0 : all.reduce(0, +) / Double(all.count)
      }
    case "Conv": return convolution(node, inputs)
    case "MaxPool", "AveragePool":
      return windows(node, x, channels: x.shape[1]) { taps, batch, channel in
        let inside = taps.compactMap { $0.inside ? x[[batch, channel, $0.row, $0.column]] : nil }
        return node.type == "MaxPool" ? inside.max() ?? 0 : inside.reduce(0, +) / Double(inside.count)
      }
    default: throw Unknown(type: node.type)
    }
  }

  private func convolution(_ node: ONNXDocument.Node, _ inputs: [NumberArray]) -> NumberArray {
    let (x, kernel) = (inputs[0], inputs[1])
    let perGroup = kernel.shape[0] / node.int("group", default: 1)
    let size = kernel.shape[3]
    return windows(node, x, channels: kernel.shape[0]) { taps, batch, filter in
      var sum = inputs.count > 2 ? inputs[2].values[filter] : 0
      for (number, tap) in taps.enumerated() where tap.inside {
        for channel in 0..<kernel.shape[1] {
          sum +=
            x[[batch, filter / perGroup * kernel.shape[1] + channel, tap.row, tap.column]]
            * kernel[[filter, channel, number / size, number % size]]
        }
      }
      return sum
    }
  }

  private struct Tap {
    let row: Int
    let column: Int
    let inside: Bool
  }

  /// One number for every place of a window, from the window's taps.
  private func windows(
    _ node: ONNXDocument.Node, _ x: NumberArray, channels: Int, _ value: ([Tap], Int, Int) -> Double
  ) -> NumberArray {
    let (size, strides) = (node.ints["kernel_shape"] ?? [], node.ints["strides"] ?? [])
    let (pads, dilations) = (node.ints["pads"] ?? [], node.ints["dilations"] ?? [1, 1])
    let lengths = (0..<2).map { axis -> Int in
      let reach: Int = dilations[axis] * (size[axis] - 1) + 1
      let padded: Int = x.shape[2 + axis] + pads[axis] + pads[axis + 2]
      return (padded - reach) / strides[axis] + 1
    }
    return NumberArray(shape: [x.shape[0], channels] + lengths) { index in
      let taps = (0..<size[0]).flatMap { y in
        (0..<size[1]).map { z in
          let row = index[2] * strides[0] + y * dilations[0] - pads[0]
          let column = index[3] * strides[1] + z * dilations[1] - pads[1]
          return Tap(
            row: row, column: column,
            inside: (0..<x.shape[2]).contains(row) && (0..<x.shape[3]).contains(column))
        }
      }
      return value(taps, index[0], index[1])
    }
  }
}
