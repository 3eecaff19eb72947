internal import GraftCore

/// The parts of a `.keras` file: a zip of the configuration, the weights and a few words about them.
///
/// Definition: keras/src/saving/saving_lib.py.
struct KerasArchive {
  static let configuration = "config.json"
  static let metadata = "metadata.json"
  static let weights = "model.weights.h5"
  /// Graft's own words in the metadata, which Keras does not read.
  static let graft = "graft"

  let configuration: JSONValue
  let metadata: JSONValue
  let file: KerasWeightFile

  init(contentsOf path: String) throws {
    let archive = try ZipArchive(contentsOf: path)
    // Keras compresses nothing. Where somebody did, neither text nor weights shrink this much.
    let limit = 64 * archive.byteCount + 1 << 16
    func document(_ name: String) throws -> JSONValue {
      do {
        return try JSONValue(parsing: String(decoding: archive.bytes(of: name, limit: limit), as: UTF8.self))
      } catch let error as GraftError {
        throw GraftError(error.code, "'\(name)' of the Keras model '\(path)' cannot be read. \(error.message)")
      }
    }
    configuration = try document(Self.configuration)
    metadata = try document(Self.metadata)
    do {
      file = try KerasWeightFile(
        HDF5File(
          bytes: archive.bytes(of: Self.weights, limit: limit), path: Self.weights,
          isCompressed: archive.isCompressed(Self.weights)))
    } catch let error as GraftError {
      throw GraftError(error.code, "The weights of '\(path)' cannot be read. \(error.message)")
    }
  }
}
