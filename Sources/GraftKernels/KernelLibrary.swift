internal import COneDNN

/// The library whose kernels run.
package enum KernelLibrary {
  /// Its name and version, such as `oneDNN 3.2.0`, as loaded: not the one that Graft was built with.
  package static var text: String {
    guard let version = dnnl_version()?.pointee else { return "oneDNN" }
    return "oneDNN \(version.major).\(version.minor).\(version.patch)"
  }
}
