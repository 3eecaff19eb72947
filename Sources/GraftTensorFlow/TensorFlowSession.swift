#if TensorFlow
  internal import CTensorFlow
  internal import Foundation
  internal import GraftCore
  internal import GraftGraph

  /// A SavedModel that TensorFlow has loaded, with one tensor that goes in and one that comes out.
  final class TensorFlowSession: ForeignFunction, @unchecked Sendable {
    // Unchecked: TF_SessionRun may be called from many threads at once, and nothing else changes after init.
    private let graph: OpaquePointer
    private let session: OpaquePointer
    private let input: TF_Output
    private let output: TF_Output
    let fingerprint: String
    private let folder: String

    /// The version of the library.
    static var version: String { String(cString: TF_Version()) }

    /// Keeps TensorFlow's remarks about the machine off standard error, unless the user has said what it may print. Errors come
    /// back as what calls say of themselves.
    private static let quiet: Bool = setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0) == 0

    init(_ folder: String, input: String, output: String, fingerprint: String) throws {
      _ = Self.quiet
      let status = TensorFlowStatus()
      guard let graph = TF_NewGraph(), let options = TF_NewSessionOptions() else {
        throw GraftError(.kernel, "TensorFlow cannot make a graph.")
      }
      defer { TF_DeleteSessionOptions(options) }
      // ConfigProto: one thread within an operation and one between them. Graft runs a picture on each core.
      let configuration: [UInt8] = [0x10, 1, 0x28, 1]
      TF_SetConfig(options, configuration, configuration.count, status.pointer)
      let tag = "serve"
      let session = tag.withCString { text in
        var tags: UnsafePointer<CChar>? = text
        return withUnsafePointer(to: &tags) {
          TF_LoadSessionFromSavedModel(options, nil, folder, $0, 1, graph, nil, status.pointer)
        }
      }
      guard status.isGood, let session else {
        TF_DeleteGraph(graph)
        throw GraftError(.unreadable, "TensorFlow cannot load the SavedModel '\(folder)': \(status.message)")
      }
      self.graph = graph
      self.session = session
      self.fingerprint = fingerprint
      self.folder = folder
      func place(_ name: String) throws -> TF_Output {
        let parts = name.split(separator: ":", maxSplits: 1)
        guard let operation = parts.first, let found = TF_GraphOperationByName(graph, String(operation)),
          let index = Int32(parts.count > 1 ? parts[1] : "0"), index >= 0, index < TF_OperationNumOutputs(found)
        else {
          throw GraftError(.corrupt, "The graph of the SavedModel '\(folder)' has no tensor '\(name)'.")
        }
        return TF_Output(oper: found, index: index)
      }
      do {
        self.input = try place(input)
        self.output = try place(output)
        guard TF_OperationOutputType(self.input) == TF_FLOAT, TF_OperationOutputType(self.output) == TF_FLOAT else {
          throw GraftError(.unsupported, "Expected float32 in and out of the SavedModel '\(folder)'.")
        }
      } catch {
        Self.close(session, graph)
        throw error
      }
    }

    deinit { Self.close(session, graph) }

    private static func close(_ session: OpaquePointer, _ graph: OpaquePointer) {
      let status = TensorFlowStatus()
      TF_CloseSession(session, status.pointer)
      TF_DeleteSession(session, status.pointer)
      TF_DeleteGraph(graph)
    }

    func resultShape(for shape: Shape) throws -> Shape {
      let batch = shape.prepending(1)
      let zeros = [Float](repeating: 0, count: batch.count)
      return try zeros.withUnsafeBufferPointer { zeros in
        try withResult(zeros, batch) { result in
          Shape((0..<TF_NumDims(result)).map { Int(TF_Dim(result, $0)) }).droppingFirst
        }
      }
    }

    func run(
      _ input: UnsafeBufferPointer<Float>, shape: Shape, into result: UnsafeMutableBufferPointer<Float>
    ) throws {
      try withResult(input, shape) { tensor in
        guard TF_TensorByteSize(tensor) == result.count * 4, let source = TF_TensorData(tensor),
          let target = result.baseAddress
        else {
          throw GraftError(
            .shapeMismatch, "The SavedModel '\(folder)' gives results of another size than it gave for one sample.")
        }
        target.update(from: source.assumingMemoryBound(to: Float.self), count: result.count)
      }
    }

    private func withResult<Result>(
      _ numbers: UnsafeBufferPointer<Float>, _ shape: Shape, _ body: (OpaquePointer) throws -> Result
    ) throws -> Result {
      let status = TensorFlowStatus()
      let lengths = shape.dimensions.map { Int64($0) }
      guard let batch = TF_AllocateTensor(TF_FLOAT, lengths, Int32(lengths.count), numbers.count * 4),
        let memory = TF_TensorData(batch), let source = numbers.baseAddress
      else { throw GraftError(.kernel, "TensorFlow cannot make a tensor of \(shape).") }
      defer { TF_DeleteTensor(batch) }
      memory.assumingMemoryBound(to: Float.self).update(from: source, count: numbers.count)
      var result: OpaquePointer?
      var (from, to, feed): (TF_Output, TF_Output, OpaquePointer?) = (input, output, batch)
      TF_SessionRun(session, nil, &from, &feed, 1, &to, &result, 1, nil, 0, nil, status.pointer)
      defer { if let result { TF_DeleteTensor(result) } }
      guard status.isGood, let result, TF_NumDims(result) > 0, Int(TF_Dim(result, 0)) == shape[0] else {
        throw GraftError(
          .kernel, "TensorFlow cannot run the SavedModel '\(folder)' on a batch of \(shape): \(status.message)")
      }
      return try body(result)
    }
  }
#endif
