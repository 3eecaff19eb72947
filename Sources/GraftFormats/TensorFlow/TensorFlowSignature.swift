internal import GraftCore

/// A signature of a SavedModel (SignatureDef): what goes in and what comes out.
struct TensorFlowSignature {
  /// A tensor under the name that the signature gives it (TensorInfo).
  struct Value {
    let key: String
    /// The tensor as the graph names it, such as `serving_default_input:0`.
    fileprivate(set) var tensor = ""
    /// DataType in types.proto; 1 is float32.
    fileprivate(set) var type = 0
    /// The lengths of all axes, 0 where they are open; nil if not even their number is known.
    fileprivate(set) var lengths: [Int]?
  }

  let name: String
  private(set) var inputs: [Value] = []
  private(set) var outputs: [Value] = []

  /// Reads an entry of `MetaGraphDef.signature_def`.
  init(_ entry: ArraySlice<UInt8>) throws {
    let fields = try ProtobufReader.fields(of: entry)
    name = fields.last { $0.number == 1 }?.value.text ?? ""
    for (number, value) in try ProtobufReader.fields(of: fields.last { $0.number == 2 }?.value.bytes ?? []) {
      switch number {
      case 1: inputs.append(try Self.value(value.bytes ?? []))
      case 2: outputs.append(try Self.value(value.bytes ?? []))
      default: break
      }
    }
    inputs.sort { $0.key < $1.key }
    outputs.sort { $0.key < $1.key }
  }

  private static func value(_ entry: ArraySlice<UInt8>) throws -> Value {
    let fields = try ProtobufReader.fields(of: entry)
    var result = Value(key: fields.last { $0.number == 1 }?.value.text ?? "")
    for (number, value) in try ProtobufReader.fields(of: fields.last { $0.number == 2 }?.value.bytes ?? []) {
      switch number {
      case 1: result.tensor = value.text ?? ""
      case 2: result.type = value.int ?? 0
      case 3:
        let shape = try ProtobufReader.fields(of: value.bytes ?? [])
        guard !shape.contains(where: { $0.number == 3 && $0.value.int == 1 }) else { continue }
        result.lengths = try shape.filter { $0.number == 2 }.map { _, dimension in
          let fields = try ProtobufReader.fields(of: dimension.bytes ?? [])
          return max(0, fields.last { $0.number == 1 }?.value.int ?? 0)
        }
      default: break
      }
    }
    return result
  }
}
