/// Whether the pictures of an ONNX graph have their channels first or last: the file does not say it, but operators do.
struct ONNXLayout {
  private(set) var isChannelsFirst = true

  init(of input: ONNXInput, in nodes: [ONNXNode]) {
    guard let lengths = input.lengths, lengths.count == 4 else { return }
    let picture: Set<String> = [
      "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization",
      "InstanceNormalization",
    ]
    var same: Set<String> = [input.name]
    for node in nodes where node.inputs.contains(where: same.contains) {
      if picture.contains(node.type) { return }
      if node.type == "Transpose", case .ints(let order)? = node.attributes["perm"] {
        if order == [0, 3, 1, 2] { isChannelsFirst = false }
        if [[0, 3, 1, 2], [0, 2, 3, 1]].contains(order) { return }
      }
      same.formUnion(node.outputs)
    }
    let channels: Set<Int?> = [1, 3]
    isChannelsFirst = channels.contains(lengths[1]) || !channels.contains(lengths[3])
  }
}
