internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// NASNet-A Mobile (Zoph et al., 2017), as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let NASNetMobile = Application(
  NASNetArchitecture(
    "Mobile", penultimateFilters: 1056, blocks: 4, stemFilters: 32, skipsReduction: false, side: 224,
    (4_269_716, 5_326_716), (74.4, 91.9), "020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"))
/// NASNet-A Large, as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let NASNetLarge = Application(
  NASNetArchitecture(
    "Large", penultimateFilters: 4032, blocks: 6, stemFilters: 96, skipsReduction: true, side: 331,
    (84_887_922, 88_949_818), (82.5, 96.0), "11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"))

/// Keras's source: keras/src/applications/nasnet.py.
struct NASNetArchitecture: Architecture {
  let filters: Int
  let blocks: Int
  let stemFilters: Int
  let skipsReduction: Bool
  let facts: ZooFacts

  init(
    _ size: String, penultimateFilters: Int, blocks: Int, stemFilters: Int, skipsReduction: Bool, side: Int,
    _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String, _ noTop: String
  ) {
    filters = penultimateFilters / 24
    self.blocks = blocks
    self.stemFilters = stemFilters
    self.skipsReduction = skipsReduction
    let lower = size.lowercased()
    facts = ZooFacts(
      className: "NASNet" + size, name: "nasnet-" + lower, networkName: "nasnet_" + lower, imageSize: side,
      parameters: parameters, accuracy: accuracy, lastStage: "reduction_conv_1_reduce_\(2 * blocks)",
      noTop: .keras(kerasFolder("nasnet"), "NASNet-\(lower)-no-top.h5", digest: noTop),
      withTop: .keras(kerasFolder("nasnet"), "NASNet-\(lower).h5", digest: withTop))
  }

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }

  /// The result of a cell, and what the next one takes as the result before it.
  private typealias Paths = (x: SymbolicTensor, previous: SymbolicTensor?)

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    let stem = input.convolution(
      stemFilters, 3, strides: 2, useBias: false, initializer: .heNormal, name: "stem_conv1")
    var paths: Paths = (Self.normalized(stem, "stem_bn1"), nil)
    paths = reduction(paths, filters / 4, "stem_1")
    paths = reduction(paths, filters / 2, "stem_2")
    for stage in 0..<3 {
      if stage > 0 {
        let reduced = reduction(paths, filters << stage, "reduce_\(stage * blocks)")
        paths = (reduced.x, skipsReduction ? paths.previous : reduced.previous)
      }
      for index in 0..<blocks { paths = normal(paths, filters << stage, "\(stage * blocks + index + min(stage, 1))") }
    }
    return paths.x.activated(.relu)
  }

  private func normal(_ paths: Paths, _ filters: Int, _ id: String) -> Paths {
    let p = adjusted(paths, filters, id)
    let h = Self.projected(paths.x.activated(.relu), filters, "normal_conv_1_\(id)", "normal_bn_1_\(id)")
    let x1 = separable(h, filters, 5, "normal_left1_\(id)")
      .added(before: separable(p, filters, 3, "normal_right1_\(id)"), name: "normal_add_1_\(id)")
    let x2 = separable(p, filters, 5, "normal_left2_\(id)")
      .added(before: separable(p, filters, 3, "normal_right2_\(id)"), name: "normal_add_2_\(id)")
    let x3 = h.averagePooled(3, strides: 1, padding: .same, name: "normal_left3_\(id)")
      .added(before: p, name: "normal_add_3_\(id)")
    let x4 = p.averagePooled(3, strides: 1, padding: .same, name: "normal_left4_\(id)").added(
      before: p.averagePooled(3, strides: 1, padding: .same, name: "normal_right4_\(id)"), name: "normal_add_4_\(id)")
    let x5 = separable(h, filters, 3, "normal_left5_\(id)").added(before: h, name: "normal_add_5_\(id)")
    return (Concatenate(name: "normal_concat_\(id)")([p, x1, x2, x3, x4, x5]), paths.x)
  }

  private func reduction(_ paths: Paths, _ filters: Int, _ id: String) -> Paths {
    let p = adjusted(paths, filters, id)
    let h = Self.projected(paths.x.activated(.relu), filters, "reduction_conv_1_\(id)", "reduction_bn_1_\(id)")
    let h3 = h.padded(h.correctPadding(3), name: "reduction_pad_1_\(id)")
    let x1 = separable(h, filters, 5, stride: 2, "reduction_left1_\(id)")
      .added(before: separable(p, filters, 7, stride: 2, "reduction_right1_\(id)"), name: "reduction_add_1_\(id)")
    let x2 = h3.maxPooled(3, strides: 2, name: "reduction_left2_\(id)")
      .added(before: separable(p, filters, 7, stride: 2, "reduction_right2_\(id)"), name: "reduction_add_2_\(id)")
    let x3 = h3.averagePooled(3, strides: 2, name: "reduction_left3_\(id)")
      .added(before: separable(p, filters, 5, stride: 2, "reduction_right3_\(id)"), name: "reduction_add3_\(id)")
    let x4 = x2.added(before: x1.averagePooled(3, strides: 1, padding: .same, name: "reduction_left4_\(id)"))
    let x5 = separable(x1, filters, 3, "reduction_left4_\(id)")
      .added(before: h3.maxPooled(3, strides: 2, name: "reduction_right5_\(id)"), name: "reduction_add4_\(id)")
    return (Concatenate(name: "reduction_concat_\(id)")([x2, x3, x4, x5]), paths.x)
  }

  /// The path before the last one, with the last one's size and so many channels.
  private func adjusted(_ paths: Paths, _ filters: Int, _ id: String) -> SymbolicTensor {
    guard let previous = paths.previous else { return paths.x }
    guard previous.shape.rank == 3, paths.x.shape.rank == 3 else { return previous }
    if previous.shape[1] != paths.x.shape[1] {
      let p = previous.activated(.relu, name: "adjust_relu_1_\(id)")
      let even = halved(p, filters, "1_\(id)")
      // The same one pixel further down and to the right.
      let moved = Cropping2D(Padding(top: 1, left: 1))(p.padded(Padding(bottom: 1, right: 1)))
      let odd = halved(moved, filters, "2_\(id)")
      return Self.normalized(Concatenate()([even, odd]), "adjust_bn_\(id)")
    }
    guard previous.channels != filters else { return previous }
    return Self.projected(
      previous.activated(.relu), filters, "adjust_conv_projection_\(id)", "adjust_bn_\(id)")
  }

  private func halved(_ x: SymbolicTensor, _ filters: Int, _ id: String) -> SymbolicTensor {
    x.averagePooled(1, strides: 2, name: "adjust_avg_pool_\(id)").convolution(
      filters / 2, 1, padding: .same, useBias: false, initializer: .heNormal, name: "adjust_conv_\(id)")
  }

  private func separable(
    _ input: SymbolicTensor, _ filters: Int, _ kernel: Int, stride: Int = 1, _ id: String
  ) -> SymbolicTensor {
    var x = input.activated(.relu)
    if stride == 2 { x = x.padded(x.correctPadding(kernel), name: "separable_conv_1_pad_\(id)") }
    x = x.separable(
      filters, Extent(kernel), strides: Extent(stride), padding: stride == 2 ? .valid : .same,
      name: "separable_conv_1_\(id)")
    x = Self.normalized(x, "separable_conv_1_bn_\(id)").activated(.relu)
    x = x.separable(filters, Extent(kernel), name: "separable_conv_2_\(id)")
    return Self.normalized(x, "separable_conv_2_bn_\(id)")
  }

  private static func projected(
    _ x: SymbolicTensor, _ filters: Int, _ name: String, _ normalization: String
  ) -> SymbolicTensor {
    normalized(
      x.convolution(filters, 1, padding: .same, useBias: false, initializer: .heNormal, name: name), normalization)
  }

  private static func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: 0.9997, name: name)
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged().dense(classes, activation: activation, name: "predictions")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}
