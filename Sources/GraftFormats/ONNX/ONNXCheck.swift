internal import GraftCore

/// What an ONNX file holds, read again from its bytes.
package struct ONNXCheck {
  /// The number of operations.
  package private(set) var nodeCount = 0
  /// The number of weights' elements.
  package private(set) var elementCount = 0
  /// The texts that came along.
  package private(set) var metadata: [String: String] = [:]
  private var defined: Set<String> = []

  /// Reads a file.
  ///
  /// - Throws: `GraftError.corrupt` if a message is damaged, an operation reads what nothing before it makes, a constant has
  ///   another size than its shape, or a number that is not finite.
  package init(contentsOf path: String) throws {
    let input = try InputFile(path)
    let bytes = try input.bytes(at: 0, count: input.byteCount)
    for (number, value) in try ProtobufReader.fields(of: bytes[...]) {
      switch number {
      case 7: try read(graph: value.bytes ?? [])
      case 14:
        let fields = try ProtobufReader.fields(of: value.bytes ?? [])
        guard let key = fields.first(where: { $0.number == 1 })?.value.text else { continue }
        metadata[key] = fields.first { $0.number == 2 }?.value.text
      default: break
      }
    }
    guard nodeCount > 0 else { throw GraftError(.corrupt, "The ONNX file has no operation.") }
  }

  private mutating func read(graph: ArraySlice<UInt8>) throws {
    let fields = try ProtobufReader.fields(of: graph)
    for (number, value) in fields where number == 5 || number == 11 {
      try number == 5 ? read(constant: value.bytes ?? []) : define(text(1, of: value.bytes ?? []))
    }
    for (number, value) in fields where number == 1 {
      let node = try ProtobufReader.fields(of: value.bytes ?? [])
      for (number, value) in node where number == 1 { try require(value.text ?? "") }
      for (number, value) in node where number == 2 { try define(value.text ?? "") }
      nodeCount += 1
    }
    let outputs = fields.filter { $0.number == 12 }
    guard !outputs.isEmpty else { throw GraftError(.corrupt, "The ONNX file has no output.") }
    for (_, value) in outputs { try require(text(1, of: value.bytes ?? [])) }
  }

  private mutating func read(constant: ArraySlice<UInt8>) throws {
    let fields = try ProtobufReader.fields(of: constant)
    let lengths = fields.filter { $0.number == 1 }.map { $0.value.int ?? -1 }
    let isFloat = fields.contains { $0.number == 2 && $0.value.int == 1 }
    let name = try text(8, of: constant)
    guard let data = fields.first(where: { $0.number == 9 })?.value.bytes,
      Shape(lengths).byteCount(elementSize: isFloat ? 4 : 8) == data.count
    else { throw GraftError(.corrupt, "The constant '\(name)' of the ONNX file has another size than its shape.") }
    if isFloat {
      let isFinite = data.withUnsafeBytes { bytes in
        (0..<(data.count / 4)).allSatisfy { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self).isFinite }
      }
      guard isFinite else { throw GraftError(.nonFinite, "The constant '\(name)' holds numbers that are not finite.") }
      elementCount += data.count / 4
    }
    try define(name)
  }

  private func text(_ number: Int, of message: ArraySlice<UInt8>) throws -> String {
    guard let text = try ProtobufReader.fields(of: message).first(where: { $0.number == number })?.value.text else {
      throw GraftError(.corrupt, "A part of the ONNX file has no name.")
    }
    return text
  }

  private mutating func define(_ name: String) throws {
    guard !name.isEmpty, defined.insert(name).inserted else {
      throw GraftError(.corrupt, "The ONNX file defines '\(name)' twice.")
    }
  }

  private func require(_ name: String) throws {
    guard defined.contains(name) else {
      throw GraftError(.corrupt, "The ONNX file reads '\(name)' before anything makes it.")
    }
  }
}
