package import GraftCore
package import GraftImages

/// Samples from picture files, sized and preprocessed for a network.
package struct ImageSource: SampleSource {
  let paths: [String]
  private let shape: Shape
  private let preprocessing: Preprocessing
  private let fit: ImageFit

  /// - Throws: `GraftError.invalidArgument` if the network does not take RGB pictures.
  package init(_ paths: [String], shape: Shape, preprocessing: Preprocessing?, fit: ImageFit) throws {
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
    self.init(paths: paths, shape, preprocessing, fit)
  }

  private init(paths: [String], _ shape: Shape, _ preprocessing: Preprocessing, _ fit: ImageFit) {
    self.paths = paths
    self.shape = shape
    self.preprocessing = preprocessing
    self.fit = fit
  }

  package var count: Int { paths.count }

  /// The samples with the given indices, in that order.
  func subset(_ indices: [Int]) -> ImageSource {
    ImageSource(paths: indices.map { paths[$0] }, shape, preprocessing, fit)
  }

  /// What decides the samples: how pictures are brought in, and each file's digest. Where the files lie does not matter.
  func fingerprint() throws -> [String] {
    let settings = "\(shape) \(fit) \(preprocessing)"
    return try [settings] + FileDigests.digests(of: paths)
  }

  func makeImageLoader() -> ImageLoader {
    ImageLoader(width: shape[1], height: shape[0], fit: fit, preprocessing: preprocessing)
  }

  package func makeLoader() -> any SampleLoader { Loader(paths: paths, loader: makeImageLoader()) }

  private struct Loader: SampleLoader {
    let paths: [String]
    let loader: ImageLoader

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      loader.tryLoad(paths[index], into: output)
    }
  }
}
