internal import Foundation
public import GraftCore
internal import GraftFormats
public import GraftLayers

/// A pre-trained network made ready for a new top: cut, pooled to one row of features per picture, and frozen.
///
/// ```swift
/// let base = try await BaseNetwork("dogs.h5", imageSize: 224)
/// let output = Dense(5, activation: .softmax)(base.model.output)
/// ```
public struct BaseNetwork {
  /// The network, from pictures to one row of features. All of it is frozen.
  public let model: Model
  /// Where the weights come from, in words.
  public let source: String
  /// The SHA-256 of the file of weights, if there is one.
  public let weightsDigest: String?
  /// The layer at which the network was cut.
  public let cut: String

  /// Finds a base by its name in the zoo, or in the file of a whole Keras model, an ONNX network, or a torch network's weights.
  ///
  /// - Parameters:
  ///   - name: A name of `families`, such as `efficientnet-b0`, its constructor, the path of a `.keras`, `.h5` or `.onnx` file,
  ///     or of weights under torch's names (`.safetensors`, `.pth`), whose network is recognised by them, or `savedmodel:` and the
  ///     folder of a TensorFlow SavedModel.
  ///   - weights: For a network of the zoo: a file of weights instead of the published ImageNet weights.
  ///   - cut: The last layer that is kept. By default the last global pooling. Of a SavedModel, the name of an output.
  ///   - imageSize: Height and width of the input. By default the network's own.
  ///   - preprocessing: What turns pictures into the input. By default the family's own, recognised by its layers.
  ///   - output: The layer whose result is the output of a Keras model with several outputs.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError`: what is wrong with the name, the file or the arguments.
  public init(
    _ name: String, weights: String? = nil, cut: String? = nil, imageSize: Int? = nil,
    preprocessing: Preprocessing? = nil, output: String? = nil, progress: WeightCache.Progress? = nil
  ) async throws {
    if let imageSize, !(1...4096).contains(imageSize) {
      throw GraftError(.invalidArgument, "The image size must lie between 1 and 4096 pixels. Received: \(imageSize).")
    }
    let shape = imageSize.map { Shape([$0, $0, 3]) }
    if let architecture = Zoo.architecture(named: name) {
      guard output == nil else {
        throw GraftError(.invalidArgument, "\(name) has one output; to choose one is for files with several.")
      }
      let expected = architecture.preprocessing
      guard preprocessing == nil || preprocessing == expected else {
        throw GraftError(
          .invalidArgument,
          "\(name) brings its own preprocessing, \(Self.words(expected)); another one would spoil it.")
      }
      let network = try await architecture.network(
        ApplicationArguments(
          weights: weights.map { .file($0) } ?? .imageNet, includeTop: false, inputShape: shape, pooling: .average,
          progress: progress))
      // Without a file of one's own the weights lie in the cache by now.
      let file =
        try weights
        ?? WeightCache.standard.location(of: architecture.weights(for: network.input.shape, includeTop: false))
      // ConvNeXts normalise what is pooled: that belongs to the features.
      try self.init(
        network, cut: cut ?? network.output.layer.name, source: network.provenance ?? name,
        weightsDigest: Self.digest(file), preprocessing: preprocessing)
      return
    }
    if let folder = Self.savedModel(name) {
      try self.init(savedModel: folder, output: cut, imageSize: imageSize, preprocessing: preprocessing)
      return
    }
    try Self.checkExists(name)
    guard weights == nil else {
      throw GraftError(
        .invalidArgument, "'\(name)' brings its own weights; a file of weights belongs to a family's name.")
    }
    if ONNXModel.isNamedLike(name) {
      try self.init(onnx: name, cut: cut, imageSize: imageSize, preprocessing: preprocessing)
      return
    }
    if try StateDict.describes(name) {
      let network = try await TorchRecognition.architecture(of: StateDict(contentsOf: name)).network(
        ApplicationArguments(weights: .file(name), includeTop: false, inputShape: shape, pooling: .average))
      try self.init(
        network, cut: cut ?? network.output.layer.name, source: network.provenance ?? name,
        weightsDigest: Self.digest(name), preprocessing: preprocessing)
      return
    }
    let file = try KerasModel(contentsOf: name)
    // While the network is built.
    async let digest = Self.digest(name)
    let network = try Self.network(of: file, shape: shape, output: output, cut: cut)
    let keras = file.kerasVersion.map { ", saved by Keras \($0)" } ?? ""
    let fileName = URL(fileURLWithPath: name).lastPathComponent
    try self.init(
      network, cut: cut, source: "the model \"\(network.name)\" in \(fileName)\(keras)",
      weightsDigest: await digest, imageSize: imageSize, preprocessing: preprocessing)
  }

