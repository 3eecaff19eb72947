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

  private static let setCount = symbol("omp_set_num_threads", as: Setter.self)
  private static let maximum = symbol("omp_get_max_threads", as: Getter.self)
  private static let limit = symbol("omp_get_thread_limit", as: Getter.self)
  private static let setDynamic = symbol("omp_set_dynamic", as: Setter.self)

  /// Runs `body` with kernels on `count` threads.
  ///
  /// A kernel that was compiled for more threads than it gets computes wrong numbers. So OpenMP must not lower the count by
  /// itself (`OMP_DYNAMIC`), and its limit (`OMP_THREAD_LIMIT`) counts when compiling as when running.
  package static func with<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
    guard let setCount, let maximum else { return try body() }
    let previous = maximum()
    setDynamic?(0)
    setCount(min(Int32(count), limit?() ?? Int32.max))
    defer { setCount(previous) }
    return try body()
  }
}
