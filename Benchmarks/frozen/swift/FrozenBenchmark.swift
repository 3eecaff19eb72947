import Foundation
import Graft

/// Speed of the frozen region of MobileNetV2 1.0 at 224×224 in Graft: images per second of `predict`, pictures decoded and in
/// memory, on all cores.
///
/// Prints one JSON document. `frozen-benchmark float32|int8 [IMAGES] [RUNS]`
@main
struct FrozenBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let name = arguments.first ?? Precision.float32.rawValue
    guard let precision = Precision(rawValue: name) else {
      throw GraftError(.invalidArgument, "Expected float32 or int8. Received: \(name).")
    }
    let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 512
    let runs = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 7

    let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [224, 224, 3], pooling: .average)
    base.isTrainable = false
    let random = RandomNumbers(seed: 1)
    let x = Tensor(shape: [count, 224, 224, 3]) { values in
      for index in values.indices { values.initializeElement(at: index, to: 2 * random.uniform(at: UInt64(index)) - 1) }
    }
    if precision == .int8 { try await base.quantize(calibratedOn: x.rows(0..<min(count, 32))) }
    var seconds: [Double] = []
    let cpuBefore = cpuSeconds
    for _ in 0..<runs {
      let began = ContinuousClock.now
      _ = try await base.predict(x)
      seconds.append((ContinuousClock.now - began) / .seconds(1))
    }
    let cpu = cpuSeconds - cpuBefore
    seconds.sort()
    let document: JSONValue = [
      "peer": "graft", "version": .string(GraftVersion.current), "precision": .string(name),
      "images_per_second": .number(Double(count) / seconds[seconds.count / 2]),
      "cpu_milliseconds_per_image": .number(1000 * cpu / Double(runs * count)),
      "fastest": .number(Double(count) / seconds[0]), "slowest": .number(Double(count) / seconds[seconds.count - 1]),
    ]
    print(try document.serialized())
  }

  /// Seconds that all threads of this process have computed.
  private static var cpuSeconds: Double {
    var usage = rusage()
    #if os(Linux)
      getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
  }
}
