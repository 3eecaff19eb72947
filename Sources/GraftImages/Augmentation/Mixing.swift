/// How a sample is mixed with another one: by mixup or cutmix.
public struct Mixing: Sendable, Hashable {
  /// How the pictures are put together.
  enum Way: Sendable, Hashable {
    /// All pixels are blended.
    case blend
    /// A box of the partner lies on the sample; edges are fractions of width and height.
    case paste(PixelBox)
  }

  /// The other sample's position among the training samples; never the sample's own.
  public let partner: Int
  /// The share of the label that stays the sample's own; the partner's label has the rest.
  public let share: Float
  let way: Way
}
