/// How a picture is flipped. Definition: the `mode` of keras.layers.RandomFlip.
public enum FlipMode: String, Sendable, Hashable, CaseIterable {
  /// Left and right change places.
  case horizontal
  /// Top and bottom change places.
  case vertical
  /// Both at once: the picture turns by half a circle.
  case horizontalAndVertical = "horizontal_and_vertical"
}
