internal import GraftCore
package import GraftImages

/// Where samples come from: arrays in memory, or files on disk.
package protocol SampleSource: Sendable {
  /// The number of samples.
  var count: Int { get }
  /// Makes a loader for one worker.
  func makeLoader() -> any SampleLoader
}

/// Brings samples into a network's input. It belongs to one worker at a time.
package protocol SampleLoader {
  /// Writes a sample; gives back why it cannot be read, if so.
  func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile?
}
