import Foundation
import GraftTestSupport
import Testing

@testable import graft_fuzz

/// Damaged files never crash a reader, hang it, or make it take more memory than it may.
///
/// The readers run in processes of their own (`graft-fuzz`, see Tests/Fuzz); `make fuzz` does the same for as long as one likes.
@Suite(.serialized) struct FuzzTests {
  private struct Ending {
    let status: Int32
    let text: String
    let failures: [String]
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()

  private func run(_ arguments: [String]) async throws -> Ending {
    let failures = NSTemporaryDirectory() + "graft-fuzz-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: failures) }
    let ending = try await ChildProcess(
      ChildProcess.built("graft-fuzz"), ["--root", Self.root, "--failures", failures] + arguments
    ).run()
    let saved = (try? FileManager.default.contentsOfDirectory(atPath: failures)) ?? []
    return Ending(status: ending.status, text: ending.output + ending.errors, failures: saved.sorted())
  }

  /// The seeds, what failed once, and inputs that follow from the number: the same in every run.
  @Test(arguments: FuzzTarget.all.map(\.name)) func readers(name: String) async throws {
    let ending = try await run(["--target", name, "--inputs", "100", "--seed", "7"])
    #expect(ending.status == 0 && ending.text.hasPrefix("\(name): 100 inputs, "), "\(ending.text)")
    #expect(!ending.text.contains(", 0 accepted"), "No input is read at all: \(ending.text)")
  }

  @Test(
    "What readers must not do is caught, named, and saved",
    arguments: [
      ("trap", "signal"), ("hang", "it computed for more than 1 seconds"), ("memory", "memory beyond the limit"),
      ("recursion", "signal"), ("error", "no GraftError"), ("leftover", "files are left behind"),
      ("overrun", "a block's end was overwritten"),
    ])
  func faults(name: String, words: String) async throws {
    let ending = try await run([
      "--target", "fault-" + name, "--inputs", "2000", "--stop-after", "1", "--time-limit", "1",
    ])
    #expect(ending.status == 1 && ending.text.contains("1 failed") && ending.text.contains(words), "\(ending.text)")
    #expect(ending.failures.count == 2 && ending.failures[0].hasPrefix("fault-\(name)-1-"), "\(ending.failures)")
  }

  @Test("Inputs follow from seed and number, and every change is one") func determinism() throws {
    for target in FuzzTarget.all {
      let corpus = try Corpus.inputs(of: target, root: Self.root, pool: nil)
      #expect(!corpus.isEmpty, "\(target.name)")
      func input(_ seed: UInt64, _ index: Int) -> [UInt8] {
        var mutator = Mutator(
          dice: Dice(seed: seed, index: index), tokens: target.tokens.map { Array($0.utf8) }, pool: corpus)
        return target.structure.changed(corpus[index % corpus.count], by: &mutator)
      }
      let inputs = (0..<64).map { input(3, $0) }
      #expect(inputs == (0..<64).map { input(3, $0) })
      #expect(Set(inputs).count > 32, "\(target.name)")
      #expect(inputs.allSatisfy { $0.count <= Mutator.longest })
    }
  }
}
