extension Augmentation: CustomStringConvertible {
  /// Reads a list such as `flip,rotation=0.1,zoom=0.2,randaugment=2:9,mixup=0.2`.
  ///
  /// Each item is a name, with values after `=`, separated by `:`. A value is a number, a range `LOW..HIGH`, or a word such
  /// as `nearest`. A preset's name stands for its operations: `standard,mixup=0.2`. `none` or an empty text is nothing.
  ///
  /// | item | operation | values |
  /// |---|---|---|
  /// | `flip` | `randomFlip` | `horizontal` (if nothing is said), `vertical`, `both` |
  /// | `rotation=0.1` | `randomRotation` | factor or range; fill |
  /// | `zoom=0.2` | `randomZoom` | height; width; fill |
  /// | `translation=0.1:0.2` | `randomTranslation` | height; width (else the height's); fill |
  /// | `crop=0.5..1` | `randomResizedCrop` | scale; ratio |
  /// | `brightness=0.2`, `contrast`, `saturation`, `hue` | `randomBrightness` … | factor or range |
  /// | `erasing=0.5` | `randomErasing` | probability; scale; `noise` or `constant(GRAY)` |
  /// | `randaugment=2:9` | `randAugment` | operations; magnitude |
  /// | `mixup=0.2`, `cutmix=1` | `mixup`, `cutmix` | alpha |
  ///
  /// A fill is `reflect` (if nothing is said), `nearest`, `wrap` or `constant(GRAY)`.
  ///
  /// - Throws: `GraftError.invalidArgument` with the item, what was expected, and the nearest name.
  public init(parsing text: String) throws {
    let items = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    if items == [""] || items == ["none"] {
      self = .none
      return
    }
    try self.init(
      items.flatMap { item in
        if let preset = Preset(rawValue: item) { return preset.augmentation.operations }
        return [try AugmentationOperation(parsing: item)]
      })
  }

  /// The list as `init(parsing:)` reads it; `none` for nothing.
  public var description: String { isEmpty ? "none" : operations.map(\.description).joined(separator: ",") }
}
