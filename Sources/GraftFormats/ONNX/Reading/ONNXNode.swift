internal import GraftCore

/// An operation of an ONNX graph (NodeProto).
struct ONNXNode {
  /// The node's name; empty if the file gives it none.
  private(set) var name = ""
  /// The operator, with its domain in front if it is none of the standard's.
  private(set) var type = ""
  private(set) var inputs: [String] = []
  private(set) var outputs: [String] = []
  private(set) var attributes: [String: ONNXValue] = [:]

  init(_ bytes: ArraySlice<UInt8>, folder: String) throws {
    var domain = ""
    for (number, value) in try ProtobufReader.fields(of: bytes) {
      switch number {
      case 1: inputs.append(value.text ?? "")
      case 2: outputs.append(value.text ?? "")
      case 3: name = value.text ?? ""
      case 4: type = value.text ?? ""
      case 5:
        let (key, attribute) = try ONNXValue.attribute(value.bytes ?? [], folder: folder)
        attributes[key] = attribute
      case 7: domain = value.text ?? ""
      default: break
      }
    }
    guard !type.isEmpty else { throw GraftError(.corrupt, "A node has no operator.") }
    if !["", "ai.onnx"].contains(domain) { type = "\(domain).\(type)" }
  }

  /// A node that stands for several others.
  init(_ type: String, inputs: [String], like last: ONNXNode, attributes: [String: ONNXValue] = [:]) {
    self.type = type
    self.inputs = inputs
    self.attributes = attributes
    name = last.name
    outputs = last.outputs
  }

  /// The name of an input; nil if it is left out.
  func input(_ index: Int) -> String? {
    index < inputs.count && !inputs[index].isEmpty ? inputs[index] : nil
  }

  /// The node as messages name it.
  var label: String { "Node \"\(name.isEmpty ? outputs.first ?? "" : name)\" (\(type))" }

  func unsupported(_ text: String) -> GraftError {
    let list = attributes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.summary)" }
    return GraftError(
      .unsupported, "\(label): \(text)\(list.isEmpty ? "" : " Its attributes: \(list.joined(separator: ", ")).")")
  }

  func corrupt(_ text: String) -> GraftError { GraftError(.corrupt, "\(label): \(text)") }

  // MARK: Attributes

  func int(_ key: String, default fallback: Int) throws -> Int {
    guard let value = attributes[key] else { return fallback }
    guard case .int(let number) = value else { throw corrupt("expected a whole number as '\(key)'.") }
    return number
  }

  func float(_ key: String, default fallback: Float) throws -> Float {
    guard let value = attributes[key] else { return fallback }
    guard case .float(let number) = value, number.isFinite else { throw corrupt("expected a number as '\(key)'.") }
    return number
  }

  func text(_ key: String, default fallback: String) throws -> String {
    guard let value = attributes[key] else { return fallback }
    guard case .text(let text) = value else { throw corrupt("expected a text as '\(key)'.") }
    return text
  }

  func ints(_ key: String) throws -> [Int]? {
    guard let value = attributes[key] else { return nil }
    guard case .ints(let numbers) = value else { throw corrupt("expected whole numbers as '\(key)'.") }
    return numbers
  }

  /// Whole numbers of a list that must have a length and lie in a range: pads, steps, sizes. Sums of them cannot overflow.
  func ints(_ key: String, count: Int, in range: ClosedRange<Int>, default fallback: Int) throws -> [Int] {
    guard let list = try ints(key) else { return [Int](repeating: fallback, count: count) }
    guard list.count == count, list.allSatisfy(range.contains) else {
      throw unsupported(
        "expected \(count) numbers from \(range.lowerBound) to \(range.upperBound) as '\(key)'. Received: \(list).")
    }
    return list
  }
}