  private static func network(of file: KerasModel, shape: Shape?, output: String?, cut: String?) throws -> Model {
    func read(_ output: String?) throws -> Model {
      do {
        return try file.model(output: output)
      } catch let error as GraftError where error.code == .invalidArgument && shape != nil {
        // Saved without a size: it can only be built for the one that is asked for.
        return try file.model(inputShape: shape, output: output)
      }
    }
    do {
      return try read(output)
    } catch {
      // What lies behind the cut need not be known, nor be one output.
      guard let cut, output == nil, let network = try? read(cut) else { throw error }
      return network
    }
  }

  /// Throws unless a base is a network of the zoo or a file that is there.
  package static func checkExists(_ name: String) throws {
    let path = savedModel(name) ?? name
    guard Zoo.architecture(named: name) != nil || FileManager.default.fileExists(atPath: path) else {
      throw unknown(name)
    }
  }

  /// Makes a base of a network that is there already: cut, then resized, pooled if need be, and frozen.
  public init(
    _ network: Model, cut: String? = nil, source: String, weightsDigest: String? = nil, imageSize: Int? = nil,
    preprocessing: Preprocessing? = nil
  ) throws {
    self.cut = cut ?? Self.lastPooling(network)
    var model = try network.cut(at: self.cut)
    // The top may not stand another size; the trunk does wherever it is fully convolutional.
    if let imageSize { model = try model.resized(to: [imageSize, imageSize, model.input.shape[-1]]) }
    switch model.output.shape.rank {
    case 1: break
    case 3:
      // A picture of one pixel is pooled already.
      let pooling: Layer = model.output.shape.count == model.output.shape[2] ? Flatten() : GlobalAveragePooling2D()
      model = Model(inputs: model.input, outputs: pooling(model.output), name: model.name)
    default:
      throw GraftError(
        .invalidArgument,
        """
        The network cannot be cut at "\(self.cut)": its output there has the shape \(model.output.shape), and a new top \
        needs a picture or a row of features.
        """)
    }
    // The family is recognised by the whole network: the cut may leave little of it.
    model = try Self.withPreprocessing(model, preprocessing ?? model.preprocessing ?? Self.recognised(network))
    model.isTrainable = false
    try model.check()
    self.model = model
    self.source = source
    self.weightsDigest = weightsDigest
  }

  /// Where a network is cut if nobody says it: its last global pooling, else its last picture.
  ///
  /// Poolings of squeeze-and-excites lie beside the picture's way and are none to cut at.
  static func lastPooling(_ network: Model) -> String {
    let pooling = network.allLayers.last {
      ($0 is GlobalAveragePooling2D || $0 is GlobalMaxPooling2D) && isPassedByAll($0, network)
    }
    let picture = network.tensors.last { $0.shape.rank == 3 }?.layer
    return (pooling ?? picture ?? network.output.layer).name
  }

  /// Whether nothing of the input reaches the output but through a layer. Of those of nested models it is taken for granted.
  private static func isPassedByAll(_ layer: Layer, _ network: Model) -> Bool {
    guard network.layers.contains(where: { $0 === layer }) else { return true }
    var seen: Set<ObjectIdentifier> = []
    var open = [network.output]
    while let tensor = open.popLast() {
      if tensor.layer === layer || !seen.insert(ObjectIdentifier(tensor)).inserted { continue }
      if tensor === network.input { return false }
      open += tensor.inputs
    }
    return true
  }

  /// The SHA-256 of a file's bytes.
  package static func digest(_ path: String) throws -> String {
    do {
      return SHA256Digest(of: try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)).description
    } catch {
      throw GraftError(.unreadable, "'\(path)' cannot be read: \(error.localizedDescription)")
    }
  }
}
