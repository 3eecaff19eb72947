extension Graph {
  /// The graph as inference runs it: identities dropped, normalisations folded, activations and sums fused.
  package func optimizedForInference() -> Graph {
    removingIdentities()
      .recognisingHardSigmoids()
      .foldingZeroPadding()
      .foldingBatchNormalization()
      .mergingChannelAffines()
      .fusingResiduals()
      .fusingActivations()
      .foldingPoolingPadding()
      .removingDeadNodes()
  }

  /// The graph as training differentiates it: zeros and frozen normalisations left to convolutions, rectifiers to
  /// normalisations.
  ///
  /// Identities stay: Keras takes a softmax back only if it is the very last operation, and the loss is attached after this.
  package func optimizedForTraining() -> Graph {
    foldingZeroPadding()
      .foldingBatchNormalization()
      .foldingFrozenNormalization()
      .fusingNormalizations()
      .removingDeadNodes()
  }
}
