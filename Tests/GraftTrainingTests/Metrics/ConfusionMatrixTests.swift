import Foundation
import GraftImages
import GraftTraining
import Testing

@Suite struct ConfusionMatrixTests {
  private func matrix() -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: 3)
    for (actual, predicted) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (1, 0), (1, 1)] {
      matrix.add(actual: actual, predicted: predicted)
    }
    return matrix
  }

  @Test func rowsAreTrueClasses() {
    #expect(matrix().counts == [[2, 1, 0], [2, 2, 0], [0, 0, 0]])
    #expect(matrix().count == 7)
    #expect(matrix().accuracy == 4.0 / 7)
  }

  @Test func recallAndPrecision() {
    #expect(matrix().recall(0) == 2.0 / 3)
    #expect(matrix().recall(1) == 0.5)
    #expect(matrix().recall(2) == nil)
    #expect(matrix().precision(0) == 0.5)
    #expect(matrix().precision(1) == 2.0 / 3)
    #expect(matrix().precision(2) == nil)
  }

  @Test func withoutSamples() {
    #expect(ConfusionMatrix(classes: 2).accuracy.isNaN)
    #expect(ConfusionMatrix(classes: 2).count == 0)
  }

  @Test func survivesJSON() throws {
    let data = try JSONEncoder().encode(matrix())
    #expect(try JSONDecoder().decode(ConfusionMatrix.self, from: data) == matrix())
    let record = EpochRecord(epoch: 2, values: ["loss": 0.25, "val_loss": 0.5], seconds: 1.5)
    #expect(try JSONDecoder().decode(EpochRecord.self, from: JSONEncoder().encode(record)) == record)
  }
}
