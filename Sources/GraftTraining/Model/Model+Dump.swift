internal import GraftCore
internal import GraftGraph
public import GraftLayers
internal import GraftRuntime

extension Model {
  /// The network as it runs, as text: the frozen region after folding and fusion, then the trainable one.
  ///
  /// One line per operation: its layer, what it computes with what was fused into it, operands, weights (`*` trainable,
  /// `~` moving statistics) and the result's shape for one sample.
  public func graphDescription() throws -> String {
    let regions = Regions(try trainingGraph().graph)
    return """
      frozen region, once per picture
      \(regions.frozen.frozen().optimizedForInference().dump)

      trainable region, every epoch
      \(regions.trainable.dump)
      """
  }

  /// The kernels that run for inference, as text: implementation, layouts and places in memory of each.
  ///
  /// - Parameter batchSize: Samples per run.
  public func planDescription(batchSize: Int = 1) throws -> String {
    let plan = try ExecutionPlan(runnableGraph(), batchSize: batchSize, mode: .inference)
    return """
      \(plan.dump(showsImplementations: true))
      \(plan.reorderCount) reorders, arena of \(plan.arenaByteCount) bytes
      """
  }
}
