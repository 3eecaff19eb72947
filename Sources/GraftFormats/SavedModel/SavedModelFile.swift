internal import GraftCore
package import GraftGraph
public import GraftLayers

/// Writes networks as TensorFlow SavedModels (saved_model.proto, schema version 1), and reads what it wrote.
///
/// The folder is what `tf.saved_model.load` and TensorFlow Serving want: `saved_model.pb` with the tag `serve`, `variables/`, which
/// stays empty, as weights are constants of the graph, and `assets.extra/` with the class names. The signature `serving_default`
/// takes any number of pictures, channels last, under the input layer's name and gives `output_0`, as Keras's own export does; the
/// signature `class_names` takes nothing and gives the names of the classes.
public enum SavedModelFile {
  /// The signature and the node with the names of the classes.
  static let classNames = "class_names"
  static let outputName = "output_0"
  private static let document = "saved_model.pb"

  /// Writes a network with its present weights, as floats.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - classNames: What the outputs stand for.
  ///   - metadata: Texts that travel along, as members of `assets.extra/graft.json`.
  ///   - path: The folder: a new one, or another SavedModel, which is replaced.
  /// - Throws: `GraftError.unsupported`, naming the layer, for an operation that is not known, or for weights of 2 GiB or more;
  ///   `GraftError.writeFailed`, and what stood there is untouched then.
  public static func write(
    _ model: Model, classNames: [String] = [], metadata: [String: String] = [:], to path: String
  ) throws {
    let folder = try folder(at: path)
    try write(model, classNames: classNames, metadata: metadata, into: folder)
    try folder.commit()
  }

  /// Writes a network into a folder that is not committed yet.
  package static func write(
    _ model: Model, classNames: [String], metadata: [String: String], into folder: AtomicFolder
  ) throws {
    try folder.write(bytes(of: model, classNames: classNames), to: document)
    try folder.makeFolder("variables")
    try folder.makeFolder("assets.extra")
    let texts = JSONValue.object(metadata.mapValues { .string($0) })
    try folder.write(Array(texts.serialized().utf8), to: "assets.extra/graft.json")
    if !classNames.isEmpty {
      try folder.write(LabelLines.bytes(classNames), to: "assets.extra/class_names.txt")
    }
  }

  /// A folder for a SavedModel that is not there yet, or replaces another one.
  package static func folder(at path: String) throws -> AtomicFolder {
    try AtomicFolder(replacing: path, marker: document)
  }

  static func bytes(of model: Model, classNames: [String]) throws -> [UInt8] {
    let graph = try model.graph().frozen().optimizedForInference()
    let weights = graph.parameters.reduce(0) { $0 + 4 * $1.value.count }
    guard weights < 1 << 31 else {
      throw GraftError(
        .unsupported,
        """
        The network has \(weights) bytes of weights, and saved_model.pb holds less than 2 GiB. Other formats have room: keras, \
        safetensors.
        """)
    }
    let program = try ProgramTranslation(graph, .tensorFlow).program
    let name = model.input.layer.name
    let writer = try TensorFlowGraphWriter(program, classNames: classNames, inputName: name)
    var information = ProtobufMessage()
    information.add(4, "serve")
    var meta = ProtobufMessage()
    meta.add(1, information)
    meta.add(2, writer.graph)
    meta.add(
      5,
      signature(
        "serving_default",
        inputs: [(name, writer.inputName, TensorFlowType.float, model.input.shape.prepending(-1).dimensions)],
        outputs: [(outputName, writer.outputName, TensorFlowType.float, model.output.shape.prepending(-1).dimensions)]))
    if !classNames.isEmpty {
      meta.add(
        5,
        signature(
          Self.classNames, inputs: [],
          outputs: [(Self.classNames, Self.classNames, TensorFlowType.string, [classNames.count])]))
    }
    var document = ProtobufMessage()
    document.add(1, 1)
    document.add(2, meta)
    guard document.bytes.count < 1 << 31 else {
      throw GraftError(.unsupported, "The network does not fit saved_model.pb, which holds less than 2 GiB.")
    }
    return document.bytes
  }

  private typealias Entry = (name: String, node: String, type: Int, shape: [Int])

  /// An entry of the map of signatures.
  private static func signature(_ name: String, inputs: [Entry], outputs: [Entry]) -> ProtobufMessage {
    func map(_ entry: Entry) -> ProtobufMessage {
      var info = ProtobufMessage()
      info.add(1, entry.node + ":0")
      info.add(2, entry.type)
      info.add(3, TensorFlowNode.shape(entry.shape))
      var message = ProtobufMessage()
      message.add(1, entry.name)
      message.add(2, info)
      return message
    }
    var signature = ProtobufMessage()
    for input in inputs { signature.add(1, map(input)) }
    for output in outputs { signature.add(2, map(output)) }
    signature.add(3, "tensorflow/serving/predict")
    var message = ProtobufMessage()
    message.add(1, name)
    message.add(2, signature)
    return message
  }

  /// The network in a folder that Graft wrote.
  ///
  /// - Throws: `GraftError.corrupt` for a damaged file, `GraftError.unsupported` for operations that Graft does not write.
  package static func graph(contentsOf path: String) throws -> Graph {
    let input = try InputFile(path + "/" + document)
    let program = try SavedModelReader.read(input.bytes(at: 0, count: input.byteCount))
    return try ProgramGraph(program).graph
  }
}
