import Graft

/// Fashion-MNIST in two halves, as two tasks: five classes with many labels, and the other five with few.
struct FashionPictures {
  /// Pictures of the five old classes, to pre-train on and to watch.
  let old: (train: ImageSet, validation: ImageSet)
  /// Pictures of the five new classes, from which the few labelled ones are drawn.
  private let pool: ImageSet
  /// Other pictures of the new classes, which nothing is trained on.
  let test: ImageSet

  /// Reads `train/` and `test/` of a folder that `scripts/fetch-assets fashion-mnist` made.
  ///
  /// The old classes are the first five in order of name. Of each new class the last `testCount` pictures in `train/` are
  /// tested on: 1,000 of five classes judge more sharply than the 500 that lie in `test/`.
  init(_ folder: String, testCount: Int) throws {
    let train = try ImageFolder(folder + "/train").images
    let names = train.classNames
    let old = Array(names.prefix(5))
    let new = train.only(Array(names.dropFirst(5)))
    self.old = (train.only(old), try ImageFolder(folder + "/test", classNames: names).images.only(old))
    let held = Set(new.byClass.flatMap { $0.suffix(testCount) })
    test = new.subset(new.files.indices.filter(held.contains))
    pool = new.subset(new.files.indices.filter { !held.contains($0) })
  }

  /// As many pictures of each new class, drawn by a seed.
  func labelled(perClass count: Int, seed: UInt64) -> ImageSet {
    let chosen = pool.byClass.enumerated().flatMap { index, files in
      RandomNumbers(seed: seed, stream: UInt64(index)).permutation(of: files.count).prefix(count).map { files[$0] }
    }
    return pool.subset(chosen)
  }
}

extension ImageSet {
  /// The pictures of some classes, and these classes alone.
  fileprivate func only(_ names: [String]) -> ImageSet {
    ImageSet(
      classNames: names,
      files: files.compactMap { file in
        names.firstIndex(of: file.className).map {
          ImageFile(
            path: file.path, relativePath: file.relativePath, classIndex: $0, className: file.className,
            digest: file.digest)
        }
      })
  }

  /// The positions of each class's files.
  fileprivate var byClass: [[Int]] {
    classNames.indices.map { index in files.indices.filter { files[$0].classIndex == index } }
  }
}
