public import Foundation
public import GraftCore

/// Takes picture files from disk to a network's input: read, decode, fit, preprocess.
///
/// A loader keeps its decoder and tables between files and belongs to one worker at a time; make one per worker.
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
  private let table: PreprocessingTable

  /// Makes a loader. The size must be positive.
  public init(
    width: Int, height: Int, fit: ImageFit = .stretch, preprocessing: Preprocessing, limits: ImageLimits = ImageLimits()
  ) {
    precondition(width > 0 && height > 0, "A size of at least 1×1 is needed, received \(width)×\(height).")
    self.width = width
    self.height = height
    self.fit = fit
    decoder = ImageDecoder(limits: limits)
    table = PreprocessingTable(preprocessing)
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
    table.apply(try decoder.decode(bytes, name: name, width: width, height: height, fit: fit), into: output)
  }

  private func read(_ path: String, into output: UnsafeMutableBufferPointer<Float>) throws(ImageFault) {
    let bytes = try FileBytes.read(path, maximumBytes: decoder.limits.maximumBytes)
    let image = try bytes.withUnsafeBufferPointer { buffer throws(ImageFault) in
      try decoder.decode(UnsafeRawBufferPointer(buffer), width: width, height: height, fit: fit)
    }
    table.apply(image, into: output)
  }
}
