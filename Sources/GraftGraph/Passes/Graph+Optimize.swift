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

  /// The graph as training differentiates it: identities dropped, zeros left to convolutions, rectifiers to normalisations.
  package func optimizedForTraining() -> Graph {
    removingIdentities(training: true)
      .foldingZeroPadding()
      .fusingNormalizations()
      .removingDeadNodes()
  }
}
