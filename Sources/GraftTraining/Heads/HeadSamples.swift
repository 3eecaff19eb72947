internal import GraftCore
internal import GraftImages

/// Features with their classes, checked, and how they are parted into folds.
struct HeadSamples: Sendable {
  let features: Tensor
  let labels: [Int]
  let classes: Int
  /// How much each sample counts: its own weight times its class's.
  let weights: [Double]
  /// The fold in which each sample validates; nil if a class has too few different samples to be parted.
  var folds: [Int]?
  var foldCount: Int

  /// - Parameters:
  ///   - groups: Samples that must not part, in the order in which they are dealt out to folds.
  init(
    _ features: Tensor, _ labels: [Int], classes: Int, weights: [Float]?, groups: [FoldPlan.Group],
    _ options: LinearHeadOptions, classNames: [String]? = nil
  ) throws {
    try options.check()
    guard features.shape.rank == 2, features.shape[0] == labels.count, features.shape[1] > 0 else {
      throw GraftError(
        .shapeMismatch,
        """
        A head is fitted on rows of features, one per sample: expected the shape (\(labels.count), features). Received: \
        \(features.shape).
        """)
    }
    guard classes >= 2 else {
      throw GraftError(.invalidArgument, "A classifier needs at least two classes. Received: \(classes).")
    }
    var counts = [Int](repeating: 0, count: classes)
    for label in labels {
      guard counts.indices.contains(label) else {
        throw GraftError(.invalidArgument, "Expected classes from 0 to \(classes - 1). Received: \(label).")
      }
      counts[label] += 1
    }
    if let empty = counts.firstIndex(of: 0) {
      throw GraftError(.invalidData, "Class \(empty) has no sample: every class needs at least one to be learned.")
    }
    guard features.withUnsafeBufferPointer({ $0.areFinite }) else {
      throw GraftError(.nonFinite, "The features are not all finite numbers: no head can be fitted on them.")
    }
    if let weights {
      guard weights.count == labels.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw GraftError(
          .invalidArgument,
          "Expected \(labels.count) sample weights, positive and finite. Received: \(weights.count).")
      }
    }
    var product = weights.map { $0.map(Double.init) } ?? [Double](repeating: 1, count: labels.count)
    if let classWeight = options.classWeight {
      let factors = try classWeight.sampleWeights(labels, classCount: classes, names: classNames)
      for (index, factor) in factors.enumerated() { product[index] *= Double(factor) }
      if let zero = product.firstIndex(of: 0) {
        throw GraftError(
          .invalidArgument, "Class \(labels[zero]) has the weight 0: it could not be learned. Leave its samples out.")
      }
    }
    self.features = features
    self.labels = labels
    self.classes = classes
    self.weights = product
    foldCount = min(options.foldCount, FoldPlan.ownGroups(groups, classes: classes).min() ?? 0)
    folds = foldCount >= 2 ? FoldPlan(groups, classes: classes, count: foldCount).folds : nil
  }

  /// Samples of the same number as one group, in the random order of a seed; without numbers each is on its own.
  static func groups(_ ids: [Int]?, _ labels: [Int], seed: UInt64) throws -> [FoldPlan.Group] {
    if let ids, ids.count != labels.count {
      throw GraftError(
        .invalidArgument, "Expected a group for each of \(labels.count) samples. Received: \(ids.count).")
    }
    var groups: [Int: FoldPlan.Group] = [:]
    var order: [Int] = []
    for (sample, label) in labels.enumerated() {
      let id = ids?[sample] ?? sample
      if groups[id] == nil { order.append(id) }
      groups[id, default: FoldPlan.Group(members: [], classCounts: [:])].members.append(sample)
      groups[id]?.classCounts[label, default: 0] += 1
    }
    return RandomNumbers(seed: seed, stream: 0x666F_6C64).permutation(of: order.count).compactMap { groups[order[$0]] }
  }
}
