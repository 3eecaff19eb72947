package import GraftCore
package import GraftGraph
package import GraftImages

/// What the frozen region gives for every sample: computed once, read in every epoch.
package struct FeatureTable: Sendable {
  /// One tensor per border value, with one row per sample.
  package let columns: [Tensor]
  /// The samples that could not be read; their rows are not in the table.
  package let badSamples: [(index: Int, file: BadFile)]
  /// The samples whose rows are in the table, by their index in the source.
  package let samples: [Int]

  /// Runs the frozen region over all samples.
  package static func extract(_ frozen: Graph, from source: any SampleSource) async throws -> FeatureTable {
    try await FeatureExtraction(frozen).run([source])[0]
  }
}
