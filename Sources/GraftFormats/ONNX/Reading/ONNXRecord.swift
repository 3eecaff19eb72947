internal import Foundation
internal import GraftCore

/// A constant in an ONNX file (TensorProto), read when it is asked for.
struct ONNXRecord {
  private(set) var name = ""
  private(set) var shape: [Int] = []
  /// The number of elements.
  let count: Int
  private let type: Int
  private var raw: ArraySlice<UInt8>?
  /// Fields that hold elements one by one, as numbers of the file.
  private var listed: [(number: Int, value: ProtobufReader.Value)] = []
  private var external: [String: String] = [:]
  private var isExternal = false
  /// The folder of the file, which external data may not leave.
  private let folder: String

  init(_ bytes: ArraySlice<UInt8>, folder: String) throws {
    self.folder = folder
    var type = 0
    for (number, value) in try ProtobufReader.fields(of: bytes) {
      switch number {
      case 1: shape += try value.packed().map { Int(truncatingIfNeeded: $0) }
      case 2: type = value.int ?? 0
      case 4, 5, 7, 10, 11: listed.append((number, value))
      case 8: name = value.text ?? ""
      case 9: raw = value.bytes
      case 13:
        let entry = try ProtobufReader.fields(of: value.bytes ?? [])
        guard let key = entry.last(where: { $0.number == 1 })?.value.text else { continue }
        external[key] = entry.last { $0.number == 2 }?.value.text
      case 14: isExternal = value.int == 1
      default: break
      }
    }
    self.type = type
    guard let count = Shape(shape).byteCount(elementSize: 1), count < 1 << 31, count > 0 || shape.count == 1 else {
      throw GraftError(.corrupt, "The constant '\(name)' has the impossible shape \(Shape(shape)).")
    }
    self.count = count
  }

  private var isWhole: Bool { [2, 3, 4, 5, 6, 7, 9, 12, 13].contains(type) }

  private func numberType() throws -> NumberType {
    let types: [Int: NumberType] = [
      1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
      11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
    ]
    guard let known = types[type] else {
      throw GraftError(
        .unsupported, "The constant '\(name)' has elements of the type \(type), which Graft does not read.")
    }
    return known
  }

  /// The elements.
  ///
  /// - Throws: `GraftError.corrupt` if there are not as many as the shape says, `.unsupported` for types of elements that are
  ///   not numbers, and what reading external data throws.
  func constant() throws -> ONNXConstant {
    let elementType = try numberType()
    if let data = try isExternal ? externalData(count * elementType.byteCount) : raw {
      guard data.count == count * elementType.byteCount else { throw wrongSize }
      return data.withUnsafeBytes { bytes in
        if type == 7 {
          return ONNXConstant(
            shape: shape,
            (0..<count).map { Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))) })
        }
        let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
          elementType.convert(
            bytes, bigEndian: false, to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
          initialized = count
        }
        // The largest 64-bit numbers without a sign have no place in an Int, and mean "to the end" at most.
        return isWhole
          ? ONNXConstant(shape: shape, floats.map { Int(min($0, 1e18)) }) : ONNXConstant(shape: shape, floats)
      }
    }
    let numbers = try listed.flatMap { number, value in
      try value.packed(fixed: number == 4 ? 4 : number == 10 ? 8 : nil)
    }
    guard numbers.count == count else { throw wrongSize }
    switch elementType {
    case .float32:
      return ONNXConstant(shape: shape, numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
    case .float64: return ONNXConstant(shape: shape, numbers.map { Float(Double(bitPattern: $0)) })
    case .float16:
      return ONNXConstant(shape: shape, numbers.map { Float(halfBitPattern: UInt16(truncatingIfNeeded: $0)) })
    case .bfloat16:
      return ONNXConstant(shape: shape, numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
    default: return ONNXConstant(shape: shape, numbers.map { Int(truncatingIfNeeded: $0) })
    }
  }

  private var wrongSize: GraftError {
    GraftError(.corrupt, "The constant '\(name)' has another size than its shape \(Shape(shape)).")
  }

  /// Data that lie in another file, which must lie in the same folder or below it.
  private func externalData(_ expected: Int) throws -> ArraySlice<UInt8> {
    let location = external["location"] ?? ""
    let path = URL(fileURLWithPath: folder).appending(path: location).resolvingSymlinksInPath().path
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard !location.isEmpty, !location.hasPrefix("/"), path.hasPrefix(root == "/" ? root : root + "/") else {
      throw GraftError(
        .unsupported,
        "The constant '\(name)' lies in '\(location)': data outside of the model's own folder are not read.")
    }
    let file = try InputFile(path)
    let offset = Int(external["offset"] ?? "0") ?? -1
    let length = Int(external["length"] ?? "\(expected)") ?? -1
    guard offset >= 0, length == expected, length <= file.byteCount, offset <= file.byteCount - length else {
      throw GraftError(
        .corrupt,
        "The constant '\(name)' needs \(expected) bytes of '\(location)' at \(offset), which has \(file.byteCount).")
    }
    return try file.bytes(at: offset, count: length)[...]
  }
}
