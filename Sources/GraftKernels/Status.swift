internal import COneDNN
internal import GraftCore

/// Throws unless oneDNN reports success; `operation` says what was asked for, with its shapes.
func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws(GraftError) {
  guard status != dnnl_success else { return }
  let reason =
    switch status {
    case dnnl_out_of_memory: "out of memory"
    case dnnl_invalid_arguments: "invalid arguments"
    case dnnl_unimplemented: "not implemented for these arguments on this machine"
    case dnnl_runtime_error: "runtime error"
    default: "status \(status.rawValue)"
    }
  throw GraftError(.kernel, "oneDNN could not \(operation()): \(reason).")
}

/// Takes the handle that a successful oneDNN call filled in.
func unwrap(_ handle: OpaquePointer?, _ operation: @autoclosure () -> String) throws(GraftError) -> OpaquePointer {
  guard let handle else { throw GraftError(.kernel, "oneDNN gave no handle for \(operation()).") }
  return handle
}
