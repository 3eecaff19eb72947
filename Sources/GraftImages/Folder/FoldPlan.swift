internal import GraftCore

/// Deals groups of samples that must stay together out to the folds of a cross-validation, stratified by class.
package struct FoldPlan: Sendable {
  /// Samples that never part.
  package struct Group: Sendable {
    /// Indices of the samples.
    package var members: [Int]
    /// How many of them belong to each class that has any.
    package var classCounts: [Int: Int]

    package init(members: [Int], classCounts: [Int: Int]) {
      self.members = members
      self.classCounts = classCounts
    }
  }

  /// The fold of every sample.
  package let folds: [Int]

  /// - Parameters:
  ///   - groups: The groups in the order in which they are dealt.
  ///   - classes: The number of classes.
  ///   - count: The number of folds.
  package init(_ groups: [Group], classes: Int, count: Int) {
    var folds = [Int](repeating: 0, count: groups.reduce(0) { $0 + $1.members.count })
    var sizes = [Int](repeating: 0, count: count)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: count)
    // Groups of one class come first: each of the first k of a class goes to a fold that has none of it yet.
    for group in groups.filter({ $0.classCounts.count == 1 }) + groups.filter({ $0.classCounts.count > 1 }) {
      let labels = group.classCounts.keys
      let emptiest = (0..<count).min { left, right in
        let (own, other) = (labels.map { counts[left][$0] }.reduce(0, +), labels.map { counts[right][$0] }.reduce(0, +))
        return own != other ? own < other : sizes[left] < sizes[right]
      }
      guard let emptiest else { continue }
      for member in group.members { folds[member] = emptiest }
      sizes[emptiest] += group.members.count
      for (label, number) in group.classCounts { counts[emptiest][label] += number }
    }
    self.folds = folds
  }

  /// How many different samples each class has of its own, those shared with another class left out: no more folds than the
  /// smallest of these numbers give every fold something of every class.
  package static func ownGroups(_ groups: [Group], classes: Int) -> [Int] {
    (0..<classes).map { label in groups.count { $0.classCounts.count == 1 && $0.classCounts[label] != nil } }
  }
}
