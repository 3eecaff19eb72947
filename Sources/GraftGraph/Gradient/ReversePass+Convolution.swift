internal import GraftCore

extension ReversePass {
  /// The rule of a convolution: its kernel and bias, and the picture if anything before it is trainable.
  mutating func differentiate(_ convolution: ConvolutionOperation, _ id: NodeID, _ gradient: NodeID) throws {
    let node = graph[id]
    guard convolution.activation == .linear, !convolution.addsResidual else {
      throw GraftError(
        .invalidArgument, "\(node.name): convolutions are differentiated before anything is fused into them.")
    }
    let picture = node.inputs[0]
    if node.parameters.contains(where: { graph[$0].role == .trainable }) {
      _ = add(
        .convolutionParameters(convolution), for: id, inputs: [picture, gradient], shape: [],
        gradients: node.parameters.filter { graph[$0].role == .trainable },
        parameters: convolution.hasAffine ? node.parameters.suffix(2) : [])
    }
    guard needsGradient(picture) else { return }
    send(
      add(
        .convolutionInput(convolution), for: id, inputs: [gradient], shape: graph[picture].shape,
        parameters: [node.parameters[0]] + (convolution.hasAffine ? node.parameters.suffix(2) : [])),
      to: picture)
  }
}
