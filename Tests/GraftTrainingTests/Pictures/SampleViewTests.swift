import Foundation
import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// Which view of a sample an epoch sees, and how a sample comes into a plan's inputs.
@Suite struct SampleViewTests {
  private static func bank(samples: Int, views: Int) -> PreparedSet {
    let rows = (0..<(samples * views)).map { Float($0) }
    let pairs = rows.map { [$0, $0 + 0.5] }
    let triples = rows.map { [$0 + 0.1, $0 + 0.2, $0 + 0.3] }
    let targets = rows.map { [-$0, 1000 - $0] }
    return PreparedSet(
      .table([Tensor(pairs), Tensor(triples).reshaped([rows.count, 1, 3])]), targets: Tensor(targets), views: views)
  }

  private func views(_ set: PreparedSet, seed: UInt64, epoch: Int) -> [Int] {
    let views = SampleViews(set: set, seed: seed, epoch: epoch)
    return (0..<set.count).map(views.view)
  }

  @Test func aBankIsDrawnFromBySeedEpochAndSample() {
    let set = Self.bank(samples: 2000, views: 5)
    let first = views(set, seed: 1, epoch: 3)
    #expect(views(set, seed: 1, epoch: 3) == first)
    #expect(views(set, seed: 2, epoch: 3) != first)
    #expect(views(set, seed: 1, epoch: 4) != first)
    // In any order, and whatever other samples there are.
    let same = SampleViews(set: set, seed: 1, epoch: 3)
    let backwards: [Int] = (0..<2000).reversed().map(same.view)
    #expect(Array(backwards.reversed()) == first)
    #expect(views(Self.bank(samples: 100, views: 5), seed: 1, epoch: 3) == Array(first.prefix(100)))
    // All about equally often: 400 expected, standard deviation 18.
    for view in 0..<5 {
      let count = first.count { $0 == view }
      #expect(abs(count - 400) < 90)
    }
    // An epoch's draws say nothing about the next one's: a fifth are equal by chance.
    let next = views(set, seed: 1, epoch: 4)
    let equal = zip(first, next).count { $0 == $1 }
    #expect(abs(equal - 400) < 90)
  }

  @Test func everySampleSeesAllViewsInTime() {
    let set = Self.bank(samples: 30, views: 4)
    var seen = [Set<Int>](repeating: [], count: 30)
    for epoch in 1...60 {
      for (sample, view) in views(set, seed: 9, epoch: epoch).enumerated() { seen[sample].insert(view) }
    }
    #expect(seen == [Set<Int>](repeating: [0, 1, 2, 3], count: 30))
  }

  @Test func oneViewIsAlwaysThatOne() {
    #expect(views(Self.bank(samples: 40, views: 1), seed: 7, epoch: 12) == [Int](repeating: 0, count: 40))
  }

  @Test func liveViewsAreTheEpochs() {
    let source = TensorSource(Tensor(zeros: [12, 2]))
    let set = PreparedSet(.live(source), targets: Tensor(zeros: [12, 1]), views: 3)
    for (epoch, view) in zip(1..., [0, 1, 2, 0, 1, 2, 0]) {
      #expect(views(set, seed: 5, epoch: epoch) == [view, view, view, view])
    }
  }

  // MARK: Reading

  /// Inputs for batches of a size, filled with a mark.
  private final class Inputs {
    var values: [[Float]]

    init(_ lengths: [Int], batch: Int) { values = lengths.map { [Float](repeating: -7, count: $0 * batch) } }

    func with(_ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
      values[index].withUnsafeMutableBufferPointer { body($0) }
    }
  }

  @Test func aRowOfEveryColumnComesToItsSlot() throws {
    let set = Self.bank(samples: 4, views: 3)
    let reader = set.makeReader()
    #expect(reader.featureCount == 2)
    let inputs = Inputs([2, 3, 2], batch: 3)
    try reader.read(2, view: 1, slot: 1, of: 3) { inputs.with($0, $1) }
    #expect(inputs.values[0] == [-7, -7, 7, 7.5, -7, -7] as [Float])
    #expect(inputs.values[1] == [-7, -7, -7, 7.1, 7.2, 7.3, -7, -7, -7] as [Float])
    #expect(inputs.values[2] == [-7, -7, -7, 993, -7, -7])
    try reader.read(0, view: 0, slot: 2, of: 3) { inputs.with($0, $1) }
    #expect(inputs.values[0] == [-7, -7, 7, 7.5, 0, 0.5])
    #expect(inputs.values[2] == [-7, -7, -7, 993, 0, 1000])
  }

  @Test func liveSamplesAreLoadedWhenTheyAreRead() throws {
    let rows = (0..<6).map { [Float(2 * $0), Float(2 * $0 + 1)] }
    let source = WatchedSource(TensorSource(Tensor(rows)))
    let set = PreparedSet(.live(source), targets: Tensor((0..<6).map { [Float(10 * $0)] }), views: 2)
    let reader = set.makeReader()
    #expect(reader.featureCount == 1)
    #expect(source.loads == [0, 0, 0, 0, 0, 0])
    let inputs = Inputs([2, 1], batch: 2)
    try reader.read(1, view: 1, slot: 0, of: 2) { inputs.with($0, $1) }
    #expect(inputs.values == [[6, 7, -7, -7], [30, -7]])
    try reader.read(2, view: 0, slot: 1, of: 2) { inputs.with($0, $1) }
    #expect(inputs.values == [[6, 7, 8, 9], [30, 40]])
    #expect(source.loads == [0, 0, 0, 1, 1, 0])
  }

  @Test func aFileThatVanishesIsNamed() throws {
    let folder = try PictureFolder(perClass: 1)
    let path = try folder.images().files[1].path
    let source = try ImageSource([path], shape: [8, 8, 3], preprocessing: .scaledToMinusOneToOne, fit: .stretch)
    let reader = PreparedSet(.live(source), targets: Tensor(zeros: [1, 1])).makeReader()
    let inputs = Inputs([192, 1], batch: 1)
    try reader.read(0, view: 0, slot: 0, of: 1) { inputs.with($0, $1) }
    try FileManager.default.removeItem(atPath: path)
    let error = #expect(throws: GraftError.self) { try reader.read(0, view: 0, slot: 0, of: 1) { inputs.with($0, $1) } }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("cannot be read any more: \(path)") == true)
  }
}
