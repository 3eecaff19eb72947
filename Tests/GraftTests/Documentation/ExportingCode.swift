import Graft

/// The code of the article "Taking your model elsewhere".
struct ExportingCode {
  /// Compiled and not run: it reads and writes files.
  func export() async throws {
    let flowers = try await GraftModel(contentsOf: "flowers.graft")
    try await flowers.export(to: "flowers.keras", as: .keras)
    let report = try await flowers.export(to: "flowers.onnx", as: .onnx, withPreprocessing: true)
    print(report.byteCount, report.check)
  }
}
