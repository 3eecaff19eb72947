internal import GraftCore
internal import GraftKernels

/// The two products that fitting a linear map of fixed samples needs, over and over: results, and the kernel's gradient.
///
/// It belongs to one caller at a time; the samples may be shared. Each product runs on the caller's core.
package final class LinearProducts {
  /// One row of `samples.columns` weights per output.
  package let kernel: UnsafeMutableBufferPointer<Float>
  /// One row of outputs per sample.
  package let results: UnsafeMutableBufferPointer<Float>

  private let samples: SampleMatrix
  private let kernelMemory: AlignedMemory
  private let resultMemory: AlignedMemory
  private let scratch: AlignedMemory
  private let stream: GraftKernels.Stream
  private let forward: Call
  private let backward: Call

  /// Compiles the products for a number of outputs.
  package init(_ samples: SampleMatrix, outputs: Int) throws {
    self.samples = samples
    let (rows, columns) = (samples.rows, samples.columns)
    kernelMemory = AlignedMemory(byteCount: outputs * columns * MemoryLayout<Float>.stride)
    resultMemory = AlignedMemory(byteCount: rows * outputs * MemoryLayout<Float>.stride)
    kernel = UnsafeMutableBufferPointer(rebasing: kernelMemory.floats[..<(outputs * columns)])
    results = UnsafeMutableBufferPointer(rebasing: resultMemory.floats[..<(rows * outputs)])
    stream = try GraftKernels.Stream(Engine.shared())

    let source = try MemoryDescriptor(rowMajor: [rows, columns])
    let weights = try MemoryDescriptor(rowMajor: [outputs, columns])
    let weightsTransposed = try MemoryDescriptor(dimensions: [columns, outputs], strides: [1, columns])
    let result = try MemoryDescriptor(rowMajor: [rows, outputs])
    let resultTransposed = try MemoryDescriptor(dimensions: [outputs, rows], strides: [1, outputs])
    let (forwardKernel, backwardKernel) = try KernelThreads.with(1) {
      (
        try Primitive.matrixProduct(
          source: source, weights: weightsTransposed, destination: result, attributes: Attributes()),
        try Primitive.matrixProduct(
          source: resultTransposed, weights: source, destination: weights, attributes: Attributes())
      )
    }
    scratch = AlignedMemory(
      byteCount: max(forwardKernel.scratchpadByteCount, backwardKernel.scratchpadByteCount))

    forward = try Self.call(
      forwardKernel, scratch,
      [
        (.source, source, samples.memory), (.weights, weightsTransposed, kernelMemory),
        (.destination, result, resultMemory),
      ])
    backward = try Self.call(
      backwardKernel, scratch,
      [
        (.source, resultTransposed, resultMemory), (.weights, source, samples.memory),
        (.destination, weights, kernelMemory),
      ])
  }

  private static func call(
    _ primitive: Primitive, _ scratch: AlignedMemory, _ operands: [(Argument, MemoryDescriptor, AlignedMemory)]
  ) throws -> Call {
    var bound = try operands.map { argument, layout, memory in
      (argument: argument.rawValue, memory: try Memory(layout, at: memory.address))
    }
    if primitive.scratchpadByteCount > 0 {
      bound.append((Argument.scratchpad.rawValue, try Memory(primitive.layout(of: .scratchpad), at: scratch.address)))
    }
    return Call(primitive, operands: bound)
  }

  /// results ← samples · kernelᵀ
  package func multiply() throws { try run(forward) }

  /// kernel ← resultsᵀ · samples
  package func multiplyTransposed() throws { try run(backward) }

  private func run(_ call: Call) throws {
    try KernelThreads.with(1) {
      try call.run(on: stream)
      try stream.wait()
    }
  }
}
