public import GraftCore

/// Weights under torch's names, from safetensors or from a file of `torch.save`.
///
/// ```swift
/// let weights = try StateDict(contentsOf: "resnet18.safetensors")
/// weights.shape(of: "conv1.weight")   // (64, 3, 7, 7)
/// ```
public struct StateDict: Sendable {
  private enum File: Sendable {
    case safetensors(SafetensorsFile)
    case torch(TorchFile)
  }

  /// Torch's word for the processes that a network was shared by, which `DataParallel` puts before every name.
  private static let wrapper = "module."

  /// The path that the file was read from.
  public let path: String
  /// The tensors' names, without the `module.` of a network that was trained by several processes.
  public let names: [String]
  private let file: File
  private let prefix: String

  /// Reads a file.
  ///
  /// - Throws: what ``SafetensorsFile`` and ``TorchFile`` throw.
  public init(contentsOf path: String) throws {
    let stored: [String]
    if try TorchFile.describes(path) {
      let torch = try TorchFile(contentsOf: path)
      (file, stored) = (.torch(torch), torch.names)
    } else {
      let safetensors = try SafetensorsFile(contentsOf: path)
      (file, stored) = (.safetensors(safetensors), safetensors.names)
    }
    self.path = path
    prefix = !stored.isEmpty && stored.allSatisfy { $0.hasPrefix(Self.wrapper) } ? Self.wrapper : ""
    names = stored.map { [prefix] in String($0.dropFirst(prefix.count)) }
  }

  /// Whether a file can be one: of `torch.save`, or safetensors that is no whole model of Graft's.
  public static func describes(_ path: String) throws -> Bool {
    if try TorchFile.describes(path) { return true }
    let file = try InputFile(path)
    let start = try file.bytes(at: 0, count: min(8, file.byteCount))
    guard let length = try? SafetensorsHeader.length(start[...], byteCount: file.byteCount) else { return false }
    let header = try file.bytes(at: 8, count: length)
    guard header.first == UInt8(ascii: "{"), let members = try? JSONValue(parsing: header[...]).object else {
      return false
    }
    return members[SafetensorsHeader.metadataKey]?["graft"] == nil
  }

  /// The shape of a tensor; nil if there is none of that name.
  public func shape(of name: String) -> Shape? {
    switch file {
    case .safetensors(let file): file.shape(of: prefix + name)
    case .torch(let file): file.shape(of: prefix + name)
    }
  }

  /// A tensor, its elements as 32-bit floats.
  ///
  /// - Throws: `GraftError.weightMismatch` if there is none of that name.
  public func tensor(named name: String) throws -> Tensor {
    switch file {
    case .safetensors(let file): try file.tensor(named: prefix + name)
    case .torch(let file): try file.tensor(named: prefix + name)
    }
  }
}
