public import Foundation
public import GraftCore
public import GraftGraph
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
  /// What the frozen part of the network is computed with.
  public let precision: Precision
  private let inputShape: Shape
  private let preprocessing: Preprocessing?
  private let imageFit: ImageFit
  private let runner: BatchRunner
  private let requests: RequestRunner<ImageLoader?>

  /// Takes the present weights of a model, and compiles the network once.
  public init(_ model: GraftModel) throws {
    classNames = model.classNames
    task = model.task
    precision = model.model.precision
    let plans = try PlanCache(model.model.runnableGraph())
    runner = try BatchRunner(plans)
    let (shape, preprocessing, fit) = (model.model.input.shape, model.model.preprocessing, model.imageFit)
    requests = RequestRunner(plans) {
      guard let preprocessing, shape.rank == 3, shape[2] == 3 else { return nil }
      return ImageLoader(width: shape[1], height: shape[0], fit: fit, preprocessing: preprocessing)
    }
    (inputShape, self.preprocessing, imageFit) = (shape, preprocessing, fit)
  }

  /// Reads a `.graft` file, checks it, and runs its probe.
  public static func contents(of path: String) async throws -> Predictor {
    try await GraftModel.predictor(contentsOf: path)
  }

  /// Classifies one picture file.
  ///
  /// A predictor answers one request after another without making anything anew. A request that is alone has all cores; those
  /// that come together have one each.
  ///
  /// - Throws: `GraftError.unreadable`, with the reason, if the file is no picture that can be read.
  public func predict(_ path: String) async throws -> Prediction {
    try await predict { loader, input in
      if let bad = loader.tryLoad(path, into: input) { throw GraftError(.unreadable, "\(bad)") }
    }
  }

  /// Classifies one picture from the bytes of its file, as a server receives them.
  ///
  /// - Parameters:
  ///   - bytes: A JPEG, PNG, WebP, GIF, BMP or TIFF file.
  ///   - name: What errors call the picture.
  /// - Throws: `GraftError.unreadable`, with the reason, if they are no picture that can be read.
  public func predict(bytes: Data, name: String = "picture") async throws -> Prediction {
    try await predict { loader, input in
      do {
        try loader.load(bytes, name: name, into: input)
      } catch let error as GraftError {
        throw GraftError(.unreadable, error.message)
      }
    }
  }

  private func predict(
    _ load: @escaping @Sendable (ImageLoader, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) async throws -> Prediction {
    // The same complaint as for many pictures, if the network takes none.
    _ = try ImageSource([], shape: inputShape, preprocessing: preprocessing, fit: imageFit)
    let probabilities = try await requests.output { loader, input in
      if let loader { try load(loader, input) }
    }
    return Prediction(classNames: classNames, probabilities: probabilities)
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
    if paths.count == 1 {
      defer { progress?(1, 1) }
      do {
        return [.success(try await predict(paths[0]))]
      } catch let error as GraftError where error.code == .unreadable {
        return [.failure(error)]
      }
    }
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
    guard inputs.shape[0] == 1 else {
      return try await runner.outputs(TensorSource(inputs), shape: [classNames.count]).tensor
    }
    let row = try await requests.output { _, input in
      inputs.withUnsafeBufferPointer { _ = input.update(from: $0) }
    }
    return Tensor(shape: [1, row.count], row)
  }
}
