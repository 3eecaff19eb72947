import GraftCore
import Testing

@testable import GraftImages

@Suite struct MultiLabelImageSetTests {
  /// A file whose contents are its number.
  private func file(_ content: Int, _ labels: [Int], name: String? = nil) -> MultiLabelImageFile {
    let name = name ?? "\(content).jpg"
    return MultiLabelImageFile(
      path: "/" + name, relativePath: name, labels: labels, digest: SHA256Digest(of: Array("\(content)".utf8)))
  }

  /// Labels of very different frequency, some pictures without any.
  private func random(_ count: Int, seed: UInt64) -> MultiLabelImageSet {
    let random = RandomNumbers(seed: seed)
    let shares: [Float] = [0.6, 0.3, 0.1, 0.04]
    let files = (0..<count).map { index in
      file(index, shares.indices.filter { random.uniform(at: UInt64(4 * index + $0)) < shares[$0] })
    }
    return MultiLabelImageSet(labelNames: ["a", "b", "c", "d"], files: files)
  }

  @Test func samePictureInSeveralFoldersHasSeveralLabels() throws {
    let folder = try TemporaryFolder([
      "beach/1.jpg": "one", "beach/2.jpg": "two", "sea/x.jpg": "one", "sea/y.jpg": "three", "sun/1.jpg": "one",
      "sun/copy.jpg": "four", "sun/copy2.jpg": "four",
    ])
    let images = try ImageFolder(folder.path).multiLabelImages
    #expect(images.labelNames == ["beach", "sea", "sun"])
    #expect(images.files.map(\.relativePath) == ["beach/1.jpg", "beach/2.jpg", "sea/y.jpg", "sun/copy.jpg"])
    #expect(images.files.map(\.labels) == [[0, 1, 2], [0], [1], [2]])
    #expect(images.labelCounts == [2, 2, 2])
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func bothSidesHaveEachLabelsShare(_ seed: UInt64) throws {
    let set = random(500, seed: seed)
    let (train, validation) = try set.split(validation: 0.2, seed: seed)
    #expect(train.count + validation.count == 500)
    #expect(Set(train.files).union(validation.files) == Set(set.files))
    #expect(abs(validation.count - 100) <= 4)
    for (label, count) in set.labelCounts.enumerated() {
      let wanted = max(1, Int((0.2 * Double(count)).rounded()))
      // Labels that come together cannot all be exact.
      #expect(abs(validation.labelCounts[label] - wanted) <= 2, "label \(label)")
      #expect(train.labelCounts[label] > 0)
    }
    // The order of a side is the set's.
    #expect(validation.files == set.files.filter { Set(validation.files).contains($0) })
  }

  @Test func contentsAndSeedDecide() throws {
    let set = random(100, seed: 9)
    let split = try set.split(validation: 0.3, seed: 4)
    #expect(try set.split(validation: 0.3, seed: 4).validation == split.validation)
    #expect(try set.split(validation: 0.3, seed: 5).validation != split.validation)
    let renamed = MultiLabelImageSet(
      labelNames: set.labelNames,
      files: set.files.enumerated().reversed().map { index, file in
        MultiLabelImageFile(path: "/z\(index)", relativePath: "z", labels: file.labels, digest: file.digest)
      })
    let other = try renamed.split(validation: 0.3, seed: 4)
    #expect(Set(other.validation.files.map(\.digest)) == Set(split.validation.files.map(\.digest)))
  }

  @Test func equalContentsStayTogether() throws {
    var files = random(60, seed: 2).files
    for index in 0..<20 { files.append(file(index, [0], name: "copy\(index)")) }
    let set = MultiLabelImageSet(labelNames: ["a", "b", "c", "d"], files: files)
    for seed in 0..<10 as Range<UInt64> {
      let (train, validation) = try set.split(validation: 0.25, seed: seed)
      #expect(Set(train.files.map(\.digest)).isDisjoint(with: validation.files.map(\.digest)))
      #expect(train.count + validation.count == 80)
    }
  }

  @Test func rareLabels() throws {
    // Label 1 has one picture, label 2 two of its own, label 3 two, both of which carry label 1 or 2 as well.
    let files = (0..<20).map { file($0, [0]) } + [file(20, [0, 1, 3]), file(21, [2]), file(22, [2, 3])]
    let set = MultiLabelImageSet(labelNames: ["a", "b", "c", "d", "none"], files: files)
    for seed in 0..<20 as Range<UInt64> {
      let (train, validation) = try set.split(validation: 0.2, seed: seed)
      #expect(train.labelCounts[1] == 1)
      #expect(train.labelCounts[2] == 1)
      #expect(validation.labelCounts[2] == 1)
      #expect(train.labelCounts[3] >= 1)
      #expect(validation.labelCounts[0] == 4)
    }
  }

  @Test func smallSetsAndWrongFractions() throws {
    let one = MultiLabelImageSet(labelNames: ["a"], files: [file(1, [0])])
    #expect(try one.split(validation: 0.5, seed: 1).train.count == 1)
    let two = MultiLabelImageSet(labelNames: ["a"], files: [file(1, [0]), file(2, [0])])
    #expect(try two.split(validation: 0.1, seed: 1).validation.count == 1)
    let bare = MultiLabelImageSet(labelNames: ["a"], files: (0..<10).map { file($0, []) })
    #expect(try bare.split(validation: 0.3, seed: 1).validation.count == 3)
    #expect(throws: GraftError.self) { try one.split(validation: 0, seed: 1) }
    #expect(throws: GraftError.self) { try one.split(validation: 1, seed: 1) }
  }

  @Test func digestKnowsContentsAndLabelsOnly() {
    let set = MultiLabelImageSet(labelNames: ["a", "b c"], files: [file(1, [0, 1]), file(2, [])])
    let renamed = MultiLabelImageSet(
      labelNames: ["b c", "a"], files: [file(2, [], name: "x"), file(1, [1, 0], name: "y")])
    #expect(set.digest != MultiLabelImageSet(labelNames: ["a", "b c"], files: [file(1, [0]), file(2, [])]).digest)
    #expect(set.subset([1, 0]).digest == set.digest)
    #expect(set.subset([1]).files == [file(2, [])])
    #expect(renamed.digest == set.digest)
  }
}
