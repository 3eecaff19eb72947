internal import Foundation

/// How many threads oneDNN's kernels use when they are compiled and run from the calling thread.
///
/// oneDNN with OpenMP takes the number from the calling thread, so that several workers can each run on one core. It is
/// looked up at run time: with another threading library the setting has no effect, and kernels use what that offers.
package enum KernelThreads {
  private typealias Setter = @convention(c) (Int32) -> Void
  private typealias Getter = @convention(c) () -> Int32

  private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
    guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: 0), name) else { return nil }
    return unsafeBitCast(address, to: type)
  }

  private static let setter = symbol("omp_set_num_threads", as: Setter.self)
  private static let getter = symbol("omp_get_max_threads", as: Getter.self)

  /// Runs `body` with kernels on `count` threads.
  package static func with<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
    guard let setter, let getter else { return try body() }
    let previous = getter()
    setter(Int32(count))
    defer { setter(previous) }
    return try body()
  }
}
