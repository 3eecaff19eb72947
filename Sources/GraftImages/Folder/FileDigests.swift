internal import Dispatch
internal import GraftCore

/// Reads files for their digests, on all cores.
package enum FileDigests {
  /// The digest of every file, in the order of the paths.
  ///
  /// - Throws: `GraftError`, with the path, for the first that cannot be read.
  package static func digests(of paths: [String]) throws -> [String] {
    try zip(paths, digests(of: paths, ImageLimits())).map { path, result in
      try ImageFault.named(path) { () throws(ImageFault) in try result.get() }.description
    }
  }

  /// The digest of every file, or why it cannot be read, in the order of the paths.
  static func digests(of paths: [String], _ limits: ImageLimits) -> [Result<SHA256Digest, ImageFault>] {
    [Result<SHA256Digest, ImageFault>](unsafeUninitializedCapacity: paths.count) { buffer, count in
      // Each iteration initialises its own element, and all of them are done when this returns.
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: paths.count) { index in
        let result = Result { () throws(ImageFault) in
          try FileBytes.read(paths[index], maximumBytes: limits.maximumBytes)
            .withUnsafeBytes { SHA256Digest(of: $0) }
        }
        results.initializeElement(at: index, to: result)
      }
      count = paths.count
    }
  }
}
