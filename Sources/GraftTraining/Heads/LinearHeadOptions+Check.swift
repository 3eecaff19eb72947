internal import GraftCore

extension LinearHeadOptions {
  /// Throws unless the numbers can work.
  func check() throws {
    guard !regularizations.isEmpty, regularizations.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw GraftError(
        .invalidArgument,
        "regularizations must hold positive, finite numbers, at least one. Received: \(regularizations).")
    }
    guard foldCount >= 2 else {
      throw GraftError(.invalidArgument, "foldCount must be at least 2. Received: \(foldCount).")
    }
    guard gradientTolerance > 0 else {
      throw GraftError(.invalidArgument, "gradientTolerance must be positive. Received: \(gradientTolerance).")
    }
  }

  /// The strengths, the strongest first, each once.
  var path: [Double] { Set(regularizations).sorted() }
}
