internal import GraftCore

/// All files of a set with the same contents: they are never parted.
struct LabelGroup {
  let digest: SHA256Digest
  /// The place in the random order of one seed; a function of the contents alone.
  let rank: UInt64
  /// Indices of the files.
  private(set) var members: [Int] = []
  /// How many of the files have each label that any of them has.
  private(set) var labelCounts: [Int: Int] = [:]

  /// Groups a set's files by contents, in the random order of `seed`.
  static func groups(of set: MultiLabelImageSet, seed: UInt64) -> [LabelGroup] {
    let random = RandomNumbers(seed: seed, stream: 0x7461_6773)
    var groups: [SHA256Digest: LabelGroup] = [:]
    for (index, file) in set.files.enumerated() {
      groups[file.digest, default: LabelGroup(file.digest, random)].add(index, file.labels)
    }
    return groups.values.sorted {
      $0.rank != $1.rank ? $0.rank < $1.rank : scalarOrder($0.digest.description, $1.digest.description)
    }
  }

  private init(_ digest: SHA256Digest, _ random: RandomNumbers) {
    self.digest = digest
    let words = random.words(at: UInt64(digest.description.prefix(16), radix: 16) ?? 0)
    rank = UInt64(words.x) << 32 | UInt64(words.y)
  }

  private mutating func add(_ index: Int, _ labels: [Int]) {
    members.append(index)
    for label in labels { labelCounts[label, default: 0] += 1 }
  }
}
