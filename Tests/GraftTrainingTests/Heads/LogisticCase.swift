import GraftCore
import GraftTestSupport

/// The parameters of a golden case of logistic regression, and the features that its generator made.
struct LogisticCase: Decodable {
  struct Features: Decodable {
    let shape: Shape
    let constantColumn: Int
  }

  let name: String
  let features: Features
  let labels: [Int]
  let classes: Int
  let regularizations: [Double]
  let balanced: Bool
  let folds: [Int]?

  /// The formula's features with other scales and means per column, as `generator/logistic.py` makes them.
  var tensor: Tensor {
    let name = ["balanced", "cross_validation"].contains(name) ? "tall" : name
    let plain = FormulaTensor.make(name: "logistic/\(name)", shape: features.shape, role: .input)
    let columns = features.shape[1]
    return Tensor(
      shape: features.shape,
      plain.elements.enumerated().map { index, value in
        let column = index % columns
        if column == features.constantColumn { return 1.5 }
        return value * [0.125, 0.25, 0.5, 1, 2, 4, 8][column % 7] + Float(column % 5 - 2)
      })
  }
}
