public import GraftCore
internal import GraftGraph
internal import GraftImages
internal import GraftLayers

/// A trained classifier ready to run: immutable, and shared by any number of threads.
///
/// ```swift
/// let predictor = try await Predictor.contents(of: "flowers.graft")
/// let prediction = try await predictor.predict("rose.jpg")
/// print(prediction.className, prediction.probability)
/// ```
public final class Predictor: Sendable {
  /// The names of the classes, or labels, in the order of the outputs.
  public let classNames: [String]
  /// What the outputs mean.
  public let task: ClassificationTask
  private let inputShape: Shape
  private let preprocessing: Preprocessing?
  private let imageFit: ImageFit
  private let runner: BatchRunner

  /// Takes the present weights of a model, and compiles the network once.
  public init(_ model: GraftModel) throws {
    classNames = model.classNames
    task = model.task
    runner = try BatchRunner(model.model.graph())
    inputShape = model.model.input.shape
    preprocessing = model.model.preprocessing
    imageFit = model.imageFit
  }

  /// Reads a `.graft` file, checks it, and runs its probe.
  public static func contents(of path: String) async throws -> Predictor {
    try await GraftModel.predictor(contentsOf: path)
  }

  /// Classifies one picture file.
  ///
  /// - Throws: `GraftError.unreadable`, with the reason, if the file is no picture that can be read.
  public func predict(_ path: String) async throws -> Prediction {
    switch try await predict([path])[0] {
    case .success(let prediction): return prediction
    case .failure(let error): throw error
    }
  }

  /// Classifies picture files, each on its own: a file that cannot be read spoils no other.
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - progress: Called now and then with pictures done and pictures in all.
  public func predict(
    _ paths: [String], progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> [Result<Prediction, GraftError>] {
    guard !paths.isEmpty else { return [] }
    let source = try ImageSource(paths, shape: inputShape, preprocessing: preprocessing, fit: imageFit)
    let (tensor, bad) = try await runner.outputs(source, shape: [classNames.count]) {
      progress?($0.done, $0.total)
    }
    var failures: [Int: GraftError] = [:]
    for (index, file) in bad { failures[index] = GraftError(.unreadable, "\(file)") }
    var row = 0
    return paths.indices.map { index in
      if let failure = failures[index] { return .failure(failure) }
      let probabilities = tensor.rows(row..<(row + 1)).elements
      row += 1
      return .success(Prediction(classNames: classNames, probabilities: probabilities))
    }
  }

  /// Runs the network on inputs as they are: no preprocessing.
  package func outputs(for inputs: Tensor) async throws -> Tensor {
    try await runner.outputs(TensorSource(inputs), shape: [classNames.count]).tensor
  }
}
