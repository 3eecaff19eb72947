extension Graph {
  /// The graph as inference runs it: identities dropped, normalisations folded, activations and sums fused.
  package func optimizedForInference() -> Graph {
    removingIdentities()
      .foldingZeroPadding()
      .foldingBatchNormalization()
      .fusingResiduals()
      .fusingActivations()
      .removingDeadNodes()
  }
}
