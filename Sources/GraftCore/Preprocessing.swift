/// How RGB8 becomes the floats that a network was trained on: `(pixel / divisor - mean) / deviation`, per channel.
///
/// The steps are those of Keras's `imagenet_utils.preprocess_input`, in float32 and in its order, so results equal
/// Keras's bit for bit.
public struct Preprocessing: Sendable, Hashable {
  /// The order of a pixel's channels in the network's input.
  public enum ChannelOrder: String, Sendable, Hashable, Codable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red, as networks from Caffe want it.
    case bgr
  }

  /// The order of the output's channels.
  public let channelOrder: ChannelOrder
  /// What a pixel's value (0…255) is divided by first.
  public let divisor: Float
  /// What is then subtracted, per output channel.
  public let mean: [Float]
  /// What the difference is divided by, per output channel.
  public let deviation: [Float]

  /// Makes a preprocessing.
  ///
  /// - Throws: `GraftError.invalidArgument` unless there are three means and three deviations, all numbers are finite,
  ///   and no divisor is zero.
  public init(
    channelOrder: ChannelOrder = .rgb, divisor: Float = 1, mean: [Float] = [0, 0, 0], deviation: [Float] = [1, 1, 1]
  ) throws {
    let numbers = [divisor] + mean + deviation
    guard mean.count == 3, deviation.count == 3, numbers.allSatisfy(\.isFinite), divisor != 0, !deviation.contains(0)
    else {
      throw GraftError(
        .invalidArgument,
        "Preprocessing needs three means, three deviations and finite numbers, with nothing divided by zero. "
          + "Received: divisor \(divisor), mean \(mean), deviation \(deviation)")
    }
    self.init(channelOrder, divisor, mean, deviation)
  }

  private init(_ channelOrder: ChannelOrder, _ divisor: Float, _ mean: [Float], _ deviation: [Float]) {
    self.channelOrder = channelOrder
    self.divisor = divisor
    self.mean = mean
    self.deviation = deviation
  }

  /// `pixel / 127.5 - 1`: -1…1. MobileNetV2's; Keras's mode `tf`.
  public static let scaledToMinusOneToOne = Preprocessing(.rgb, 127.5, [1, 1, 1], [1, 1, 1])
  /// `pixel / 128 - 1`. What EfficientNetV2 S, M and L do inside.
  public static let scaledBy128 = Preprocessing(.rgb, 128, [1, 1, 1], [1, 1, 1])
  /// `(pixel - 127) / 128`. EfficientNet-Lite's.
  public static let centredBy127 = Preprocessing(.rgb, 1, [127, 127, 127], [128, 128, 128])
  /// `pixel`: 0…255, for networks that scale inside.
  public static let none = Preprocessing(.rgb, 1, [0, 0, 0], [1, 1, 1])
  /// `pixel / 255`: 0…1.
  public static let unit = Preprocessing(.rgb, 255, [0, 0, 0], [1, 1, 1])
  /// Blue, green, red minus ImageNet's mean. ResNet50's and VGG's; Keras's mode `caffe`.
  public static let caffe = Preprocessing(.bgr, 1, [103.939, 116.779, 123.68], [1, 1, 1])
  /// `pixel / 255` minus ImageNet's mean, by its deviation. DenseNet's and torch's networks'; Keras's mode `torch`.
  public static let torch = Preprocessing(.rgb, 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
}
