import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Accuracies, per sample and on average, with ties: Keras's numbers, exactly.
@Suite struct MetricGoldenTests {
  struct Parameters: Decodable {
    struct Arguments: Decodable { let k: Int? }
    let arguments: Arguments
    let firstBatch: Int
  }

  static let cases = [
    "categorical_accuracy", "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy", "top_k_categorical_accuracy_2",
  ]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "metrics") == Self.cases.map { "metrics/\($0)" })
  }

  @Test(arguments: cases) func metric(_ name: String) throws {
    let golden = try GoldenFile("metrics/\(name)")
    let parameters = try golden.parameters(Parameters.self)
    let metric = parameters.arguments.k.map { Metric.topKAccuracy($0) } ?? .accuracy
    let loss: LossFunction = name.hasPrefix("sparse") ? .sparseCategoricalCrossentropy : .categoricalCrossentropy
    let predictions = try golden.tensor("predictions")
    let targets = try golden.tensor("targets")
    let expected = try golden.tensor("per_sample").elements

    var accumulator = MetricAccumulator([metric])
    for row in 0..<predictions.shape[0] {
      let target = targets.rows(row..<(row + 1)).withUnsafeBufferPointer { loss.classIndex($0) }
      predictions.rows(row..<(row + 1)).withUnsafeBufferPointer { prediction in
        var alone = MetricAccumulator([metric])
        alone.add(loss: 0, prediction: prediction, target: target)
        #expect(alone.means[metric.name] == Double(expected[row]), "row \(row)")
        accumulator.add(loss: 0, prediction: prediction, target: target)
      }
    }
    let mean = Float(try #require(accumulator.means[metric.name]))
    // However the samples come in batches, the mean is over samples.
    #expect(Tensor([mean]).mismatch(try golden.tensor("mean"), atol: 1e-7) == nil)
    #expect(Tensor([mean]).mismatch(try golden.tensor("mean_of_two_batches"), atol: 1e-7) == nil)
  }

  @Test func namesTellTheMetric() {
    #expect(Metric.accuracy.name == "accuracy")
    #expect(Metric.topKAccuracy().name == "top_5_accuracy")
  }

  @Test func aClassWithoutProbabilityIsNotAmongTheBest() {
    [Float.nan, 0.5, 0.5].withUnsafeBufferPointer {
      var accumulator = MetricAccumulator([.topKAccuracy(3)])
      accumulator.add(loss: 0, prediction: $0, target: 0)
      #expect(accumulator.means["top_3_accuracy"] == 0)
    }
  }
}
