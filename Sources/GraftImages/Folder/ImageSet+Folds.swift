internal import GraftCore

extension ImageSet {
  /// Parts the set into `k` pairs of training and validation, so that every file validates once (k-fold
  /// cross-validation), stratified by class.
  ///
  /// Files with equal contents never part. In every fold each class has files on both sides. Contents, classes and seed
  /// decide; names and order do not.
  ///
  /// - Throws: `GraftError.invalidArgument` if `k` is below 2; `.invalidData` if a class has fewer than `k` different
  ///   pictures of its own (those filed under another class as well do not count).
  public func folds(_ k: Int, seed: UInt64) throws -> [(train: ImageSet, validation: ImageSet)] {
    guard k >= 2 else { throw GraftError(.invalidArgument, "At least 2 folds are needed. Received: \(k)") }
    let groups = PictureGroup.groups(of: self, seed: seed)
    for (label, name) in classNames.enumerated() {
      let own = groups.count { $0.classCounts.count == 1 && $0.classCounts[label] != nil }
      if own < k {
        throw GraftError(
          .invalidData, "\(k) folds need at least \(k) different pictures in each class; '\(name)' has \(own).")
      }
    }
    var members = [Set<Int>](repeating: [], count: k)
    var counts = [[Int]](repeating: classCounts.map { _ in 0 }, count: k)
    // Pictures of one class come first: each of the first k of a class goes to a fold that has none of it yet.
    for group in groups.filter({ $0.classCounts.count == 1 }) + groups.filter({ $0.classCounts.count > 1 }) {
      let labels = group.classCounts.keys
      let emptiest = (0..<k).min { left, right in
        let (own, other) = (labels.map { counts[left][$0] }.reduce(0, +), labels.map { counts[right][$0] }.reduce(0, +))
        return own != other ? own < other : members[left].count < members[right].count
      }
      guard let emptiest else { continue }
      members[emptiest].formUnion(group.members)
      for (label, count) in group.classCounts { counts[emptiest][label] += count }
    }
    return members.map { parted(holdingBack: $0) }
  }
}
