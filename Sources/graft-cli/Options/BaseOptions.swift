public import ArgumentParser
internal import Foundation
internal import Graft

/// Which network the features come from.
struct BaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The base: a network of the zoo, such as efficientnet-b0 (graft models lists them), a whole Keras model (.keras, .h5), a network in ONNX (.onnx), weights of a torch network (.safetensors, .pth), a TensorFlow SavedModel (savedmodel:DIR), or a .graft file.",
      valueName: "name|file"))
  var base: String

  @Option(
    help: ArgumentHelp(
      "A file of weights for a network of the zoo, instead of the published ImageNet weights.", valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The last layer of the base that is kept. By default its last pooling. Of a SavedModel, an output.",
      valueName: "layer"))
  var cut: String?

  @Option(
    help: ArgumentHelp(
      "Of a Keras model with several outputs, the layer whose output is the base's.", valueName: "layer"))
  var baseOutput: String?

  @Option(help: ArgumentHelp("Height and width of the input. By default the base's own.", valueName: "pixels"))
  var imageSize: Int?

  @Option(
    help: ArgumentHelp(
      """
      How pixels become the input: \(Preprocessing.names.joined(separator: ", ")). By default the family's own way; torch for \
      what PyTorch wrote.
      """,
      valueName: "name"))
  var preprocess: String?

  @Option(help: ArgumentHelp("How pictures of other proportions fill the input: stretch, crop, pad.", valueName: "way"))
  var fit: ImageFit = .stretch

  @Option(
    help: ArgumentHelp(
      """
      What the frozen part of the base is computed with: float32, or int8: whole numbers of 8 bits with scales from up to \
      256 of the pictures; about twice as fast, features nearly the same.
      """,
      valueName: "type"))
  var precision = Precision.float32

  func validate() throws {
    if weights != nil, !isOfZoo {
      throw ValidationError("--weights belongs to a family's name; '\(base)' brings its own.")
    }
    if let imageSize, !(1...4096).contains(imageSize) {
      throw ValidationError("--image-size must lie between 1 and 4096. Received: \(imageSize).")
    }
    if let preprocess, Preprocessing(name: preprocess) == nil {
      throw ValidationError(
        "--preprocess must be one of \(Preprocessing.names.joined(separator: ", ")). Received: \(preprocess).")
    }
  }

  private var isOfZoo: Bool { BaseNetwork.entry(named: base) != nil }

  /// Throws unless the base is a network of the zoo or a file that is there: quick, before any long work.
  func checkExists() throws { try BaseNetwork.checkExists(base) }

  /// Makes the base.
  func network() async throws -> BaseNetwork {
    let preprocessing = preprocess.flatMap { Preprocessing(name: $0) }
    try checkExists()
    guard try !isOfZoo && !NetworkFile.isForeign(base) else {
      let counter = ProgressCounter("Weights")
      return try await BaseNetwork(
        base, weights: weights, cut: cut, imageSize: imageSize, preprocessing: preprocessing, output: baseOutput
      ) { received, total in
        if let total { counter.show(Int(received), of: Int(total)) }
      }
    }
    guard baseOutput == nil else {
      throw ValidationError("--base-output is for Keras files; '\(base)' is a model of Graft, which has one output.")
    }
    let artifact = try await GraftModel(contentsOf: base)
    if artifact.model.precision == .int8 {
      // Scales belong to the pictures that they come from.
      artifact.model.removeQuantization()
      if precision == .float32 {
        Console.error("'\(base)' is an int8 model: its float weights are taken. --precision int8 quantises them anew.")
      }
    }
    return try BaseNetwork(
      artifact.model, cut: cut, source: "\(base) (\(artifact.provenance.base ?? "a model of Graft"))",
      weightsDigest: try BaseNetwork.digest(base),
      imageSize: imageSize, preprocessing: preprocessing)
  }
}

extension BaseOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("base", base, .place), Setting("weights", weights, .place), Setting("cut", cut),
      Setting("base-output", baseOutput),
      Setting("image-size", imageSize), Setting("preprocess", preprocess), Setting("fit", fit.rawValue),
      Setting("precision", precision.rawValue),
    ]
  }
}

extension ImageFit: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
