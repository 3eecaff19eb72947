/// Deals groups of equal pictures out to training and validation, the pictures of the rarest labels first.
///
/// Iterative stratification (Sechidis et al., 2011) for two sides. Pictures without labels are dealt as if that were a
/// label of its own. A group goes to validation only if each of its labels keeps another group for training.
struct StratifiedDeal {
  private let groups: [LabelGroup]
  /// Per label: its groups in random order.
  private let groupsOfLabel: [[Int]]
  private var isDealt: [Bool]
  private var isHeld: [Bool]
  /// Per label: files that each side is still to get, and groups that are not held back.
  private var wantedForTraining: [Int]
  private var wantedForValidation: [Int]
  private var left: [Int]
  /// Files that each side is still to get.
  private var room: (training: Int, validation: Int)

  init(groups: [LabelGroup], labelCount: Int, fraction: Double) {
    self.groups = groups
    var groupsOfLabel = [[Int]](repeating: [], count: labelCount + 1)
    for (index, group) in groups.enumerated() {
      for label in group.labelCounts.keys { groupsOfLabel[label].append(index) }
      if group.labelCounts.isEmpty { groupsOfLabel[labelCount].append(index) }
    }
    self.groupsOfLabel = groupsOfLabel
    isDealt = groups.map { _ in false }
    isHeld = isDealt
    left = groupsOfLabel.map(\.count)

    /// The share of so many files, but something for each side where two groups allow it.
    func share(_ count: Int, groups: Int) -> Int {
      groups < 2 ? 0 : min(count - 1, max(1, Int((fraction * Double(count)).rounded())))
    }
    let counts = groupsOfLabel.enumerated().map { label, own in
      own.reduce(0) { $0 + Self.files(groups[$1], label, labelCount) }
    }
    wantedForValidation = zip(counts, groupsOfLabel).map { share($0, groups: $1.count) }
    wantedForTraining = zip(counts, wantedForValidation).map { $0 - $1 }
    let total = groups.reduce(0) { $0 + $1.members.count }
    let held = share(total, groups: groups.count)
    room = (total - held, held)
  }

  private static func files(_ group: LabelGroup, _ label: Int, _ labelCount: Int) -> Int {
    label == labelCount ? group.members.count : group.labelCounts[label] ?? 0
  }

  /// The indices of the files to hold back for validation.
  mutating func heldBack() -> Set<Int> {
    while let label = rarestUndealt() {
      for index in groupsOfLabel[label] where !isDealt[index] {
        let (training, validation) = (wantedForTraining[label], wantedForValidation[label])
        let isHungrier = training != validation ? validation > training : room.validation > room.training
        deal(index, toValidation: isHungrier && spares(index))
      }
    }
    giveSomethingOfEach()
    return Set(groups.indices.filter { isHeld[$0] }.flatMap { groups[$0].members })
  }

  /// A label all of whose pictures went to training, because rarer labels wanted them there, gives one that is not missed.
  private mutating func giveSomethingOfEach() {
    for own in groupsOfLabel {
      guard own.count >= 2, !own.contains(where: { isHeld[$0] }) else { continue }
      let candidates = own.filter { spares($0) }
      if let smallest = candidates.min(by: { groups[$0].members.count < groups[$1].members.count }) {
        isHeld[smallest] = true
        for label in labels(of: smallest) { left[label] -= 1 }
      }
    }
  }

  /// The label with the fewest groups that are not dealt yet.
  private func rarestUndealt() -> Int? {
    let counts = groupsOfLabel.map { $0.count { !isDealt[$0] } }
    return counts.indices.filter { counts[$0] > 0 }.min { counts[$0] < counts[$1] }
  }

  private func labels(of index: Int) -> [Int] {
    groups[index].labelCounts.isEmpty ? [groupsOfLabel.count - 1] : Array(groups[index].labelCounts.keys)
  }

  /// Whether each label of a group keeps another group for training.
  private func spares(_ index: Int) -> Bool { labels(of: index).allSatisfy { left[$0] >= 2 } }

  private mutating func deal(_ index: Int, toValidation: Bool) {
    isDealt[index] = true
    isHeld[index] = toValidation
    for label in labels(of: index) {
      let files = Self.files(groups[index], label, groupsOfLabel.count - 1)
      if toValidation {
        wantedForValidation[label] -= files
        left[label] -= 1
      } else {
        wantedForTraining[label] -= files
      }
    }
    if toValidation {
      room.validation -= groups[index].members.count
    } else {
      room.training -= groups[index].members.count
    }
  }
}
