internal import Foundation
internal import GraftCore

/// The graph of an ONNX file as it stands there: nodes in order, records of constants, inputs and outputs.
///
/// Field numbers: onnx.proto. Lengths are checked by `ProtobufReader`; graphs inside of attributes are not entered, so that
/// nothing recurs. What is held is a small multiple of the file's size.
struct ONNXSource {
  /// As many nodes as any network has, and as few as layers can be linked to one another.
  static let nodeLimit = 8192

  var producer = ""
  /// The version of the standard operators; 0 if the file names none.
  private(set) var opset = 0
  private(set) var metadata: [String: String] = [:]
  private(set) var name = ""
  var nodes: [ONNXNode] = []
  private(set) var initializers: [String: ONNXRecord] = [:]
  /// What must be given to the graph: inputs without those that are constants.
  private(set) var inputs: [ONNXInput] = []
  private(set) var outputs: [String] = []
  /// The number of constants' elements.
  private(set) var elementCount = 0
  /// The file's size in bytes.
  let byteCount: Int

  init(contentsOf path: String) throws {
    let input = try InputFile(path)
    byteCount = input.byteCount
    guard byteCount < 1 << 31 else {
      throw GraftError(
        .unsupported, "'\(path)' has \(byteCount) bytes; a Protocol Buffers message has less than 2 GiB.")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try self.read(model: input.bytes(at: 0, count: byteCount)[...], folder: folder)
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' cannot be read as ONNX. \(error.message)")
    }
  }

  private mutating func read(model: ArraySlice<UInt8>, folder: String) throws {
    var graph: ArraySlice<UInt8>?
    for (number, value) in try ProtobufReader.fields(of: model) {
      switch number {
      case 2: producer = value.text ?? ""
      case 7: graph = value.bytes
      case 8:
        let fields = try ProtobufReader.fields(of: value.bytes ?? [])
        let domain = fields.last { $0.number == 1 }?.value.text ?? ""
        if ["", "ai.onnx"].contains(domain) { opset = fields.last { $0.number == 2 }?.value.int ?? 0 }
      case 14:
        let fields = try ProtobufReader.fields(of: value.bytes ?? [])
        guard let key = fields.last(where: { $0.number == 1 })?.value.text else { continue }
        metadata[key] = fields.last { $0.number == 2 }?.value.text
      default: break
      }
    }
    guard let graph else { throw GraftError(.corrupt, "There is no graph in it.") }
    guard opset >= 7 else {
      throw GraftError(.unsupported, "Expected operators of opset 7 or newer. Received: opset \(opset).")
    }
    try read(graph: graph, folder: folder)
  }

  private mutating func read(graph: ArraySlice<UInt8>, folder: String) throws {
    var given: [ONNXInput] = []
    for (number, value) in try ProtobufReader.fields(of: graph) {
      let bytes = value.bytes ?? []
      switch number {
      case 1:
        guard nodes.count < Self.nodeLimit else {
          throw GraftError(.unsupported, "It has more than \(Self.nodeLimit) nodes.")
        }
        nodes.append(try ONNXNode(bytes, folder: folder))
      case 2: name = value.text ?? ""
      case 5:
        let record = try ONNXRecord(bytes, folder: folder)
        guard initializers.updateValue(record, forKey: record.name) == nil else {
          throw GraftError(.corrupt, "The constant '\(record.name)' is defined twice.")
        }
        elementCount += record.count
      case 11: given.append(try ONNXInput(bytes))
      case 12: outputs.append(try ONNXInput(bytes).name)
      case 15: throw GraftError(.unsupported, "It has sparse constants, which Graft does not read.")
      default: break
      }
    }
    inputs = given.filter { initializers[$0.name] == nil }
  }
}
