/// Chooses which groups of equal pictures are held back for validation.
struct SplitPlan {
  private let groups: [PictureGroup]
  private let classCounts: [Int]
  /// Per class: files held back, and different pictures left for training.
  private var held: [Int]
  private var left: [Int]
  private var chosen: Set<Int> = []

  init(groups: [PictureGroup], classCounts: [Int]) {
    self.groups = groups
    self.classCounts = classCounts
    held = classCounts.map { _ in 0 }
    left = groups.reduce(into: held) { left, group in
      for label in group.classCounts.keys { left[label] += 1 }
    }
  }

  /// The indices of the files to hold back.
  mutating func heldBack(fraction: Double) -> Set<Int> {
    let targets = zip(classCounts, left).map { count, different in
      different < 2 ? 0 : min(count - 1, max(1, Int((fraction * Double(count)).rounded())))
    }
    for label in classCounts.indices {
      for index in groups.indices where held[label] < targets[label] && belongs(index, to: label) {
        let overshoots = groups[index].classCounts.contains { held[$0.key] + $0.value > targets[$0.key] }
        if !overshoots { holdBack(index) }
      }
    }
    // A class whose pictures all come in large groups of copies still has to give one.
    for label in classCounts.indices where held[label] == 0 && targets[label] > 0 {
      let candidates = groups.indices.filter { belongs($0, to: label) && spares($0) }
      if let smallest = candidates.min(by: { groups[$0].members.count < groups[$1].members.count }) {
        holdBack(smallest)
      }
    }
    return Set(chosen.flatMap { groups[$0].members })
  }

  private func belongs(_ index: Int, to label: Int) -> Bool {
    groups[index].classCounts[label] != nil && !chosen.contains(index)
  }

  /// Whether every class of a group keeps another picture for training.
  private func spares(_ index: Int) -> Bool {
    groups[index].classCounts.keys.allSatisfy { left[$0] >= 2 }
  }

  private mutating func holdBack(_ index: Int) {
    guard spares(index) else { return }
    chosen.insert(index)
    for (label, count) in groups[index].classCounts {
      held[label] += count
      left[label] -= 1
    }
  }
}
