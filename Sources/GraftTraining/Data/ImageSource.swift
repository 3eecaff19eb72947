package import GraftCore
package import GraftImages
package import GraftStore

/// Samples from picture files, sized and preprocessed for a network.
package struct ImageSource: PictureSource {
  let paths: [String]
  /// The SHA-256 of each file, where it is known.
  let digests: [SHA256Digest]?
  private let shape: Shape
  private let preprocessing: Preprocessing
  private let fit: ImageFit

  /// - Throws: `GraftError.invalidArgument` if the network does not take RGB pictures.
  package init(
    _ paths: [String], digests: [SHA256Digest]? = nil, shape: Shape, preprocessing: Preprocessing?, fit: ImageFit
  ) throws {
    guard shape.rank == 3, shape[2] == 3 else {
      throw GraftError(
        .invalidArgument, "Pictures need a network with an input of (height, width, 3). This one takes \(shape).")
    }
    guard let preprocessing else {
      throw GraftError(
        .invalidArgument,
        """
        Nothing says how pictures become this network's input: its input layer has no preprocessing. Make it with \
        Input(shape:preprocessing:), or start from a network of the zoo.
        """)
    }
    self.init(paths: paths, digests, shape, preprocessing, fit)
  }

  private init(
    paths: [String], _ digests: [SHA256Digest]?, _ shape: Shape, _ preprocessing: Preprocessing, _ fit: ImageFit
  ) {
    self.paths = paths
    self.digests = digests
    self.shape = shape
    self.preprocessing = preprocessing
    self.fit = fit
  }

  package var count: Int { paths.count }

  /// The samples with the given indices, in that order.
  func subset(_ indices: [Int]) -> ImageSource {
    ImageSource(
      paths: indices.map { paths[$0] }, digests.map { digests in indices.map { digests[$0] } }, shape, preprocessing,
      fit)
  }

  private var description: String { "\(shape) \(fit) \(preprocessing)" }

  package var settings: String {
    let probe = PictureProbe.digest(width: shape[1], height: shape[0], fit: fit, preprocessing: preprocessing)
    return "\(description) \(probe)"
  }

  package func key(_ index: Int) -> FeatureKey? { digests.map { FeatureKey($0[index]) } }

  /// What decides the samples: how pictures are brought in, and each file's digest. Where the files lie does not matter.
  func fingerprint() throws -> [String] {
    try [description] + FileDigests.digests(of: paths)
  }

  func makeImageLoader() -> ImageLoader {
    ImageLoader(width: shape[1], height: shape[0], fit: fit, preprocessing: preprocessing)
  }

  package func makeLoader() -> any SampleLoader { Loader(source: self, loader: makeImageLoader(), changed: nil) }

  package func makeLoader(changed: @escaping @Sendable (_ index: Int) -> Void) -> any SampleLoader {
    let loader = makeImageLoader()
    loader.notesDigests = true
    return Loader(source: self, loader: loader, changed: changed)
  }

  private struct Loader: SampleLoader {
    let source: ImageSource
    let loader: ImageLoader
    let changed: (@Sendable (Int) -> Void)?

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let fault = loader.tryLoad(source.paths[index], into: output)
      if let changed, loader.digests != source.digests.map({ [$0[index]] }) { changed(index) }
      return fault
    }
  }
}
