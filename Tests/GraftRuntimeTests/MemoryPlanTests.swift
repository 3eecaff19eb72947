import GraftCore
import Testing

@testable import GraftRuntime

/// Properties of the memory plan on random lifetimes.
@Suite struct MemoryPlanTests {
  @Test(arguments: UInt64(0)..<40) func whatLivesTogetherLiesApart(_ seed: UInt64) {
    let random = RandomNumbers(seed: seed)
    var position: UInt64 = 0
    func number(_ bound: Int) -> Int {
      position += 1
      return Int(random.words(at: position).x) % bound
    }
    let steps = 30
    let storages = (0..<60).map { _ in Storage(place: .arena, byteCount: 1 + number(5000)) }
    var lifetimes: [StorageID: ClosedRange<Int>] = [:]
    for index in storages.indices {
      let first = number(steps)
      lifetimes[StorageID(index: index)] = first...min(first + number(6), steps)
    }
    let plan = MemoryPlan(storages: storages, lifetimes: lifetimes)

    let places = lifetimes.map { id, lifetime in
      let offset = plan.offsets[id] ?? -1
      return (lifetime: lifetime, bytes: offset..<(offset + storages[id.index].byteCount))
    }
    #expect(plan.offsets.count == lifetimes.count)
    for (index, a) in places.enumerated() {
      #expect(a.bytes.lowerBound % 64 == 0)
      #expect(a.bytes.upperBound <= plan.byteCount)
      for b in places[..<index] where a.lifetime.overlaps(b.lifetime) { #expect(!a.bytes.overlaps(b.bytes)) }
    }
    // No plan can do with less than what lives at once; ours is near that, and far from giving each its own place.
    let sizes = places.map { ($0.lifetime, ($0.bytes.count + 63) / 64 * 64) }
    let least = (0...steps).map { step in sizes.reduce(0) { $0 + ($1.0.contains(step) ? $1.1 : 0) } }.max() ?? 0
    #expect(plan.byteCount >= least)
    #expect(plan.byteCount <= least * 3 / 2)
    #expect(plan.byteCount < sizes.reduce(0) { $0 + $1.1 } / 2)
  }

  @Test func noStorageNeedsNoMemory() {
    let plan = MemoryPlan(storages: [], lifetimes: [:])
    #expect(plan.byteCount == 0)
    #expect(plan.offsets.isEmpty)
  }
}
