/// How the layers of a MobileNet or EfficientNet are called.
enum InvertedResidualNames: Sendable {
  /// torchvision's MobileNetV2: `features.1.conv.0.0`, …
  case torchvisionConv
  /// torchvision's MobileNetV3: `features.1.block.0.0`, …
  case torchvisionBlock
  /// torchvision's EfficientNet: `features.1.0.block.0.0`, …
  case torchvisionStage
  /// timm: `blocks.0.0.conv_dw`, …
  case timm
  /// efficientnet_pytorch: `_blocks.0._depthwise_conv`, …
  case efficientNetPyTorch
  /// Keras's EfficientNets: `block1a_dwconv`, …
  case keras

  /// The layers with weights of one block.
  struct Block {
    var expand = ""
    var expandNorm = ""
    let depthwise: String
    let depthwiseNorm: String
    let reduce: String
    let enlarge: String
    let project: String
    let projectNorm: String
  }

  var stem: (convolution: String, norm: String) {
    switch self {
    case .torchvisionConv, .torchvisionBlock, .torchvisionStage: ("features.0.0", "features.0.1")
    case .timm: ("conv_stem", "bn1")
    case .efficientNetPyTorch: ("_conv_stem", "_bn0")
    case .keras: ("stem_conv", "stem_bn")
    }
  }

  /// The last convolution of the trunk. MobileNetV3 has it before the pooling and another one behind it.
  func head(stages: Int, blocks: Int, hasHidden: Bool) -> (convolution: String, norm: String) {
    switch self {
    case .torchvisionConv, .torchvisionBlock: ("features.\(blocks + 1).0", "features.\(blocks + 1).1")
    case .torchvisionStage: ("features.\(stages + 1).0", "features.\(stages + 1).1")
    case .timm: hasHidden ? ("blocks.\(stages).0.conv", "blocks.\(stages).0.bn1") : ("conv_head", "bn2")
    case .efficientNetPyTorch: ("_conv_head", "_bn1")
    case .keras: ("top_conv", "top_bn")
    }
  }

  /// The layer behind the pooling that only MobileNetV3 has, and the classifier.
  func top(hasHidden: Bool) -> (hidden: String, classifier: String) {
    switch self {
    case .torchvisionConv, .torchvisionBlock, .torchvisionStage:
      ("classifier.0", hasHidden ? "classifier.3" : "classifier.1")
    case .timm: ("conv_head", "classifier")
    case .efficientNetPyTorch: ("", "_fc")
    case .keras: ("", "predictions")
    }
  }

  /// What a block's layers begin with.
  func prefix(_ block: InvertedResidual) -> String {
    switch self {
    case .torchvisionConv: "features.\(block.place + 1).conv."
    case .torchvisionBlock: "features.\(block.place + 1).block."
    case .torchvisionStage: "features.\(block.stage + 1).\(block.index).block."
    case .timm: "blocks.\(block.stage).\(block.index)."
    case .efficientNetPyTorch: "_blocks.\(block.place)._"
    case .keras: blockName(block.stage, block.index)
    }
  }

  func names(_ block: InvertedResidual) -> Block {
    let prefix = prefix(block)
    switch self {
    case .torchvisionConv:
      let (first, second) = block.expands ? (1, 2) : (0, 1)
      return Block(
        expand: prefix + "0.0", expandNorm: prefix + "0.1", depthwise: "\(prefix)\(first).0",
        depthwiseNorm: "\(prefix)\(first).1", reduce: "", enlarge: "", project: "\(prefix)\(second)",
        projectNorm: "\(prefix)\(second + 1)")
    case .torchvisionBlock, .torchvisionStage:
      let first = block.expands ? 1 : 0
      let last = first + (block.squeezed > 0 ? 2 : 1)
      return Block(
        expand: prefix + "0.0", expandNorm: prefix + "0.1", depthwise: "\(prefix)\(first).0",
        depthwiseNorm: "\(prefix)\(first).1", reduce: "\(prefix)\(first + 1).fc1",
        enlarge: "\(prefix)\(first + 1).fc2", project: "\(prefix)\(last).0", projectNorm: "\(prefix)\(last).1")
    case .timm:
      let first = block.expands ? 2 : 1
      return Block(
        expand: prefix + "conv_pw", expandNorm: prefix + "bn1", depthwise: prefix + "conv_dw",
        depthwiseNorm: "\(prefix)bn\(first)", reduce: prefix + "se.conv_reduce", enlarge: prefix + "se.conv_expand",
        project: prefix + (block.expands ? "conv_pwl" : "conv_pw"), projectNorm: "\(prefix)bn\(first + 1)")
    case .efficientNetPyTorch:
      return Block(
        expand: prefix + "expand_conv", expandNorm: prefix + "bn0", depthwise: prefix + "depthwise_conv",
        depthwiseNorm: prefix + "bn1", reduce: prefix + "se_reduce", enlarge: prefix + "se_expand",
        project: prefix + "project_conv", projectNorm: prefix + "bn2")
    case .keras:
      return Block(
        expand: prefix + "expand_conv", expandNorm: prefix + "expand_bn", depthwise: prefix + "dwconv",
        depthwiseNorm: prefix + "bn", reduce: prefix + "se_reduce", enlarge: prefix + "se_expand",
        project: prefix + "project_conv", projectNorm: prefix + "project_bn")
    }
  }

  /// All layers with weights, in order.
  func all(_ blocks: [InvertedResidual], hasHidden: Bool) -> [String] {
    let head = head(stages: (blocks.last?.stage ?? 0) + 1, blocks: blocks.count, hasHidden: hasHidden)
    let top = top(hasHidden: hasHidden)
    let inner = blocks.flatMap { block in
      let names = names(block)
      return (block.expands ? [names.expand, names.expandNorm] : []) + [names.depthwise, names.depthwiseNorm]
        + (block.squeezed > 0 ? [names.reduce, names.enlarge] : []) + [names.project, names.projectNorm]
    }
    return [stem.convolution, stem.norm] + inner + [head.convolution, head.norm] + (hasHidden ? [top.hidden] : [])
      + [top.classifier]
  }
}
