import Foundation

/// An ONNX file as a test sees it: field numbers from onnx.proto.
struct ONNXDocument {
  struct Node {
    let type: String
    let inputs: [String]
    let output: String
    let ints: [String: [Int]]
    let floats: [String: Double]

    func int(_ name: String, default fallback: Int) -> Int { ints[name]?.first ?? fallback }
  }

  /// An input or output: its name and its axes, the batch's by name.
  struct Value: Equatable {
    let name: String
    let axes: [String]
  }

  let irVersion: Int?
  let opsets: [String: Int]
  let metadata: [String: String]
  let nodes: [Node]
  let constants: [String: NumberArray]
  let inputs: [Value]
  let outputs: [Value]

  init(_ bytes: [UInt8]) throws {
    let model = try Message(bytes)
    irVersion = model.int(1)
    opsets = Dictionary(uniqueKeysWithValues: try model.messages(8).map { ($0.text(1), $0.int(2) ?? 0) })
    metadata = Dictionary(uniqueKeysWithValues: try model.messages(14).map { ($0.text(1), $0.text(2)) })
    let graph = try model.messages(7)[0]
    nodes = try graph.messages(1).map { node in
      var ints: [String: [Int]] = [:]
      var floats: [String: Double] = [:]
      for attribute in try node.messages(5) {
        switch attribute.int(20) {
        case 1: floats[attribute.text(1)] = Double(Float(bitPattern: UInt32(attribute.int(2) ?? 0)))
        case 2: ints[attribute.text(1)] = [attribute.int(3) ?? 0]
        case 7: ints[attribute.text(1)] = attribute.ints(8)
        default: throw CocoaError(.fileReadCorruptFile)
        }
      }
      return Node(type: node.text(4), inputs: node.texts(1), output: node.text(2), ints: ints, floats: floats)
    }
    constants = Dictionary(
      uniqueKeysWithValues: try graph.messages(5).map { tensor in
        let raw = tensor.contents[9]?.first ?? []
        let values: [Double] =
          switch tensor.int(2) {
          case 1:
            raw.withUnsafeBytes { bytes in
              (0..<(raw.count / 4)).map { Double(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
            }
          case 7:
            raw.withUnsafeBytes { bytes in
              (0..<(raw.count / 8)).map { Double(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
            }
          default: throw CocoaError(.fileReadCorruptFile)
          }
        return (tensor.text(8), NumberArray(shape: tensor.ints(1), values))
      })
    func values(_ field: Int) throws -> [Value] {
      try graph.messages(field).map { value in
        let tensor = try value.messages(2)[0].messages(1)[0]
        let axes = try tensor.messages(2)[0].messages(1).map { $0.int(1).map(String.init) ?? $0.text(2) }
        return Value(name: value.text(1), axes: axes)
      }
    }
    inputs = try values(11)
    outputs = try values(12)
  }
}
