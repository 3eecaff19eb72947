package import GraftCore
package import GraftGraph
package import GraftImages
internal import GraftRuntime
internal import Synchronization

/// What the frozen region gives for every sample: computed once, read in every epoch.
package struct FeatureTable: Sendable {
  /// One tensor per border value, with one row per sample.
  package let columns: [Tensor]
  /// The samples that could not be read; their rows are not in the table.
  package let badSamples: [(index: Int, file: BadFile)]
  /// The samples whose rows are in the table, by their index in the source.
  package let samples: [Int]

  /// Runs the frozen region over all samples.
  package static func extract(
    _ frozen: Graph, from source: any SampleSource, progress: (@Sendable (BatchRunner.Progress) -> Void)? = nil
  ) async throws -> FeatureTable {
    let runner = try BatchRunner(frozen)
    let shapes = frozen.outputs.map { frozen[$0].shape }
    let rows = FeatureRows(count: source.count, lengths: shapes.map(\.count))
    let bad = try await runner.run(source, progress: progress) { sample, outputs in rows.store(outputs, at: sample) }
    let missing = Set(bad.map(\.index))
    let good = (0..<source.count).filter { !missing.contains($0) }
    return FeatureTable(columns: rows.tensors(shapes, keeping: good), badSamples: bad, samples: good)
  }
}
