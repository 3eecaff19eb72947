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
    let folds = try foldIndices(k, seed: seed)
    return (0..<k).map { fold in parted(holdingBack: Set(files.indices.filter { folds[$0] == fold })) }
  }

  /// The fold in which each file validates; `folds(_:seed:)` says how they are made.
  package func foldIndices(_ k: Int, seed: UInt64) throws -> [Int] {
    guard k >= 2 else { throw GraftError(.invalidArgument, "At least 2 folds are needed. Received: \(k)") }
    let groups = foldGroups(seed: seed)
    for (name, own) in zip(classNames, FoldPlan.ownGroups(groups, classes: classNames.count)) where own < k {
      throw GraftError(
        .invalidData, "\(k) folds need at least \(k) different pictures in each class; '\(name)' has \(own).")
    }
    return FoldPlan(groups, classes: classNames.count, count: k).folds
  }

  /// Files with equal contents as groups, in the random order of a seed that does not depend on names.
  package func foldGroups(seed: UInt64) -> [FoldPlan.Group] {
    PictureGroup.groups(of: self, seed: seed).map { FoldPlan.Group(members: $0.members, classCounts: $0.classCounts) }
  }
}
