internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftLayers
internal import Testing

@testable import GraftTraining

/// The search for the fastest way to run a network.
@Suite struct RunnerTuningTests {
  private static func graph() throws -> Graph {
    let input = Input(shape: [16, 16, 3])
    let x = Conv2D(8, kernelSize: 3, padding: .same, activation: .relu)(input)
    return try Model(inputs: input, outputs: GlobalAveragePooling2D()(x)).graph()
  }

  private static func trial(_ workers: Int, _ batchSize: Int, _ rate: Double) -> RunnerTuning.Trial {
    RunnerTuning.Trial(workers: workers, batchSize: batchSize, rate: rate)
  }

  @Test("The fastest way is taken, and of two that are nearly equal the smaller one")
  func choice() {
    let trials = [Self.trial(4, 1, 100), Self.trial(4, 2, 120), Self.trial(4, 4, 122), Self.trial(2, 4, 90)]
    #expect(RunnerTuning(trials).map { [$0.workers, $0.batchSize] } == [4, 2])
    #expect(RunnerTuning(trials)?.trials == trials)
    #expect(RunnerTuning([Self.trial(4, 1, 50), Self.trial(2, 1, 99)]).map { [$0.workers, $0.batchSize] } == [2, 1])
    #expect(RunnerTuning([]) == nil)
  }

  @Test("A search tries growing batches on all cores, and on half of them where there are four", arguments: [1, 2, 4])
  func search(_ cores: Int) async throws {
    let search = TuningSearch(graph: try Self.graph(), cores: cores, seconds: 0.002)
    let trials = try await search.run()
    #expect(trials.allSatisfy { $0.rate > 0 })
    #expect(trials.first.map { [$0.workers, $0.batchSize] } == [cores, 1])
    #expect(Set(trials.map(\.workers)) == (cores >= 4 ? [cores, cores / 2] : [cores]))
    for workers in Set(trials.map(\.workers)) {
      let sizes = trials.filter { $0.workers == workers }.map(\.batchSize)
      #expect(sizes == sizes.sorted() && Set(sizes).isSubset(of: [1, 2, 4, 8]))
    }
    // No memory for more than nothing: nothing is tried.
    let poor = TuningSearch(graph: try Self.graph(), cores: cores, seconds: 0.002, memoryLimit: 1)
    #expect(try await poor.run().isEmpty)
  }

  @Test("What was found is remembered in a file, and a file that is damaged is passed over")
  func file() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = TuningFile(in: folder)
    let graph = try Self.graph()
    func find(_ pictures: Int) async throws -> RunnerTuning? {
      try await RunnerTuning.find(for: graph, title: "small", pictures: pictures, file: file, leastPictures: 100)
    }
    #expect(try await find(99) == nil)
    #expect(file.all.isEmpty)
    let found = try #require(try await find(100))
    #expect(file.all.values.first == found && file.all.count == 1)
    #expect(try #require(file.all.keys.first).hasPrefix("small f32 #"))
    // Few pictures profit from what is known.
    let other = RunnerTuning(workers: 3, batchSize: 5)
    file.keep(other, of: try #require(file.all.keys.first))
    #expect(try await find(1) == other)
    try "{".write(toFile: file.path, atomically: true, encoding: .utf8)
    #expect(try await find(1) == nil)
    #expect(try await find(100) != nil)
    #expect(file.all.count == 1)
    try file.clear()
    try file.clear()
    #expect(file.all.isEmpty)
    #expect(try await RunnerTuning.find(for: graph, title: "small", pictures: 1_000_000, file: nil) == nil)
  }
}
