internal import GraftCore
internal import GraftGraph

/// The checks that all keras.applications make of their arguments.
enum ApplicationChecks {
  /// imagenet_utils.obtain_input_shape.
  static func inputShape(
    _ shape: Shape?, defaultSide: Int, minimumSide: Int, requiresDefault: Bool, requiresRGB: Bool
  ) throws -> Shape {
    guard let shape else { return [defaultSide, defaultSide, 3] }
    guard shape.rank == 3 else {
      throw GraftError(.invalidArgument, "inputShape must be [height, width, channels]. Received: \(shape).")
    }
    guard !requiresRGB || shape[2] == 3 else {
      throw GraftError(
        .invalidArgument, "ImageNet weights need 3 channels. Received: inputShape \(shape).")
    }
    guard shape[2] > 0 else {
      throw GraftError(.invalidArgument, "inputShape needs at least one channel. Received: \(shape).")
    }
    let expected: Shape = [defaultSide, defaultSide, 3]
    guard !requiresDefault || shape == expected else {
      throw GraftError(
        .invalidArgument,
        """
        With includeTop and ImageNet weights inputShape must be one of the sizes that weights exist for, here \
        \(expected). Received: \(shape). Use includeTop: false for other sizes.
        """)
    }
    guard shape[0] >= minimumSide, shape[1] >= minimumSide else {
      throw GraftError(
        .invalidArgument, "The input must be at least \(minimumSide)×\(minimumSide). Received: inputShape \(shape).")
    }
    return shape
  }

  /// What asks for a top: the number of classes, and imagenet_utils.validate_activation.
  static func top(_ arguments: ApplicationArguments) throws {
    let (classes, includeTop, weights) = (arguments.classes, arguments.includeTop, arguments.weights)
    guard classes > 0 else { throw GraftError(.invalidArgument, "classes must be positive. Received: \(classes).") }
    guard !(includeTop && weights == .imageNet && classes != 1000) else {
      throw GraftError(
        .invalidArgument,
        """
        ImageNet weights with includeTop have 1000 classes. Received: classes \(classes). Use includeTop: false and a \
        Dense layer of your own.
        """)
    }
    let activation = arguments.classifierActivation
    guard !includeTop || weights == nil || activation == .softmax || activation == .linear else {
      throw GraftError(
        .invalidArgument,
        "With weights, classifierActivation must be softmax, or linear for logits. Received: \(activation.rawValue).")
    }
  }
}
