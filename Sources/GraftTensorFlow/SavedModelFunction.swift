internal import GraftCore
package import GraftGraph
internal import Synchronization

/// A signature of a SavedModel as a function from one tensor to one: found once for all that ask for it.
package enum SavedModelFunction {
  private final class Known: Sendable {
    private struct Entry { weak var function: (any ForeignFunction)? }
    private let entries = Mutex<[String: Entry]>([:])

    func function(_ key: String, _ load: () throws -> any ForeignFunction) throws -> any ForeignFunction {
      if let known = entries.withLock({ $0[key]?.function }) { return known }
      let function = try load()
      entries.withLock { $0[key] = Entry(function: function) }
      return function
    }
  }

  private static let known = Known()

  /// Whether this Graft was built with TensorFlow.
  package static var isAvailable: Bool {
    #if TensorFlow
      true
    #else
      false
    #endif
  }

  /// Loads a SavedModel into TensorFlow.
  ///
  /// - Parameters:
  ///   - folder: The SavedModel.
  ///   - input: The name of the tensor that goes in, such as `serving_default_input:0`.
  ///   - output: The name of the tensor that comes out, such as `StatefulPartitionedCall:0`.
  ///   - digest: What `SavedModelDigest` must say of the folder, if that matters.
  /// - Throws: `GraftError.unsupported` if this Graft was built without TensorFlow, `.corrupt` if the folder holds another
  ///   SavedModel than the one that is wanted, and what TensorFlow says if it cannot load it.
  package static func load(
    _ folder: String, input: String, output: String, digest: String? = nil
  ) throws -> any ForeignFunction {
    #if TensorFlow
      let found = try SavedModelDigest.of(folder).description
      guard digest == nil || digest == found else {
        throw GraftError(
          .corrupt,
          "The SavedModel in '\(folder)' is not the one that the network was trained on. Put that one back in its place."
        )
      }
      let fingerprint = "\(found) \(input) \(output) TensorFlow \(TensorFlowSession.version)"
      return try known.function(fingerprint) {
        try TensorFlowSession(folder, input: input, output: output, fingerprint: fingerprint)
      }
    #else
      throw GraftError(
        .unsupported,
        """
        '\(folder)' is a SavedModel, which TensorFlow must run, and this Graft was built without TensorFlow. To turn it on: \
        scripts/bootstrap --with-tensorflow, then build with --traits TensorFlow (as a package: \
        .package(…, traits: ["TensorFlow"])).
        """)
    #endif
  }
}
