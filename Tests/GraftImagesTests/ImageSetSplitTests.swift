import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct ImageSetSplitTests {
  /// A set from (class, content) pairs.
  private func set(_ pictures: [(label: Int, content: String)], classes: Int) -> ImageSet {
    ImageSet(
      classNames: (0..<classes).map { "class\($0)" },
      files: pictures.enumerated().map { index, picture in
        ImageFile(
          path: "/\(index)", relativePath: "\(index)", classIndex: picture.label, className: "class\(picture.label)",
          digest: SHA256Digest(of: Data(picture.content.utf8)))
      })
  }

  private func plain(_ counts: [Int]) -> ImageSet {
    set(
      counts.enumerated().flatMap { label, count in (0..<count).map { (label, "\(label)-\($0)") } },
      classes: counts.count)
  }

  private func contents(_ set: ImageSet) -> Set<SHA256Digest> { Set(set.files.map(\.digest)) }

  /// No file is lost, none doubled, and equal pictures are on one side.
  private func checkParted(_ whole: ImageSet, _ parts: (train: ImageSet, validation: ImageSet)) {
    #expect(parts.train.classNames == whole.classNames)
    #expect(Set(parts.train.files + parts.validation.files) == Set(whole.files))
    #expect(parts.train.count + parts.validation.count == whole.count)
    #expect(contents(parts.train).isDisjoint(with: contents(parts.validation)))
  }

  @Test func everyClassGivesItsShare() throws {
    let whole = plain([100, 37, 2, 1, 5])
    let parts = try whole.split(validation: 0.2, seed: 3)
    checkParted(whole, parts)
    #expect(parts.validation.classCounts == [20, 7, 1, 0, 1])
    #expect(try whole.split(validation: 0.999, seed: 3).train.classCounts == [1, 1, 1, 1, 1])
    #expect(try whole.split(validation: 0.001, seed: 3).validation.classCounts == [1, 1, 1, 0, 1])
  }

  @Test func seedDecidesAndOrderAndNamesDoNot() throws {
    let whole = plain([60, 40])
    let held = contents(try whole.split(validation: 0.25, seed: 1).validation)
    let shuffled = whole.subset(RandomNumbers(seed: 9).permutation(of: 100))
    let renamed = ImageSet(
      classNames: whole.classNames,
      files: shuffled.files.map {
        ImageFile(
          path: "/new" + $0.path, relativePath: "new", classIndex: $0.classIndex, className: $0.className,
          digest: $0.digest)
      })
    #expect(contents(try renamed.split(validation: 0.25, seed: 1).validation) == held)
    #expect(contents(try whole.split(validation: 0.25, seed: 2).validation) != held)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func equalPicturesNeverPart(_ seed: UInt64) throws {
    // Copies inside a class, and pictures under two classes.
    let pictures = (0..<90).map { index in (label: index % 3, content: "\(index / 2 % 30)") }
    let whole = set(pictures, classes: 3)
    let parts = try whole.split(validation: 0.2, seed: seed)
    checkParted(whole, parts)
    #expect(parts.train.classCounts.allSatisfy { $0 > 0 })
    #expect(parts.validation.classCounts.allSatisfy { $0 > 0 })
  }

  @Test func classesOfCopiesStillGiveOne() throws {
    let pictures = ["x", "x", "x", "y", "y", "y"].map { (label: 0, content: $0) } + [(1, "p"), (1, "q")]
    let parts = try set(pictures, classes: 2).split(validation: 0.1, seed: 5)
    #expect(parts.validation.classCounts == [3, 1])
    #expect(parts.train.classCounts == [3, 1])

    let copies = set([(0, "x"), (0, "x"), (1, "p"), (1, "q")], classes: 2)
    #expect(try copies.split(validation: 0.5, seed: 5).validation.classCounts == [0, 1])
  }

  @Test func aClassKeepsItsOnlyPictureForTraining() throws {
    // "s" is all that class 1 has, and lies in class 0 as well.
    for seed in 0..<20 as Range<UInt64> {
      let parts = try set([(0, "s"), (0, "t"), (1, "s")], classes: 2).split(validation: 0.5, seed: seed)
      #expect(parts.train.classCounts == [1, 1])
      #expect(parts.validation.classCounts == [1, 0])
    }
  }

  @Test(arguments: [0, 1, -0.5, 1.5, .nan])
  func fractionsOutsideAreRefused(_ fraction: Double) {
    #expect(throws: GraftError.self) { try plain([4, 4]).split(validation: fraction, seed: 0) }
  }

  @Test func foldsValidateEveryFileOnce() throws {
    let pictures = (0..<60).map { (label: $0 % 3, content: "\($0 % 57)") } + [(0, "shared"), (1, "shared")]
    let whole = set(pictures, classes: 3)
    let folds = try whole.folds(5, seed: 11)
    #expect(folds.count == 5)
    for fold in folds {
      checkParted(whole, fold)
      #expect(fold.validation.classCounts.allSatisfy { (3...6).contains($0) })
    }
    #expect(folds.flatMap(\.validation.files).count == whole.count)
    #expect(Set(folds.flatMap(\.validation.files)) == Set(whole.files))
    let again = try whole.subset(whole.files.indices.reversed()).folds(5, seed: 11)
    #expect(zip(folds, again).allSatisfy { contents($0.validation) == contents($1.validation) })
  }

  @Test func foldsNeedEnoughPictures() {
    #expect(throws: GraftError(.invalidArgument, "At least 2 folds are needed. Received: 1")) {
      try plain([4, 4]).folds(1, seed: 0)
    }
    #expect(
      throws: GraftError(.invalidData, "5 folds need at least 5 different pictures in each class; 'class1' has 4.")
    ) {
      try plain([5, 4]).folds(5, seed: 0)
    }
  }
}
