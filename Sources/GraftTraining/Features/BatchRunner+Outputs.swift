package import GraftCore
package import GraftImages

extension BatchRunner {
  /// The first output of every sample, in one tensor; rows of samples that cannot be read are left out.
  package func outputs(
    _ source: any SampleSource, shape: Shape, progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> (tensor: Tensor, badSamples: [(index: Int, file: BadFile)]) {
    let rows = FeatureRows(count: source.count, lengths: [shape.count])
    let bad = try await run(source, progress: progress) { sample, outputs in rows.store(outputs, at: sample) }
    let missing = Set(bad.map(\.index))
    return (rows.tensors([shape], keeping: (0..<source.count).filter { !missing.contains($0) })[0], bad)
  }
}
