import Foundation
import GraftCore

extension FuzzTarget {
  /// Readers that do what none may, at the word that says it: that these are caught is what the others' silence is worth.
  static let faults: [FuzzTarget] = [
    fault("trap") { UnsafePointer<Int>(bitPattern: $0 + 8)?.pointee ?? 0 },
    fault("hang") { seed in
      var value = seed
      while value >= 0 { value = (value + 1) % 1000 }
      return value
    },
    fault("memory") { [UInt8](repeating: 1, count: (16 << 20) + $0).count },
    fault("recursion") { depth($0) },
    fault("error") { if $0 >= 0 { throw CocoaError(.fileNoSuchFile) } else { $0 } },
    fault("leftover") { _ in
      FileManager.default.createFile(atPath: NSTemporaryDirectory() + "/left", contents: nil) ? 1 : 0
    },
    fault("overrun") { seed in
      let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 24)
      (block + 24 + seed).pointee = 1
      block.deallocate()
      return seed
    },
  ]

  private static func fault(_ name: String, _ body: @escaping @Sendable (Int) throws -> Int) -> FuzzTarget {
    FuzzTarget("fault-" + name, seeds: ["Makefile"], tokens: ["DO IT"], memoryFactor: 1) { input in
      guard input.bytes.firstRange(of: Array("DO IT".utf8)) != nil else {
        throw GraftError(.corrupt, "Expected the word.")
      }
      // A number that the compiler does not know.
      _ = try body(input.bytes.count > Mutator.longest * 4 ? 1 : 0)
    }
  }

  private static func depth(_ level: Int) -> Int { level < 0 ? 0 : depth(level + 1) + 1 }
}
