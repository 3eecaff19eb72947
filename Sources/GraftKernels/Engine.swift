internal import COneDNN
internal import GraftCore

/// The CPU engine of oneDNN: one for the whole process.
package final class Engine: @unchecked Sendable {
  // Unchecked: oneDNN's engines may be used from any thread.
  let handle: dnnl_engine_t

  private init() throws(GraftError) {
    var handle: dnnl_engine_t?
    try check(dnnl_engine_create(&handle, dnnl_cpu, 0), "create a CPU engine")
    self.handle = try unwrap(handle, "the CPU engine")
  }

  deinit { dnnl_engine_destroy(handle) }

  private static let cpu = Result { try Engine() }

  /// The engine of the process, made when it is first needed.
  package static func shared() throws -> Engine { try cpu.get() }
}
