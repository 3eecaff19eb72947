internal import GraftCore
internal import GraftLayers

extension BaseNetwork {
  /// A network whose input says how pictures become it.
  static func withPreprocessing(_ model: Model, _ wanted: Preprocessing?) throws -> Model {
    guard let preprocessing = wanted else {
      throw GraftError(
        .invalidArgument,
        """
        Nothing says how pictures become the input of "\(model.name)", and its layers are of no family that is known. Say \
        it with --preprocess \(Preprocessing.names.joined(separator: "|")) (preprocessing: in the library).
        """)
    }
    if model.preprocessing == preprocessing { return model }
    let input = Input(
      shape: model.input.shape, preprocessing: preprocessing, name: model.input.layer.name + "_pictures")
    return Model(inputs: input, outputs: model(input), name: model.name)
  }

  /// The preprocessing of the family that a network's layers belong to; nil if they are of none that is known.
  static func recognised(_ model: Model) -> Preprocessing? {
    let layers = model.allLayers
    let names = Set(layers.map(\.name))
    // A network that scales its input itself takes pixels as they are.
    let first = layers.filter { !isBeforeScaling($0) }.prefix(2)
    if first.contains(where: { $0 is Rescaling || $0 is Normalization }) { return Preprocessing.none }
    return knownFamilies.first { names.isSuperset(of: $0.layers) }?.preprocessing
  }

  /// Whether a layer says nothing of how pixels are scaled: what augments, resizes and reorders may stand before what does.
  private static func isBeforeScaling(_ layer: Layer) -> Bool {
    layer is InputLayer || layer is TrainingOnlyLayer || layer is Resizing || layer is CenterCrop
      || layer is RandomCrop || layer is ChannelSelection || layer is Concatenate || layer is Identity
  }

  /// Layers that no other family has together, and how that family's pictures become the input.
  private static let knownFamilies: [(layers: [String], preprocessing: Preprocessing)] = [
    (["Conv1", "bn_Conv1", "expanded_conv_depthwise", "block_1_expand"], .scaledToMinusOneToOne),
    (["conv1", "conv1_bn", "conv_dw_1", "conv_pw_1"], .scaledToMinusOneToOne),
    (["conv", "conv_bn", "expanded_conv_depthwise", "expanded_conv_1_expand"], .scaledToMinusOneToOne),
    (["conv1_conv", "conv2_block1_preact_bn", "conv2_block1_1_conv"], .scaledToMinusOneToOne),
    (["conv1_conv", "conv1_bn", "conv2_block1_1_conv", "conv2_block1_add"], .caffe),
    (["conv1_conv", "conv1_bn", "conv2_block1_1_conv", "conv2_block1_concat"], .torch),
    (["block1_conv1", "block1_conv2", "block1_pool", "block2_conv1"], .caffe),
    (["block1_conv1", "block1_conv1_bn", "block2_sepconv1"], .scaledToMinusOneToOne),
    (["mixed0", "mixed1", "mixed2"], .scaledToMinusOneToOne), (["mixed_5b", "block35_1_conv"], .scaledToMinusOneToOne),
    (["stem_conv1", "stem_bn1", "reduction_conv_1_stem_1"], .scaledToMinusOneToOne),
  ]

  /// A preprocessing as people write it.
  static func words(_ preprocessing: Preprocessing) -> String {
    switch preprocessing {
    case .scaledToMinusOneToOne: "x / 127.5 - 1 (tf)"
    case .none: "pixels as they are, scaled by its first layers (none)"
    default: preprocessing.name
    }
  }
}
