public import GraftCore

/// A file of `torch.save` that holds weights, read once and held in memory: the zip of torch 1.6 and later, or the older layout.
///
/// The pickle in it is read with a list of what is allowed, and nothing of it is run: anything but tensors and plain values is
/// an error that names it. Checkpoints that keep the weights under `state_dict`, `model_state_dict` or `model` are opened there.
/// Definition: torch/serialization.py.
///
/// ```swift
/// let file = try TorchFile(contentsOf: "resnet18.pth")
/// let kernel = try file.tensor(named: "conv1.weight")
/// ```
public struct TorchFile: Sendable {
  /// The path that the file was read from.
  public let path: String
  /// The tensors' names in the order of the file.
  public let names: [String]
  private let tensors: [String: TorchTensor]
  private let storages: [TorchStorage]
  /// For each storage the bytes that it lies in, and where.
  private let places: [(bytes: [UInt8], range: Range<Int>)]

  /// Reads a file.
  ///
  /// - Throws: `GraftError.fileNotFound`, `.unreadable`, `.corrupt`, or `.unsupported` for pickles of more than weights.
  public init(contentsOf path: String) throws {
    do {
      let layout = try ZipArchive.describes(path) ? TorchLayout(zip: path) : TorchLayout(legacy: path)
      let entries = try Self.weights(layout)
      self.path = path
      names = entries.map(\.name)
      tensors = Dictionary(entries.map { ($0.name, $0.tensor) }) { _, last in last }
      storages = layout.reader.storages
      places = layout.places
    } catch let error as GraftError where error.code == .corrupt || error.code == .unsupported {
      throw GraftError(error.code, "'\(path)' cannot be read as weights of torch. \(error.message)")
    }
  }

  /// Whether a file is one of torch's, by its contents.
  public static func describes(_ path: String) throws -> Bool { try TorchLayout.describes(path) }

  /// The shape of a tensor; nil if there is none of that name.
  public func shape(of name: String) -> Shape? { tensors[name]?.shape }

  /// A tensor, its elements as 32-bit floats.
  ///
  /// - Throws: `GraftError.weightMismatch` if there is none of that name.
  public func tensor(named name: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw GraftError(.weightMismatch, "There is no tensor '\(name)' in '\(path)'.")
    }
    let (bytes, range) = places[tensor.storage]
    return bytes.withUnsafeBytes {
      tensor.tensor(of: storages[tensor.storage].type, in: UnsafeRawBufferPointer(rebasing: $0[range]))
    }
  }

  private static func weights(_ layout: TorchLayout) throws -> [(name: String, tensor: TorchTensor)] {
    let reader = layout.reader
    func tensors(_ value: PickleValue) -> [(name: String, tensor: TorchTensor)] {
      var order: [String] = []
      var found: [String: TorchTensor] = [:]
      for (key, value) in reader.entries(of: value) ?? [] {
        guard case .tensor(let index) = value else { continue }
        if found.updateValue(reader.tensors[index], forKey: key) == nil { order.append(key) }
      }
      return order.compactMap { name in found[name].map { (name, $0) } }
    }
    let root = reader.entries(of: layout.root)
    let keys = ["state_dict", "model_state_dict", "model"]
    let candidates = [layout.root] + keys.compactMap { key in root?.last { $0.key == key }?.value }
    guard let weights = candidates.lazy.map(tensors).first(where: { !$0.isEmpty }) else {
      let found = root.map { "only \($0.prefix(8).map(\.key))" } ?? "something else"
      throw GraftError(
        .unsupported, "Expected a dictionary of tensors, as torch.save(model.state_dict(), …) writes; found \(found).")
    }
    return weights
  }
}
