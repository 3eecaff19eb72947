/// The order in which Keras lists the layers of a functional model (keras.src.ops.function.map_graph).
enum TensorOrder {
  /// All tensors that an output depends on: by decreasing distance from it, ties in the order of a depth-first walk.
  static func sorted(from output: SymbolicTensor) -> [SymbolicTensor] {
    // An explicit stack: networks are deep.
    var order: [SymbolicTensor] = []
    var position: [ObjectIdentifier: Int] = [:]
    var stack: [(tensor: SymbolicTensor, isDone: Bool)] = [(output, false)]
    while let (tensor, isDone) = stack.popLast() {
      let id = ObjectIdentifier(tensor)
      if isDone {
        if position[id] == nil {
          position[id] = order.count
          order.append(tensor)
        }
      } else if position[id] == nil {
        stack.append((tensor, true))
        for input in tensor.inputs.reversed() { stack.append((input, false)) }
      }
    }
    var depths: [ObjectIdentifier: Int] = [:]
    for tensor in order.reversed() {
      let depth = depths[ObjectIdentifier(tensor), default: 0]
      for input in tensor.inputs {
        depths[ObjectIdentifier(input)] = max(depths[ObjectIdentifier(input), default: 0], depth + 1)
      }
    }
    return order.enumerated().sorted { a, b in
      let (left, right) = (
        depths[ObjectIdentifier(a.element), default: 0], depths[ObjectIdentifier(b.element), default: 0]
      )
      return left != right ? left > right : a.offset < b.offset
    }.map(\.element)
  }
}
