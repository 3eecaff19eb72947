import Foundation
import Graft

/// Pre-training from scratch, and what it is good for: `make example`.
///
/// A small network learns five classes of Fashion-MNIST from 1,000 pictures each. Frozen, it then learns the other five from
/// 10 pictures each, beside the same network that sees only these.
///
///     fashion-transfer [SEED ...]
@main
struct FashionTransfer {
  static func main() async {
    do {
      try await run(seeds: CommandLine.arguments.dropFirst().map(seed))
    } catch {
      FileHandle.standardError.write(Data("fashion-transfer: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func seed(_ text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw GraftError(.invalidArgument, "Expected seeds, such as 1 2 3. Received: \(text).")
    }
    return seed
  }

  private static func run(seeds: [UInt64]) async throws {
    let folder = CacheFolder.path + "/fashion-mnist"
    guard FileManager.default.fileExists(atPath: folder) else {
      throw GraftError(.fileNotFound, "There is no '\(folder)': run scripts/fetch-assets fashion-mnist.")
    }
    let pictures = try FashionPictures(folder, testCount: 200)
    let experiment = Experiment(
      pictures: pictures, file: FileManager.default.temporaryDirectory.appending(path: "first.graft").path())
    print(
      """
      \(SmallNetwork.make(classes: 5).parameterCount) weights. Pre-trained on \(pictures.old.train.count) pictures of \
      \(pictures.old.train.classNames.joined(separator: ", ")).
      New: \(pictures.test.classNames.joined(separator: ", ")), \(experiment.labelsPerClass) labelled pictures each; \
      \(pictures.test.count) others to test on. \
      The few are drawn \(experiment.draws) times per seed.

      """)
    let seeds = seeds.isEmpty ? [1, 2, 3] : seeds
    var results: [Experiment.Result] = []
    for seed in seeds {
      let result = try await experiment.run(seed: seed)
      let seconds = Report.seconds(result.pretraining.seconds)
      print(
        "seed \(seed): pre-trained in \(seconds), then learned the new classes \(experiment.draws) times in three ways")
      results.append(result)
    }
    print("\n" + Report.table(results))
  }
}
