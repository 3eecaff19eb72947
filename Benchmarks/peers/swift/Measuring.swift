import Foundation
import Graft

/// The measures of `measuring.py`, the same way.
enum Measuring {
  /// Units of work per second: the median of rounds, after one round that only warms up.
  ///
  /// - Parameter run: Does the work once, `count` units of it.
  static func rate(_ count: Int, seconds: Double = 4, rounds: Int = 5, _ run: () async throws -> Void) async throws
    -> Double
  {
    try await run()
    var rates: [Double] = []
    for _ in 0..<rounds {
      var done = 0
      let began = ContinuousClock.now
      var elapsed = 0.0
      while elapsed < seconds / Double(rounds) {
        try await run()
        done += count
        elapsed = (ContinuousClock.now - began) / .seconds(1)
      }
      rates.append(Double(done) / elapsed)
    }
    return rates.sorted()[rounds / 2]
  }

  /// Milliseconds that one run takes: the median and the 95th of a hundred.
  static func latency(repeats: Int = 200, _ run: () async throws -> Void) async throws -> [String: JSONValue] {
    for _ in 0..<20 { try await run() }
    var times: [Double] = []
    for _ in 0..<repeats {
      let began = ContinuousClock.now
      try await run()
      times.append((ContinuousClock.now - began) / .milliseconds(1))
    }
    times.sort()
    return ["median_ms": .number(times[repeats / 2]), "p95_ms": .number(times[repeats * 95 / 100])]
  }

  static var peakMebibytes: Double {
    var usage = rusage()
    #if os(Linux)
      getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
      return Double(usage.ru_maxrss) / 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1_048_576
    #endif
  }

  /// Numbers that stand in for pictures or features.
  static func noise(_ shape: Shape, _ transform: (Float) -> Float = { $0 }) -> Tensor {
    let random = RandomNumbers(seed: 1)
    return Tensor(shape: shape) { values in
      for index in values.indices {
        values.initializeElement(at: index, to: transform(2 * random.uniform(at: UInt64(index)) - 1))
      }
    }
  }
}
