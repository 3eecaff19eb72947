import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// The minimum itself: scikit-learn's weights and probabilities for the same C.
///
/// Two of scikit-learn's own solvers differ by up to 3·10⁻⁷ in probabilities (`solver_deviation`). Probabilities may differ by
/// 2·10⁻⁶, weights by 10⁻⁵ of their size and 10⁻⁵.
@Suite struct LinearHeadGoldenTests {
  static let cases = ["balanced", "binary", "tall", "wide"]

  @Test func everyCaseIsListed() throws {
    #expect(
      try GoldenFile.cases(in: "logistic") == (Self.cases + ["cross_validation"]).sorted().map { "logistic/\($0)" })
  }

  @Test(arguments: cases) func minimum(_ name: String) async throws {
    let golden = try GoldenFile("logistic/\(name)")
    let parameters = try golden.parameters(LogisticCase.self)
    let features = parameters.tensor
    for regularization in parameters.regularizations {
      let head = try await LinearHead.fit(
        features: features, classIndices: parameters.labels, classes: parameters.classes,
        options: LinearHeadOptions(
          regularizations: [regularization], classWeight: parameters.balanced ? .balanced : nil,
          gradientTolerance: 1e-10))
      let key = String(format: "%g", regularization)
      #expect(head.regularization == regularization)
      #expect(head.scores.isEmpty)
      #expect(head.gradientNorm <= 1e-10, "C = \(key)")
      #expect(head.kernel.mismatch(try golden.tensor("kernel/\(key)"), atol: 1e-5, rtol: 1e-5) == nil, "C = \(key)")
      #expect(head.bias.mismatch(try golden.tensor("bias/\(key)"), atol: 2e-5, rtol: 1e-5) == nil, "C = \(key)")
      let probabilities = probabilities(head, features)
      #expect(
        probabilities.mismatch(try golden.tensor("probabilities/\(key)"), atol: 2e-6) == nil, "C = \(key)")
    }
  }

  /// Cross-validation's fits are in single precision and end early, within a thousandth; the folds' spread is a tenth.
  @Test func crossValidation() async throws {
    let golden = try GoldenFile("logistic/cross_validation")
    let parameters = try golden.parameters(LogisticCase.self)
    let options = LinearHeadOptions(regularizations: parameters.regularizations.reversed())
    var samples = try HeadSamples(
      parameters.tensor, parameters.labels, classes: parameters.classes, weights: nil,
      groups: HeadSamples.groups(nil, parameters.labels, seed: 0), options)
    #expect(samples.foldCount == 5)
    samples.folds = parameters.folds
    let (fit, found) = try await LinearHead.fit(samples, options, FitCounter(total: 26, nil))
    let table = try #require(found)
    #expect(table.path == parameters.regularizations)
    func tensor(_ rows: [[Double]]) -> Tensor { Tensor(rows.map { $0.map(Float.init) }) }
    #expect(tensor(table.logLosses).mismatch(try golden.tensor("log_losses"), atol: 1e-3, rtol: 1e-3) == nil)
    #expect(tensor(table.accuracies).mismatch(try golden.tensor("accuracies"), atol: 1e-6) == nil)

    // The rule in other words, on scikit-learn's numbers.
    let losses = try golden.tensor("log_losses")
    let means = parameters.regularizations.indices.map { column in (0..<5).map { losses[$0, column] }.reduce(0, +) / 5 }
    let best = try #require(means.indices.min { means[$0] < means[$1] })
    let squares = (0..<5).map { fold in (losses[fold, best] - means[best]) * (losses[fold, best] - means[best]) }
    let error = (squares.reduce(0, +) / 4 / 5).squareRoot()
    let chosen = try #require(means.firstIndex { $0 <= means[best] + error })
    #expect(fit.regularization == parameters.regularizations[chosen])
    #expect(fit.score?.regularization == fit.regularization)
    #expect(fit.foldCount == 5)
  }

  private func probabilities(_ head: LinearHeadFit, _ features: Tensor) -> Tensor {
    let (rows, columns, classes) = (features.shape[0], features.shape[1], head.bias.count)
    return Tensor(
      (0..<rows).map { row in
        let logits = (0..<classes).map { k in
          (0..<columns).reduce(Double(head.bias[k])) {
            $0 + Double(features[row, $1]) * Double(head.kernel[$1, k])
          }
        }
        let exponentials = logits.map { exp($0 - (logits.max() ?? 0)) }
        return exponentials.map { Float($0 / exponentials.reduce(0, +)) }
      })
  }
}
