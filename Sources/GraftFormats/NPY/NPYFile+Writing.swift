public import GraftCore

extension NPYFile {
  /// Writes a tensor as `float32`. The file appears whole or not at all; throws `.writeFailed`.
  public static func write(_ tensor: Tensor, to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try file.write(NPYHeader.bytes(descr: "<f4", shape: tensor.shape))
    try tensor.withUnsafeBufferPointer { try file.write(UnsafeRawBufferPointer($0)) }
    try file.commit()
  }

  /// Writes whole numbers as `int64`, in row-major order.
  ///
  /// The file appears whole or not at all; throws `.writeFailed`, and `.shapeMismatch` unless there are as many numbers
  /// as the shape says.
  public static func write(_ numbers: [Int], shape: Shape, to path: String) throws {
    guard numbers.count == shape.count else {
      throw GraftError(
        .shapeMismatch, "Shape \(shape) needs \(shape.count) numbers, received \(numbers.count).")
    }
    let file = try AtomicFile(replacing: path)
    try file.write(NPYHeader.bytes(descr: "<i8", shape: shape))
    try numbers.map { Int64($0).littleEndian }.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  /// The bytes of a file with a tensor as `float32`.
  static func bytes(of tensor: Tensor) -> [UInt8] {
    NPYHeader.bytes(descr: "<f4", shape: tensor.shape)
      + tensor.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) }
  }
}
