internal import GraftCore

/// In which view each sample is seen in an epoch: a function of (seed, epoch, sample).
struct SampleViews: Sendable {
  private let views: Int
  private let isLive: Bool
  private let epoch: Int
  private let random: RandomNumbers

  init(set: PreparedSet, seed: UInt64, epoch: Int) {
    views = set.views
    isLive = set.isLive
    self.epoch = epoch
    random = RandomNumbers(seed: seed ^ "view".stableHash, stream: UInt64(epoch))
  }

  /// From a bank of views one is drawn; where views are made anew, every epoch has its own.
  func view(_ sample: Int) -> Int {
    if views == 1 { return 0 }
    if isLive { return (epoch - 1) % views }
    return Int((UInt64(random.words(at: UInt64(sample)).x) * UInt64(views)) >> 32)
  }
}
