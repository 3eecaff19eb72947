import Foundation
import Graft
import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftZoo
import Synchronization

/// Speed of a frozen network of the zoo in Graft: pictures per second from input to pooled features, one per core at a time.
///
/// Prints one JSON document; with `--plan` the plan that runs, too.
/// `frozen-benchmark NAME [SECONDS] [--plan]`
@main
struct FrozenBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--plan" }
    let name = arguments.first ?? "mobilenet-v2"
    let seconds = arguments.dropFirst().first.flatMap { Double($0) } ?? 8
    let entry = try BaseNetwork.requiredEntry(named: name)
    let network = try await BaseNetwork.network(
      named: name, weights: nil, includeTop: false, inputShape: [entry.imageSize, entry.imageSize, 3],
      pooling: .average)
    if CommandLine.arguments.contains("--plan") { print(try network.planDescription()) }

    let plan = try ExecutionPlan(network.graph(), batchSize: 1, mode: .inference)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let results = Mutex([(count: Int, processorSeconds: Double)](repeating: (0, 0), count: cores))
    let clock = ContinuousClock()
    // A second to warm up, then the measurement.
    let start = clock.now.advanced(by: .seconds(1))
    let end = start.advanced(by: .seconds(seconds))
    let threads = (0..<cores).map { core in
      Thread {
        guard let context = try? ExecutionContext(plan) else { return }
        context.withInput(0) { input in
          for index in input.indices { input[index] = Float(index % 251) / 125.5 - 1 }
        }
        var done = 0
        var processor = 0.0
        while clock.now < end {
          guard (try? context.run()) != nil else { return }
          if clock.now < start {
            processor = processorSeconds
          } else {
            done += 1
          }
        }
        let used = processorSeconds - processor
        results.withLock { $0[core] = (done, used) }
      }
    }
    for thread in threads {
      thread.stackSize = 16 << 20
      thread.start()
    }
    while threads.contains(where: { !$0.isFinished }) { try await Task.sleep(for: .milliseconds(20)) }
    let total = results.withLock { $0.reduce(0) { $0 + $1.count } }
    let used = results.withLock { $0.reduce(0) { $0 + $1.processorSeconds } }
    let document: JSONValue = [
      "peer": "graft", "version": .string(GraftVersion.current), "network": .string(entry.name),
      "images_per_second": .number(Double(total) / seconds), "cores": .int(cores),
      // What a quiet machine would make of it: other processes take time, but not the processor's.
      "images_per_second_of_processor_time": .number(Double(total * cores) / used),
    ]
    print(try document.serialized())
  }

  /// Processor time of the calling thread.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
