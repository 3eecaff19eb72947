internal import Foundation
internal import Synchronization

/// Workers that run the same plan on parts of one batch, and exchange the sums that belong to the whole batch.
///
/// Sums are added in the order of the workers, so that results do not depend on who comes first.
package final class WorkerTeam: @unchecked Sendable {
  // Unchecked: each worker writes its own row of the exchange, and reads the others' after the barrier.
  /// The number of workers.
  package let count: Int
  private let width: Int
  private let exchange: UnsafeMutablePointer<Double>
  private var parities: UnsafeMutablePointer<Int>
  private let arrived = Atomic(0)
  private let generation = Atomic(0)
  private let isAborted = Atomic(false)

  /// How often a worker looks before it lets others have the processor: about the time that a small kernel takes.
  private static let spins = 20_000

  /// - Parameters:
  ///   - count: The number of workers.
  ///   - width: How many numbers are exchanged at most.
  package init(count: Int, width: Int) {
    self.count = count
    self.width = max(1, width)
    exchange = .allocate(capacity: 2 * count * self.width)
    exchange.initialize(repeating: 0, count: 2 * count * self.width)
    parities = .allocate(capacity: count)
    parities.initialize(repeating: 0, count: count)
  }

  deinit {
    exchange.deallocate()
    parities.deallocate()
  }

  /// Adds up the workers' numbers: on return `values` holds the sums, the same for all.
  ///
  /// Every worker must call it equally often, with equally many numbers.
  func sum(_ values: UnsafeMutableBufferPointer<Double>, as worker: Int) {
    guard count > 1 else { return }
    precondition(values.count <= width, "The exchange holds \(width) numbers, received \(values.count).")
    // Two halves in turn: a fast worker writes the next numbers while a slow one still reads these.
    let half = exchange + parities[worker] * count * width
    parities[worker] = 1 - parities[worker]
    let own = half + worker * width
    for index in values.indices { own[index] = values[index] }
    wait()
    for index in values.indices {
      var sum = 0.0
      for other in 0..<count { sum += half[other * width + index] }
      values[index] = sum
    }
  }

  /// Waits for all workers.
  private func wait() {
    let present = generation.load(ordering: .acquiring)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      generation.wrappingAdd(1, ordering: .releasing)
      return
    }
    var looks = 0
    while generation.load(ordering: .acquiring) == present, !isAborted.load(ordering: .relaxed) {
      looks += 1
      if looks > Self.spins { sched_yield() }
    }
  }

  /// Lets nobody wait any more: for a worker that cannot go on. What the others compute then is worthless.
  package func abort() { isAborted.store(true, ordering: .relaxed) }
}
