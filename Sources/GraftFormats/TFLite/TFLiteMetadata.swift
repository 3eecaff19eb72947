internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// What TFLite's tools know about a model beside its network (metadata_schema.fbs): how a picture becomes its input, and
/// `labels.txt`, which lies in a zip archive behind the model.
struct TFLiteMetadata {
  /// The entry of the model's metadata.
  static let name = "TFLITE_METADATA"
  private static let identifier = "M001"
  private static let labels = "labels.txt"

  let model: Model
  let classNames: [String]
  let hasWholeNumbers: Bool

  func bytes() throws -> [UInt8] {
    var subgraph = FlatBufferTable()
    subgraph.set(2, [input])
    subgraph.set(3, [output])
    var metadata = FlatBufferTable()
    metadata.set(0, model.name)
    metadata.set(1, hasWholeNumbers ? "Written by Graft; the frozen part in int8." : "Written by Graft.")
    metadata.set(2, GraftVersion.current)
    metadata.set(3, [subgraph])
    metadata.set(7, "1.0.0")
    return try FlatBufferWriter.bytes(of: metadata, identifier: Self.identifier)
  }

  private var input: FlatBufferTable {
    var tensor = FlatBufferTable()
    tensor.set(0, model.input.layer.name)
    tensor.set(1, "Pictures, channels last.")
    guard let preprocessing = model.preprocessing, preprocessing.channelOrder == .rgb, model.input.shape.rank == 3,
      model.input.shape[2] == 3
    else { return tensor }
    var image = FlatBufferTable()
    image.set(0, byte: 1)
    var content = FlatBufferTable()
    content.set(0, byte: 2)
    content.set(1, image)
    tensor.set(3, content)
    // (pixel − mean) / std, on pixels from 0 to 255.
    var options = FlatBufferTable()
    options.set(0, preprocessing.mean.map { $0 * preprocessing.divisor })
    options.set(1, preprocessing.deviation.map { $0 * preprocessing.divisor })
    var unit = FlatBufferTable()
    unit.set(0, byte: 1)
    unit.set(1, options)
    tensor.set(4, [unit])
    return tensor
  }

  private var output: FlatBufferTable {
    var tensor = FlatBufferTable()
    tensor.set(0, TFLiteFile.outputName)
    tensor.set(1, "One number per class.")
    guard !classNames.isEmpty else { return tensor }
    var file = FlatBufferTable()
    file.set(0, Self.labels)
    // Names of an axis's places.
    file.set(2, byte: 2)
    tensor.set(6, [file])
    return tensor
  }

  /// Appends the archive to a model of some bytes.
  func appendFiles(to file: AtomicFile, at offset: Int) throws {
    guard !classNames.isEmpty else { return }
    // Names with line breaks are whole in the metadata entry `class_names`.
    var archive = ZipWriter(file, at: offset)
    try archive.add(Self.labels, LabelLines.bytes(classNames))
    try archive.finish()
  }
}
