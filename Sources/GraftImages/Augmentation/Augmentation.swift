internal import GraftCore

/// What is done to training pictures so that the network never sees the same one twice: an ordered list of operations.
///
/// An augmentation has no state. Every picture is a function of its `AugmentationKey` (seed, view, sample), so any number of
/// threads makes the same pictures, and an operation more or less does not change what the others draw.
///
/// ```swift
/// let augmentation = try Augmentation([
///   .randomResizedCrop(scale: 0.5...1), .randomFlip(.horizontal), .randomRotation(0.05), .randomContrast(0.2),
///   .mixup(alpha: 0.2),
/// ])
/// // The same from a command line, and a preset:
/// let parsed = try Augmentation(parsing: "crop=0.5..1,flip,rotation=0.05,contrast=0.2,mixup=0.2")
/// let standard = Augmentation.standard
///
/// // A training source, for one sample and one view:
/// let key = AugmentationKey(seed: 42, view: epoch, sample: index)
/// let mixing = augmentation.mixing(for: key, sampleCount: files.count)
/// let partner = mixing.map { (mixing: $0, path: files[$0.partner].path) }
/// let bad = loader.tryLoad(files[index].path, augmentation: augmentation, key: key, partner: partner, into: buffer)
/// // The label is mixing.share of the sample's own and 1 - mixing.share of the partner's.
/// ```
///
/// How it works: the crop is taken from the decoded picture, before the resize to the network's size. Then the operations
/// come in their order. Consecutive ones that move pixels (with one `fillMode`) become one affine map, sampled once,
/// bilinearly, as `keras.ops.image.affine_transform` does; Keras's layers sample once each, and blur each time. Arithmetic
/// is in floats of 0…255, as in Keras, each colour operation clips to that range, and the result is rounded to RGB8 once, so
/// that a contact sheet shows exactly what the network sees. `mixup` and `cutmix` come last: sample and partner are each
/// augmented under their own keys, then mixed.
///
/// Validation and test pictures are never augmented: only training sources take an augmentation.
public struct Augmentation: Sendable, Hashable {
  /// The operations in their order.
  public let operations: [AugmentationOperation]

  /// Makes an augmentation.
  ///
  /// - Throws: `GraftError.invalidArgument`, naming the operation and the parameter that lies outside its bounds, or the
  ///   operation that may stand once only.
  public init(_ operations: [AugmentationOperation]) throws {
    for operation in operations { try operation.validate() }
    for name: AugmentationOperation.Name in [.resizedCrop, .mixup, .cutmix] {
      let count = operations.count { $0.name == name }
      guard count <= 1 else {
        throw GraftError(
          .invalidArgument, "Augmentation '\(name.rawValue)': expected at most once. Received: \(count) times")
      }
    }
    self.operations = operations
  }

  /// Takes operations that are known to be good.
  init(checked operations: [AugmentationOperation]) { self.operations = operations }

  /// No augmentation at all.
  public static let none = Augmentation(checked: [])

  /// Whether there is nothing to do.
  public var isEmpty: Bool { operations.isEmpty }

  /// Whether some pictures are mixed with others, and their labels with theirs.
  public var isMixing: Bool { operations.contains(where: \.isMixing) }

  /// Each operation with its number among those of the same name, which names its stream of random numbers.
  var numbered: [(operation: AugmentationOperation, occurrence: Int)] {
    var counts: [AugmentationOperation.Name: Int] = [:]
    return operations.map { operation in
      defer { counts[operation.name, default: 0] += 1 }
      return (operation, counts[operation.name, default: 0])
    }
  }

  func draws(_ key: AugmentationKey, _ operation: AugmentationOperation, _ occurrence: Int) -> AugmentationDraws {
    AugmentationDraws(key, operation.name.rawValue, occurrence: occurrence)
  }
}
