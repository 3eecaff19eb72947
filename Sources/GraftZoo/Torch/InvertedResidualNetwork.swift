internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// MobileNetV2, MobileNetV3, EfficientNet and EfficientNet-Lite as torch's publishers have them: all are rows of such blocks.
///
/// Sources: torchvision/models/{mobilenetv2,mobilenetv3,efficientnet}.py, timm/models/{efficientnet,mobilenetv3}.py,
/// efficientnet_lite_pytorch/model.py.
struct InvertedResidualNetwork: TorchArchitecture {
  let facts: ZooFacts
  var origin: TorchOrigin
  /// What layers are called here.
  let names: InvertedResidualNames
  /// What a file's tensors are called, by publisher.
  let publisherNames: [(publisher: TorchPublisher, names: InvertedResidualNames)]
  let stem: Int
  let stages: [InvertedResidualStage]
  let head: Int
  /// MobileNetV3's layer between pooling and classifier.
  var hidden: Int?
  /// The activation of stem and head.
  let activation: Activation
  /// The activations of the two layers that weigh channels.
  var squeeze: (inner: Activation, gate: Activation) = (.swish, .sigmoid)
  let epsilon: @Sendable (TorchPublisher) -> Float
  let momentum: @Sendable (TorchPublisher) -> Float
  let dropoutRate: Double
  /// The part of the last block's samples that is dropped; earlier ones are dropped less.
  var dropPathRate = 0.0
  let scaling: @Sendable (TorchPublisher) -> Preprocessing

  var publishers: [TorchPublisher] { publisherNames.map(\.publisher) }
  var preprocessing: Preprocessing { scaling(origin.publisher) }
  private var blocks: [InvertedResidual] { InvertedResidualStage.blocks(stages, stem: stem) }

  private func names(of publisher: TorchPublisher) -> InvertedResidualNames {
    publisherNames.first { $0.publisher == publisher }?.names ?? names
  }

  func paths(_ publisher: TorchPublisher) -> [(layer: String, path: String)] {
    Array(
      zip(
        names.all(blocks, hasHidden: hidden != nil),
        names(of: publisher).all(blocks, hasHidden: hidden != nil)
      ).map { ($0, $1) })
  }

  func topPaths(_ publisher: TorchPublisher) -> [String] {
    let top = names(of: publisher).top(hasHidden: hidden != nil)
    return (hidden == nil ? [] : [top.hidden]) + [top.classifier]
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    let blocks = blocks
    var x = stepping(input, 3, 2, names.stem.convolution) { x, padding in
      x.convolution(stem, 3, strides: 2, padding: padding, useBias: false, name: names.stem.convolution)
    }
    x = activated(x, names.stem.norm, activation)
    for block in blocks { x = self.block(x, block, of: blocks.count) }
    let head = names.head(stages: stages.count, blocks: blocks.count, hasHidden: hidden != nil)
    return activated(
      x.convolution(self.head, 1, useBias: false, name: head.convolution), head.norm, activation)
  }

  private func block(_ input: SymbolicTensor, _ block: InvertedResidual, of count: Int) -> SymbolicTensor {
    let (names, prefix) = (self.names.names(block), self.names.prefix(block))
    var x = input
    if block.expands {
      x = activated(
        x.convolution(block.expanded, 1, useBias: false, name: names.expand), names.expandNorm, block.activation)
    }
    x = stepping(x, block.kernel, block.stride, names.depthwise) { x, padding in
      x.depthwise(Extent(block.kernel), strides: Extent(block.stride), padding: padding, name: names.depthwise)
    }
    x = activated(x, names.depthwiseNorm, block.activation)
    if block.squeezed > 0 {
      let gate = x.averaged(keepDimensions: true, name: prefix + "se_squeeze")
        .convolution(block.squeezed, 1, activation: squeeze.inner, name: names.reduce)
        .convolution(block.expanded, 1, activation: squeeze.gate, name: names.enlarge)
      x = Multiply(name: prefix + "se_excite")([x, gate])
    }
    x = normalized(x.convolution(block.output, 1, useBias: false, name: names.project), names.projectNorm)
    guard block.isResidual else { return x }
    let rate = dropPathRate * Double(block.place) / Double(count)
    if rate > 0, !origin.publisher.isTimm { x = x.dropped(rate, noiseShape: [nil, 1, 1, 1], name: prefix + "drop") }
    return x.added(before: input, name: prefix + "add")
  }

  /// A convolution whose zeros at the border are torch's, as many at every side, or TensorFlow's.
  private func stepping(
    _ x: SymbolicTensor, _ kernel: Int, _ stride: Int, _ name: String,
    convolution: (SymbolicTensor, ConvolutionPadding) -> SymbolicTensor
  ) -> SymbolicTensor {
    guard stride > 1, !origin.publisher.isTensorFlow else { return convolution(x, .same) }
    return convolution(x.padded(Padding(all: kernel / 2), name: name + "_pad"), .valid)
  }

  private func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: momentum(origin.publisher), epsilon: epsilon(origin.publisher), name: name)
  }

  private func activated(_ x: SymbolicTensor, _ name: String, _ activation: Activation) -> SymbolicTensor {
    normalized(x, name).activated(activation, name: name + "_activation")
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    let names = names.top(hasHidden: hidden != nil)
    var x = features.averaged(name: "avg_pool")
    if let hidden {
      x = x.dense(hidden, name: names.hidden).activated(self.activation, name: names.hidden + "_activation")
    }
    // timm drops nothing unless it is told to.
    if dropoutRate > 0, !origin.publisher.isTimm { x = x.dropped(dropoutRate, name: "top_dropout") }
    return x.dense(classes, activation: activation, name: names.classifier)
  }
}
