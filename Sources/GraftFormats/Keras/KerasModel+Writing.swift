public import GraftCore
public import GraftLayers

extension KerasModel {
  /// The version of Keras whose format is written.
  private static let writtenVersion = "3.15.1"

  /// Writes a model as a `.keras` file, which Keras 3 opens with `keras.models.load_model` and goes on training.
  ///
  /// - Parameters:
  ///   - model: The network. Layers that are frozen are frozen in Keras, too.
  ///   - notes: Anything that is to travel along; Keras ignores it, ``KerasModel/notes`` reads it.
  ///   - path: The file. Keras wants its name to end in `.keras`.
  /// - Throws: `GraftError.writeFailed`; a file that stood there is untouched then.
  public static func write(_ model: Model, notes: JSONValue = [:], to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try write(model, notes: notes, into: file)
    try file.commit()
  }

  /// Writes a model into a file that is not committed yet.
  package static func write(_ model: Model, notes: JSONValue, into file: AtomicFile) throws {
    var notes = notes.object ?? [:]
    if let preprocessing = model.preprocessing { notes["preprocessing"] = preprocessing.configuration }
    let metadata: JSONValue = [
      "keras_version": .string(writtenVersion), KerasArchive.graft: .object(notes),
    ]
    var archive = ZipWriter(file)
    try archive.add(KerasArchive.metadata, Array(metadata.serialized().utf8))
    let configuration = try KerasConfiguration.archived(model.modelConfiguration)
    try archive.add(KerasArchive.configuration, Array(configuration.serialized().utf8))
    try archive.add(KerasArchive.weights, KerasWeightImage.bytes(of: model, isFunctional: true))
    try archive.finish()
  }
}
