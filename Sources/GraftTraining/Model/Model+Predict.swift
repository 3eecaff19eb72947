public import GraftCore
internal import GraftGraph
public import GraftLayers

extension Model {
  /// Runs the network on a batch of inputs: keras.Model.predict.
  ///
  /// - Parameter x: Samples along the first axis, each as the network's input wants it: no preprocessing is applied.
  /// - Returns: The outputs, one row per sample.
  public func predict(_ x: Tensor) async throws -> Tensor {
    try checkInput(x)
    let graph = try runnableGraph()
    if x.shape[0] == 0 { return Tensor(zeros: output.shape.prepending(0)) }
    let runner = try BatchRunner(graph)
    return try await runner.outputs(TensorSource(x), shape: output.shape).tensor
  }
}
