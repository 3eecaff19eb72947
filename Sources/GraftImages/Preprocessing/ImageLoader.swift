public import Foundation
public import GraftCore

/// Takes picture files from disk to a network's input: read, decode, fit, preprocess.
///
/// A loader keeps its decoder between files and belongs to one worker at a time; make one per worker.
///
/// ```swift
/// let loader = ImageLoader(width: 224, height: 224, preprocessing: .scaledToMinusOneToOne)
/// try loader.load(file.path, into: buffer)
/// ```
public final class ImageLoader {
  /// The width of the network's input.
  public let width: Int
  /// The height of the network's input.
  public let height: Int
  /// What happens to a picture of other proportions.
  public let fit: ImageFit

  private let decoder: ImageDecoder
  private let preprocessing: Preprocessing
  private var canvas = Canvas()

  /// Whether digests of the files that are read are wanted.
  package var notesDigests = false
  /// The digests of the files that the last call read, the sample's first.
  package private(set) var digests: [SHA256Digest] = []

  /// Makes a loader. The size must be positive.
  public init(
    width: Int, height: Int, fit: ImageFit = .stretch, preprocessing: Preprocessing, limits: ImageLimits = ImageLimits()
  ) {
    precondition(width > 0 && height > 0, "A size of at least 1×1 is needed, received \(width)×\(height).")
    self.width = width
    self.height = height
    self.fit = fit
    decoder = ImageDecoder(limits: limits)
    self.preprocessing = preprocessing
  }

  /// The number of floats that one picture takes.
  public var elementCount: Int { width * height * 3 }

  /// Loads one file: `output`, with room for `elementCount` floats, gets `height × width × 3` of them.
  ///
  /// - Throws: `GraftError` with the path and the reason; `output` is then untouched.
  public func load(_ path: String, into output: UnsafeMutableBufferPointer<Float>) throws {
    try ImageFault.named(path) { () throws(ImageFault) in try read(path, into: output) }
  }

  /// The same with a fault returned, to be set aside, instead of thrown; nil if all is well.
  public func tryLoad(_ path: String, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
    digests.removeAll(keepingCapacity: true)
    do {
      try read(path, into: output)
      return nil
    } catch {
      return BadFile(path: path, reason: error.reason)
    }
  }

  /// The same for a picture in memory, which errors call `name`.
  public func load(
    _ bytes: some ContiguousBytes, name: String, into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    preprocessing.apply(try decoder.decode(bytes, name: name, width: width, height: height, fit: fit), into: output)
  }

  private func read(_ path: String, into output: UnsafeMutableBufferPointer<Float>) throws(ImageFault) {
    preprocessing.apply(try decode(path), into: output)
  }

  private func decode(
    _ path: String, region: (_ width: Int, _ height: Int) -> ImageRegion? = { _, _ in nil }
  ) throws(ImageFault) -> PixelImage {
    let bytes = try FileBytes.read(path, maximumBytes: decoder.limits.maximumBytes)
    if notesDigests { digests.append(SHA256Digest(of: bytes)) }
    return try bytes.withUnsafeBufferPointer { buffer throws(ImageFault) in
      try decoder.decode(UnsafeRawBufferPointer(buffer), width: width, height: height, fit: fit, region: region)
    }
  }
}

// What only training sources use.
extension ImageLoader {
  /// Loads one file as a training picture: decoded, cropped, fitted, augmented and mixed.
  ///
  /// The result is a function of the files, the augmentation and the key alone.
  ///
  /// - Parameters:
  ///   - path: The sample's file.
  ///   - augmentation: What is done to it.
  ///   - key: Which augmented version.
  ///   - partner: What `augmentation.mixing(for: key, sampleCount:)` gave, and the path of that partner's file; nil when it
  ///     gave nil.
  ///   - output: Room for `elementCount` floats.
  /// - Throws: `GraftError` with the path, the sample's or the partner's, and the reason; `output` is then untouched.
  public func load(
    _ path: String, augmentation: Augmentation, key: AugmentationKey, partner: (mixing: Mixing, path: String)? = nil,
    into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    preprocessing.apply(try image(path, augmentation: augmentation, key: key, partner: partner), into: output)
  }

  /// The same with a fault returned, to be set aside, instead of thrown; nil if all is well.
  ///
  /// The bad file's path says whether it is the sample's or the partner's.
  public func tryLoad(
    _ path: String, augmentation: Augmentation, key: AugmentationKey, partner: (mixing: Mixing, path: String)? = nil,
    into output: UnsafeMutableBufferPointer<Float>
  ) -> BadFile? {
    digests.removeAll(keepingCapacity: true)
    var current = path
    do {
      preprocessing.apply(try mixed(path, augmentation, key, partner, reading: &current), into: output)
      return nil
    } catch {
      return BadFile(path: current, reason: error.reason)
    }
  }

  /// The picture that `load` hands to the network, before its preprocessing.
  public func image(
    _ path: String, augmentation: Augmentation = .none,
    key: AugmentationKey = AugmentationKey(seed: 0, view: 0, sample: 0),
    partner: (mixing: Mixing, path: String)? = nil
  ) throws -> PixelImage {
    var current = path
    do {
      return try mixed(path, augmentation, key, partner, reading: &current)
    } catch {
      throw error.error(naming: current)
    }
  }

  private func mixed(
    _ path: String, _ augmentation: Augmentation, _ key: AugmentationKey, _ partner: (mixing: Mixing, path: String)?,
    reading current: inout String
  ) throws(ImageFault) -> PixelImage {
    let own = try augmented(path, augmentation, key)
    guard let partner else { return own }
    current = partner.path
    let other = try augmented(partner.path, augmentation, key.with(sample: partner.mixing.partner))
    return own.mixed(with: other, partner.mixing)
  }

  private func augmented(
    _ path: String, _ augmentation: Augmentation, _ key: AugmentationKey
  ) throws(ImageFault) -> PixelImage {
    let image = try decode(path) { augmentation.crop(for: key, width: $0, height: $1) }
    return augmentation.apply(to: image, key: key, canvas: &canvas)
  }
}
