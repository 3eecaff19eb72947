public import GraftCore

/// A NumPy array in a file (`.npy`).
///
/// Versions 1 to 3, either byte order, C and Fortran order, and the types f2, f4, f8, i1 to i8, u1 to u8 and b1 are read;
/// `float32` and `int64` are written, little-endian and in C order.
///
/// ```swift
/// let x = try NPYFile(contentsOf: "x.npy").tensor()
/// try NPYFile.write(x, to: "copy.npy")
/// ```
public struct NPYFile: Sendable {
  /// The path that the array was read from.
  public let path: String
  /// The array's shape.
  public let shape: Shape
  private let header: NPYHeader
  private let data: ArraySlice<UInt8>

  /// Reads a file.
  ///
  /// Throws `.fileNotFound`, `.unreadable` (not .npy), `.unsupported` (other types: text, objects, complex numbers) or
  /// `.corrupt`. As in NumPy, bytes after the array are ignored.
  public init(contentsOf path: String) throws {
    let input = try InputFile(path)
    try self.init(path: path, byteCount: input.byteCount) { try input.bytes(at: $0.lowerBound, count: $0.count)[...] }
  }

  /// Reads a file that is in memory already; `path` is for messages only.
  public init(bytes: [UInt8], path: String) throws {
    try self.init(path: path, byteCount: bytes.count) { bytes[$0] }
  }

  /// Reads what is needed: the header, and no more of what follows than the array.
  private init(path: String, byteCount: Int, bytes: (Range<Int>) throws -> ArraySlice<UInt8>) throws {
    do {
      let range = try NPYHeader.textRange(in: Array(bytes(0..<min(12, byteCount))), fileSize: byteCount)
      header = try NPYHeader(text: Array(bytes(range)))
      let available = byteCount - range.upperBound
      guard let needed = header.shape.byteCount(elementSize: header.type.byteCount), needed <= available else {
        throw GraftError(
          .corrupt, "An array of shape \(header.shape) needs more than the \(available) bytes that are there.")
      }
      data = try bytes(range.upperBound..<(range.upperBound + needed))
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' cannot be read as .npy. \(error.message)")
    }
    shape = header.shape
    self.path = path
  }

  /// The array with its elements as 32-bit floats in row-major order.
  public func tensor() -> Tensor {
    let stored = data.withUnsafeBytes { data in
      Tensor(shape: header.isFortranOrder ? Shape(shape.dimensions.reversed()) : shape) {
        header.type.convert(data, bigEndian: header.isBigEndian, to: $0)
      }
    }
    return header.isFortranOrder ? Self.transposed(stored, to: shape) : stored
  }

  /// The elements of an array of whole numbers, exactly, in row-major order.
  ///
  /// Throws `.invalidArgument` for floats, for Fortran order beyond one axis, and for a number beyond `Int`.
  public func integers() throws -> [Int] {
    guard !header.isFortranOrder || shape.rank < 2 else {
      throw GraftError(.invalidArgument, "Expected C order for whole numbers in '\(path)', received Fortran order.")
    }
    return switch header.type {
    case .int8: try words(Int8.self)
    case .int16: try words(Int16.self)
    case .int32: try words(Int32.self)
    case .int64: try words(Int64.self)
    case .uint8, .bool: try words(UInt8.self)
    case .uint16: try words(UInt16.self)
    case .uint32: try words(UInt32.self)
    case .uint64: try words(UInt64.self)
    case .float16, .bfloat16, .float32, .float64:
      throw GraftError(.invalidArgument, "Expected whole numbers in '\(path)', received floats.")
    }
  }

  private func words<Word: FixedWidthInteger>(_: Word.Type) throws -> [Int] {
    try data.withUnsafeBytes { data in
      try (0..<shape.count).map { index in
        let word = data.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        guard let value = Int(exactly: header.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)) else {
          throw GraftError(.invalidArgument, "The whole number at \(index) in '\(path)' is too large.")
        }
        return value
      }
    }
  }

  /// Column-major elements put in row-major order.
  private static func transposed(_ stored: Tensor, to shape: Shape) -> Tensor {
    var strides: [Int] = []
    var stride = 1
    for length in shape.dimensions {
      strides.append(stride)
      stride *= length
    }
    return stored.withUnsafeBufferPointer { source in
      Tensor(shape: shape) { target in
        var index = [Int](repeating: 0, count: shape.rank)
        var offset = 0
        for place in target.indices {
          target.initializeElement(at: place, to: source[offset])
          // Count up the index from the last axis, as an odometer does.
          var axis = shape.rank - 1
          while axis >= 0 {
            index[axis] += 1
            offset += strides[axis]
            if index[axis] < shape[axis] { break }
            offset -= index[axis] * strides[axis]
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
