internal import GraftCore
internal import GraftLayers

extension BaseNetwork {
  /// A network whose input says how pictures become it.
  static func withPreprocessing(_ model: Model, _ wanted: Preprocessing?) throws -> Model {
    if wanted == nil, model.preprocessing != nil { return model }
    guard let preprocessing = wanted ?? recognised(model) else {
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
  private static func recognised(_ model: Model) -> Preprocessing? {
    let layers = model.allLayers
    // A network that scales its input itself takes pixels as they are.
    if layers.prefix(3).contains(where: { $0 is Rescaling }) { return Preprocessing.none }
    let names = Set(layers.map(\.name))
    if names.isSuperset(of: ["Conv1", "bn_Conv1", "expanded_conv_depthwise", "block_1_expand"]) {
      return .scaledToMinusOneToOne
    }
    return nil
  }
}
