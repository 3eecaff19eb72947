package import GraftCore
internal import GraftGraph
internal import GraftImages
package import GraftLayers

extension Model {
  /// Pictures as samples for this network, with their classes as targets.
  func labelled(_ images: ImageSet, _ fit: ImageFit) throws -> LabelledSamples {
    let classes = try classCount
    guard images.classNames.count == classes else {
      throw GraftError(
        .invalidArgument,
        """
        The model has \(classes) outputs, the pictures have \(images.classNames.count) classes: \
        \(images.classNames.joined(separator: ", ")).
        """)
    }
    let indices = images.files.map(\.classIndex)
    let source = try ImageSource(
      images.files.map(\.path), digests: images.files.map(\.digest), shape: input.shape, preprocessing: preprocessing,
      fit: fit)
    return LabelledSamples(
      source: source, targets: try Targets(classIndices: indices, classes: classes, loss: try compiled.loss),
      classNames: images.classNames, classIndices: indices, pictures: source)
  }

  /// Arrays as samples for this network.
  func labelled(_ x: Tensor, _ y: Tensor) throws -> LabelledSamples {
    try checkInput(x)
    let targets = try Targets(y, count: x.shape[0], classes: try classCount, loss: try compiled.loss)
    return LabelledSamples(source: TensorSource(x), targets: targets)
  }

  /// Throws unless a tensor is a batch of this network's inputs.
  package func checkInput(_ x: Tensor) throws {
    try check()
    guard x.shape.rank >= 1, x.shape.droppingFirst == input.shape else {
      throw GraftError(
        .shapeMismatch,
        "The model takes samples of shape \(input.shape), many along a first axis. Received: \(x.shape).")
    }
  }

  /// Every variable under the name that it has in the network's graph.
  package func namedVariables() throws -> [(name: String, variable: Variable)] {
    var builder = GraphBuilder(isScratch: true)
    let entry = builder.graph.addInput(name: input.layer.name, shape: input.shape)
    _ = try emit([entry], into: &builder)
    return builder.namedVariables
  }
}
