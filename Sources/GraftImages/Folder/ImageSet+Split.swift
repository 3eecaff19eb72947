internal import GraftCore

extension ImageSet {
  /// Parts the set into training and validation, per class, at random by `seed`.
  ///
  /// - Files with equal contents never part, even if they are filed under different classes.
  /// - Each class gives `fraction` of its files to validation, rounded; every class keeps at least one for training, and
  ///   gives at least one if it has two different pictures. (Pictures filed under several classes may make that
  ///   impossible; then training comes first.)
  /// - Which side a file falls on depends on contents, classes and seed; not on names or order.
  ///
  /// - Parameters:
  ///   - fraction: Between 0 and 1, both excluded; 0.2 holds back a fifth.
  ///   - seed: Decides which files fall on which side.
  /// - Throws: `GraftError.invalidArgument` for any other fraction.
  public func split(
    validation fraction: Double, seed: UInt64
  ) throws -> (train: ImageSet, validation: ImageSet) {
    guard fraction > 0, fraction < 1 else {
      throw GraftError(
        .invalidArgument, "The validation fraction must lie between 0 and 1, such as 0.2. Received: \(fraction)")
    }
    var plan = SplitPlan(groups: PictureGroup.groups(of: self, seed: seed), classCounts: classCounts)
    return parted(holdingBack: plan.heldBack(fraction: fraction))
  }

  /// The files whose indices are not in `held`, and those that are, both in this set's order.
  func parted(holdingBack held: Set<Int>) -> (train: ImageSet, validation: ImageSet) {
    (subset(files.indices.filter { !held.contains($0) }), subset(files.indices.filter { held.contains($0) }))
  }
}
