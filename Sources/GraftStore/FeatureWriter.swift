internal import Foundation

/// Takes rows of features from workers and writes them in a thread of its own, many to a transaction.
package final class FeatureWriter: @unchecked Sendable {
  // Unchecked: what changes is guarded by the condition's lock.
  private let condition = NSCondition()
  private let store: FeatureStore
  private let region: FeatureRegion
  private var pending: [FeatureStore.Pending] = []
  private var pendingBytes = 0
  private var isClosed = false
  private var onEnd: (@Sendable () -> Void)?

  /// A transaction holds so many bytes, or what came within a second.
  private static let batchBytes = 4 << 20
  /// Where the disk is slower than the network, workers wait beyond so many bytes.
  private static let pendingLimit = 64 << 20

  /// Starts a thread that writes to a store. It ends with `finish()`.
  package init(_ store: FeatureStore, _ region: FeatureRegion) {
    self.store = store
    self.region = region
    let thread = Thread { self.serve() }
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Hands over a row: one value of the border after the other.
  package func put(_ key: FeatureKey, _ values: [UnsafeBufferPointer<Float>]) {
    guard store.isOn else { return }
    var elements = Data(capacity: region.length * MemoryLayout<Float>.stride)
    for value in values { elements.append(contentsOf: UnsafeRawBufferPointer(value)) }
    condition.lock()
    while pendingBytes > Self.pendingLimit { condition.wait() }
    pending.append(FeatureStore.Pending(key: key, elements: elements))
    pendingBytes += elements.count
    if pendingBytes >= Self.batchBytes { condition.broadcast() }
    condition.unlock()
  }

  /// Waits until everything that was handed over is written, and ends the thread. Call it once, last.
  package func finish() async {
    await withCheckedContinuation { continuation in
      condition.lock()
      isClosed = true
      onEnd = { continuation.resume() }
      condition.broadcast()
      condition.unlock()
    }
  }

  private func serve() {
    while let batch = next() { store.write(batch, of: region) }
    condition.lock()
    let onEnd = onEnd
    condition.unlock()
    onEnd?()
  }

  /// The next rows to write; nil at the end.
  private func next() -> [FeatureStore.Pending]? {
    condition.lock()
    defer { condition.unlock() }
    while pendingBytes < Self.batchBytes, !isClosed {
      // What there is after a second is written: a killed run loses no more.
      if !condition.wait(until: Date(timeIntervalSinceNow: 1)), !pending.isEmpty { break }
    }
    guard !pending.isEmpty else { return nil }
    let batch = pending
    pending = []
    pendingBytes = 0
    condition.broadcast()
    return batch
  }
}
