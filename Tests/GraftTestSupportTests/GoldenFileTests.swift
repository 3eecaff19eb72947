import Foundation
import GraftCore
import GraftTestSupport
import Testing

/// The reader of golden files on the committed data.
@Suite struct GoldenFileTests {
  private struct Activation: Decodable { let activation: String }

  @Test func readsTensorsAndParameters() throws {
    let golden = try GoldenFile("activations/relu6")
    #expect(golden.names == ["gradient", "input", "output", "upstream"])
    #expect(try golden.parameters(Activation.self).activation == "relu6")
    let input = try golden.tensor("input")
    let output = try golden.tensor("output")
    #expect(input.shape == [128])
    #expect(input.elements.first == -10)
    #expect(output.elements == input.elements.map { min(max($0, 0), 6) })
  }

  @Test func listsTheCasesOfATopic() throws {
    let cases = try GoldenFile.cases(in: "losses")
    #expect(cases.count == 29)
    #expect(cases.contains("losses/categorical_crossentropy_softmax"))
  }

  @Test func everyCaseReads() throws {
    for topic in [
      "formula_samples", "mobilenet", "head_training", "fit", "losses", "metrics", "activations", "layers", "schedules",
      "optimizers",
    ] {
      for name in try GoldenFile.cases(in: topic) {
        let golden = try GoldenFile(name)
        #expect(!golden.names.isEmpty)
        for key in golden.names {
          #expect(try golden.tensor(key).elements.allSatisfy(\.isFinite), "\(name) \(key)")
        }
      }
    }
  }

  @Test func namesWhatIsMissing() throws {
    #expect(throws: GraftError.self) { try GoldenFile("activations/none") }
    let golden = try GoldenFile("activations/relu6")
    #expect(throws: GraftError(.invalidArgument, "Golden file activations/relu6 has \(golden.names), received: x.")) {
      try golden.tensor("x")
    }
  }
}
