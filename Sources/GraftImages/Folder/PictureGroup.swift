internal import GraftCore

/// All files with the same contents: they are never parted.
struct PictureGroup {
  let digest: SHA256Digest
  /// The place in the random order of one seed; a function of the contents alone.
  let rank: UInt64
  /// Indices of the files.
  var members: [Int]
  /// How many of the files belong to each class that has any.
  var classCounts: [Int: Int]

  /// Groups a set's files by contents, in the random order of `seed`.
  ///
  /// A picture's rank depends on the seed and its own bytes, so a folder that grows keeps most pictures on their side.
  static func groups(of set: ImageSet, seed: UInt64) -> [PictureGroup] {
    let random = RandomNumbers(seed: seed, stream: 0x7370_6C69_74)
    var groups: [SHA256Digest: PictureGroup] = [:]
    for (index, file) in set.files.enumerated() {
      groups[file.digest, default: PictureGroup(file.digest, random)].add(index, file.classIndex)
    }
    return groups.values.sorted {
      $0.rank != $1.rank ? $0.rank < $1.rank : scalarOrder($0.digest.description, $1.digest.description)
    }
  }

  private init(_ digest: SHA256Digest, _ random: RandomNumbers) {
    self.digest = digest
    let words = random.words(at: UInt64(digest.description.prefix(16), radix: 16) ?? 0)
    rank = UInt64(words.x) << 32 | UInt64(words.y)
    members = []
    classCounts = [:]
  }

  private mutating func add(_ index: Int, _ classIndex: Int) {
    members.append(index)
    classCounts[classIndex, default: 0] += 1
  }
}
