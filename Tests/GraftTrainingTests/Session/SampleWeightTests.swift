import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Weights of samples, by their classes and their own.
@Suite struct SampleWeightTests {
  private func samples(_ targets: Tensor, names: [String]? = nil, loss: LossFunction, outputs: Int) throws
    -> LabelledSamples
  {
    let count = targets.shape[0]
    return LabelledSamples(
      source: TensorSource(Tensor(zeros: [count, 2])),
      targets: try Targets(targets, count: count, classes: outputs, loss: loss), classNames: names, classIndices: nil)
  }

  @Test func balancedClassesCountTheSame() throws {
    // scikit-learn: 6 / (2 · 4) and 6 / (2 · 2); class 1 does not occur.
    let weights = try ClassWeights.balanced.sampleWeights([0, 2, 0, 0, 2, 0], classCount: 3, names: nil)
    #expect(weights == [0.75, 1.5, 0.75, 0.75, 1.5, 0.75])
  }

  @Test func classesAreKnownByIndexAndName() throws {
    let names = ["daisy", "rose", "tulip"]
    #expect(try ([0: 2, 2: 0.5] as ClassWeights).sampleWeights([0, 1, 2], classCount: 3, names: nil) == [2, 1, 0.5])
    #expect(
      try ClassWeights.byName(["rose": 3]).sampleWeights([0, 1, 2], classCount: 3, names: names) == [1, 3, 1])
    for (weights, names, reason) in [
      ([3: 1] as ClassWeights, nil, "Class weights are for classes 0 to 2. Received one for class 3."),
      ([0: -1], nil, "A class weight must be a finite number, at least 0. Received: -1.0."),
      (.byName(["lily": 1]), names, "Class weights are for the classes daisy, rose, tulip. Received one for lily."),
      (.byName(["rose": 1]), nil, "Classes without names have weights by index. Received: [\"rose\"]."),
      (.byName(["rose": .nan]), names, "A class weight must be a finite number, at least 0. Received: nan."),
    ] as [(ClassWeights, [String]?, String)] {
      #expect(throws: GraftError(.invalidArgument, reason)) {
        try weights.sampleWeights([0], classCount: 3, names: names)
      }
    }
  }

  @Test func classAndSampleWeightsMultiply() throws {
    let rows = Tensor([[0, 1], [1, 0], [0, 1]])
    for (loss, targets) in [
      (LossFunction.categoricalCrossentropy, rows), (.categoricalFocalCrossentropy(), rows),
      (.sparseCategoricalCrossentropy, Tensor([1, 0, 1])),
    ] {
      let samples = try samples(targets, loss: loss, outputs: 2)
      #expect(try samples.weighted(nil, nil, loss: loss, outputs: 2).weights == nil)
      #expect(try samples.weighted([1: 4], nil, loss: loss, outputs: 2).weights == [4, 1, 4])
      #expect(try samples.weighted(nil, Tensor([0, 1, 2]), loss: loss, outputs: 2).weights == [0, 1, 2])
      #expect(
        try samples.weighted([1: 4], Tensor([[0], [1], [2]]), loss: loss, outputs: 2).weights == [0, 1, 8])
    }
  }

  @Test func weightsThatDoNotFitAreRefused() throws {
    let loss = LossFunction.binaryCrossentropy
    let labels = try samples(Tensor([[0, 1], [1, 1]]), loss: loss, outputs: 2)
    #expect(
      throws: GraftError(
        .invalidArgument,
        """
        Class weights need targets that say one class per sample. Received: those of binaryCrossentropy. Give sample \
        weights instead.
        """)
    ) { try labels.weighted(.balanced, nil, loss: loss, outputs: 2) }
    #expect(
      throws: GraftError(
        .shapeMismatch, "Sample weights need the shape (2,), one number per sample. Received: (3,).")
    ) { try labels.weighted(nil, Tensor([1, 2, 3]), loss: loss, outputs: 2) }
    #expect(
      throws: GraftError(.invalidArgument, "A sample weight must be a finite number, at least 0. Received: -1.0.")
    ) { try labels.weighted(nil, Tensor([1, -1]), loss: loss, outputs: 2) }
  }
}
