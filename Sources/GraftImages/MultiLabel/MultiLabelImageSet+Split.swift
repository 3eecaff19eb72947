internal import GraftCore

extension MultiLabelImageSet {
  /// Parts the set into training and validation at random by `seed`, so that both have each label in its proportion as far
  /// as pictures with several labels allow it.
  ///
  /// - Files with equal contents never part.
  /// - Each label is to give `fraction` of its files to validation, rounded, at least one if it has two different pictures.
  ///   Rare labels are dealt out first (iterative stratification: Sechidis et al., "On the stratification of multi-label
  ///   data", 2011). A label with a single picture stays in training.
  /// - Which side a file falls on depends on contents, labels and seed; not on names or order.
  ///
  /// - Parameters:
  ///   - fraction: Between 0 and 1, both excluded; 0.2 holds back a fifth.
  ///   - seed: Decides which files fall on which side.
  /// - Throws: `GraftError.invalidArgument` for any other fraction.
  public func split(
    validation fraction: Double, seed: UInt64
  ) throws -> (train: MultiLabelImageSet, validation: MultiLabelImageSet) {
    guard fraction > 0, fraction < 1 else {
      throw GraftError(
        .invalidArgument, "The validation fraction must lie between 0 and 1, such as 0.2. Received: \(fraction)")
    }
    var deal = StratifiedDeal(
      groups: LabelGroup.groups(of: self, seed: seed), labelCount: labelNames.count, fraction: fraction)
    let held = deal.heldBack()
    return (
      subset(files.indices.filter { !held.contains($0) }), subset(files.indices.filter { held.contains($0) })
    )
  }
}
