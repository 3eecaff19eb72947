import CFuzz
import Foundation
import GraftCore

/// Reads inputs one after another in a process of its own, until one of them ends it.
struct Worker {
  let target: FuzzTarget
  let page: SharedPage
  /// A folder that nothing but the worker writes to.
  let folder: String
  var corpus: [[UInt8]]
  /// Where inputs go that found new branches; nil if they are kept in memory alone.
  let poolFolder: String?
  /// Seconds of the processor that one input may take.
  let timeLimit: Double

  /// Reads what `make` gives for the numbers from `first` on, until the time or the inputs are over.
  mutating func run(seed: UInt64, first: Int, count: Int, until end: Date) throws {
    let tokens = target.tokens.map { Array($0.utf8) }
    for index in first..<(first + count) {
      guard Date() < end else { return }
      let bytes: [UInt8]
      if index < corpus.count {
        // Everything as it is, once.
        bytes = corpus[index]
      } else {
        var mutator = Mutator(dice: Dice(seed: seed, index: index), tokens: tokens, pool: corpus)
        bytes = target.structure.changed(mutator.dice.pick(corpus) ?? [], by: &mutator)
      }
      try read(bytes, index: index)
      page[.done] = index + 1
    }
  }

  /// Reads one input under all limits.
  mutating func read(_ bytes: [UInt8], index: Int) throws {
    let path = folder + "/input"
    page[.index] = index
    page.input = bytes
    try Self.write(bytes, to: path)
    let input = FuzzInput(bytes: bytes, path: path)
    _ = graft_fuzz_new_edges()
    let start = clock()
    graft_fuzz_time_limit(timeLimit)
    graft_fuzz_memory_begin(target.allowance(bytes.count))
    var refusal: (any Error)?
    do { try target.read(input) } catch { refusal = error }
    let memory = graft_fuzz_memory_end()
    graft_fuzz_time_limit(0)
    page[.time] = max(page[.time], Int(clock() - start) * 1_000_000 / Int(CLOCKS_PER_SEC))
    page[.memory] = max(page[.memory], memory)
    page[.ratio] = max(page[.ratio], max(0, memory - target.memoryBase) * 1000 / max(bytes.count, 1))
    page[refusal == nil ? .accepted : .refused] += 1
    if let refusal {
      guard let refusal = refusal as? GraftError, !refusal.message.isEmpty else {
        throw Fault("an error that is no GraftError, or says nothing: \(refusal)")
      }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
    guard left == ["input"] else { throw Fault("files are left behind: \(left)") }
    if graft_fuzz_new_edges() > 0 {
      page[.edges] = graft_fuzz_edges()
      page[.knownEdges] = graft_fuzz_known_edges()
      if index >= corpus.count { try keep(bytes) }
    }
  }

  private mutating func keep(_ bytes: [UInt8]) throws {
    corpus.append(bytes)
    page[.kept] += 1
    guard let poolFolder else { return }
    try Self.write(bytes, to: "\(poolFolder)/\(SHA256Digest(of: bytes))")
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw Fault("'\(path)' cannot be written") }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw Fault("'\(path)' cannot be written") }
  }
}
