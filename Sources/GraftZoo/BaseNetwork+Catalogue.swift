internal import GraftCore
internal import GraftLayers

extension BaseNetwork {
  /// The networks that a family's name can mean, one per picture size that weights were published for.
  public static var catalogue: [ZooEntry] {
    let alpha = 1.0
    let side = 224
    let input = Input(shape: [side, side, 3])
    let trunk = Model(inputs: input, outputs: MobileNetV2Trunk(alpha: alpha).build(input))
    return MobileNetV2Catalogue.sides.map { side in
      ZooEntry(
        family: "mobilenet-v2", alpha: alpha, imageSize: side, parameterCount: trunk.parameterCount,
        weights: MobileNetV2Catalogue.entry(alpha: alpha, side: side, includeTop: false))
    }
  }
}
