internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft features`
struct FeaturesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Write what a base sees in photos: one row of numbers per picture.",
    discussion: """
      Writes an N×D float32 matrix (.npy) and beside it a .csv with the path and the class of every row.

        graft features photos/ --base mobilenet-v2 -o features.npy
        graft features photos/ --base mobilenet-v2 --precision int8 -o features.npy
      """)

  @Argument(help: "The folder, with one folder per class.")
  var folder: String

  @OptionGroup var base: BaseOptions

  @Option(help: ArgumentHelp("How many unreadable files are left out before it is an error.", valueName: "count"))
  var maxBad = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("The matrix to write.", valueName: "features.npy"))
  var output: String

  @OptionGroup(title: "Cache") var cache: CacheOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if maxBad < 0 { throw ValidationError("--max-bad must be at least 0. Received: \(maxBad).") }
    guard output.hasSuffix(".npy") else { throw ValidationError("The output must end in .npy. Received: \(output).") }
  }

  func run() async throws {
    let command = self
    let document = try await Interrupt.guarding { try await command.extract() }
    if json { return try Console.print(document) }
    Console.print(
      "\(document["rows"] ?? 0) × \(document["columns"] ?? 0) features in \(output), paths and classes in \(list)")
    for file in document["set_aside"]?.array ?? [] {
      Console.print("set aside: \(file["path"]?.string ?? ""): \(file["reason"]?.string ?? "")")
    }
  }

  private var list: String { output.dropLast(4) + ".csv" }

  private func extract() async throws -> JSONValue {
    _ = try OutputPath(output)
    _ = try OutputPath(list)
    if let split = try ImageFolder.detectSplits(folder) {
      throw GraftError(
        .invalidData, "'\(folder)' is split into parts. Name one of them, such as '\(split.train)'.")
    }
    try base.checkExists()
    let began = ContinuousClock.now
    let photos = try ImageFolder(folder)
    try BadFileCheck.check(photos.badFiles, maximum: maxBad)
    let network = try await base.network()
    let store = cache.store(network.source)
    let quantization = try await base.quantize(network, on: photos.images.files.map(\.path))
    let progress = ProgressCounter("Pictures")
    let (features, bad) = try await network.model.features(
      of: photos.images, fit: base.fit, maximumBadFiles: maxBad - photos.badFiles.count, store: store
    ) { progress.show($0.done, of: $0.total) }
    if let store, store.counts.known > 0 { Console.error("Features: \(store.counts.text)") }
    let missing = Set(bad.map(\.index))
    let used = photos.images.files.enumerated().filter { !missing.contains($0.offset) }.map(\.element)
    let lines = used.map { "\($0.path.csvField),\($0.className.csvField)" }
    try NPYFile.write(features, to: output)
    try AtomicFile.write((["path,class"] + lines).joined(separator: "\n") + "\n", to: list)
    var document: [String: JSONValue] = [
      "output": .string(output), "list": .string(list), "rows": .int(features.shape[0]),
      "columns": .int(features.shape[1]), "base": .string(network.source), "cut": .string(network.cut),
      "set_aside": JSONValue(photos.badFiles + bad.map(\.file)), "features": store?.counts.json ?? .null,
      "seconds": .number(began.secondsSince),
      "precision": .string(base.precision.rawValue),
    ]
    if let quantization { document["quantization"] = quantization.json }
    return .object(document)
  }
}

extension String {
  /// The text as a field of RFC 4180.
  var csvField: String {
    contains(where: { ",\"\n\r".contains($0) }) ? "\"" + replacingOccurrences(of: "\"", with: "\"\"") + "\"" : self
  }
}
