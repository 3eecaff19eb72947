import Foundation
import Graft
import Testing

/// The code of the articles and of the README compiles, and what is small runs.
///
/// Each of the files beside this one holds an article's code; the first test finds it there.
@Suite(.serialized) struct DocumentationTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let root = folder.appending(path: "../../..").standardized

  private static let articles: [String] = {
    let catalogue = root.appending(path: "Sources/Graft/Documentation.docc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: catalogue.path())) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { catalogue.appending(path: $0).path() }
      + [root.appending(path: "README.md").path()]
  }()

  /// All words of a text in one line: how lines are broken and aligned does not matter.
  private func words(_ text: some StringProtocol) -> String {
    text.split(separator: "\n").filter { $0 != "import Graft" }.joined(separator: " ")
      .split(separator: " ").joined(separator: " ")
  }

  /// The Swift in an article, block by block. Lines for a `Package.swift` are not code of this package.
  private func blocks(_ article: String) throws -> [String] {
    try String(contentsOfFile: article, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first.map(words) }
      .filter { !$0.hasPrefix(".package(") }
  }

  @Test("Every block of Swift stands in a file that is compiled", arguments: articles)
  func compiled(_ article: String) throws {
    let code = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
      .map { words(try String(contentsOf: Self.folder.appending(path: $0), encoding: .utf8)) }
    for block in try blocks(article) {
      #expect(code.contains { $0.contains(block) }, "Not in Tests/GraftTests/Documentation: \(block)")
    }
  }

  @Test("The articles are there") func articlesAreThere() {
    let names = Self.articles.map { URL(filePath: $0).lastPathComponent }
    for name in [
      "Augmentation.md", "BringingYourOwnModel.md", "ChoosingABase.md", "ComingFromKeras.md", "Exporting.md",
      "FineTuning.md", "Heads.md", "HeldAgainstKeras.md",
      "README.md",
    ] {
      #expect(names.contains(name))
    }
  }

  @Test("The article lists the layers that are known") func layers() throws {
    let article = Self.root.appending(path: "Sources/Graft/Documentation.docc/BringingYourOwnModel.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## Layers\n").last)
    let list = try #require(section.components(separatedBy: "\n\n").dropFirst().first)
    let names = list.split(whereSeparator: { " ,\n".contains($0) }).map { $0.filter { $0 != "`" } }
    #expect(names == KerasModel.layerClassNames)
    let count = KerasModel.layerClassNames.count
    #expect(section.contains("These \(count) classes are read"))
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains("\(count) classes of layers"))
  }

  @Test("Every constructor was held against its model, and every format against its programs") func heldAgainst() throws
  {
    let article = Self.root.appending(path: "Sources/Graft/Documentation.docc/HeldAgainstKeras.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    for entry in BaseNetwork.catalogue { #expect(text.contains("| `\(entry.className)` |"), "\(entry.name)") }
    func table(_ name: String) throws -> [[String]] {
      let part = try #require(text.components(separatedBy: "<!-- \(name): begin -->").last)
      let lines = try #require(part.components(separatedBy: "<!-- \(name): end -->").first).split(separator: "\n")
      return lines.filter { $0.hasPrefix("|") }.map { line in
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
      }
    }
    let exports = try table("interop")
    for format in ExportFormat.allCases {
      let column = try #require(exports.first?.firstIndex(of: format.rawValue))
      #expect(exports.contains { Double($0[column]).map { $0 < 1e-5 } ?? false }, "\(format)")
    }
    #expect(try table("whole numbers").dropFirst(2).count >= 4)
  }

  // MARK: What is small runs

  @Test("Freezing and fine-tuning") func fineTuning() async throws {
    let pictures = try ArticlePictures()
    let (train, test) = try pictures.images.split(validation: 0.25, seed: 1)
    let (base, model) = try await ArticlePictures.network(classes: train.classNames.count)
    let code = FineTuningCode()
    try code.freezing(base, model)
    #expect(base.layers.filter(\.isTrainable).map(\.name) == ["Conv_1"])
    try code.unfreezing(base)
    try code.trainingNormalizations(base)
    try await code.twoPhases(base, model, train, test)
    try await code.gradually(base, model, train, test)
    try await code.plan(base, model, train, test)
    try code.multipliers(base, model)
    #expect(try base.layer(named: "block_16_expand").learningRateMultiplier == 0.1)
    #expect(try base.layer(named: "block_15_expand").learningRateMultiplier == 0.01)
  }

  @Test("Augmentation with a frozen base") func augmentation() async throws {
    let pictures = try ArticlePictures()
    let (train, test) = try pictures.images.split(validation: 0.25, seed: 1)
    let (base, model) = try await ArticlePictures.network(classes: train.classNames.count)
    base.freeze()
    let code = AugmentationCode()
    try model.compile()
    let augmentation = try await code.list(model, train, test)
    let (parsed, standard) = try code.text()
    #expect(parsed == augmentation)
    #expect(try Augmentation(parsing: "\(standard)") == standard)
    try await code.bank(model, train, test, augmentation)
    let mixed = try await code.mixing(model, train, test)
    try code.key(mixed, train)
  }

  @Test("Which head?") func heads() async throws {
    let pictures = try ArticlePictures()
    let photos = pictures.images
    let (base, _) = try await ArticlePictures.network(classes: photos.classNames.count)
    base.freeze()
    let code = HeadsCode()
    try await code.dense(base, photos)
    let head = try await code.features(base, photos)
    #expect(head.kernel.shape == [1280, photos.classNames.count])
    try await code.auto(base, photos)
  }
}
