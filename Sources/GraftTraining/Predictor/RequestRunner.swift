internal import GraftCore

/// Runs a network for one sample after another as they come: what a server does.
///
/// Threads, memory and loaders stay from one request to the next, one set per core at most. A request that is alone runs on
/// all cores (see `WidthChoice`); requests that come together run on one core each.
final class RequestRunner<Loader>: Sendable {
  /// Brings a sample into the network's input.
  typealias Load = RequestQueue<Loader>.Load

  private let queue: RequestQueue<Loader>

  /// - Parameter makeLoader: Makes what loads samples; called once per thread.
  init(_ plans: PlanCache, cores: Int = Workers.count, makeLoader: @escaping @Sendable () -> Loader) {
    queue = RequestQueue(plans, cores: cores, makeLoader: makeLoader)
  }

  deinit { queue.close() }

  /// The network's first output for a sample.
  ///
  /// - Throws: What `load` throws; errors of kernels.
  func output(_ load: @escaping Load) async throws -> [Float] {
    try Task.checkCancellation()
    return try await withCheckedThrowingContinuation { queue.add(load, $0) }
  }
}
