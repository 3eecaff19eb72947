internal import COneDNN
package import GraftCore

/// A queue of kernels. It belongs to one caller at a time.
package final class Stream {
  let handle: dnnl_stream_t

  /// Makes a stream on the CPU.
  package init(_ engine: Engine) throws(GraftError) {
    var handle: dnnl_stream_t?
    try check(dnnl_stream_create(&handle, engine.handle, UInt32(dnnl_stream_in_order.rawValue)), "create a stream")
    self.handle = try unwrap(handle, "a stream")
  }

  deinit { dnnl_stream_destroy(handle) }

  /// Waits until everything queued has run.
  package func wait() throws(GraftError) { try check(dnnl_stream_wait(handle), "wait for a stream") }
}
