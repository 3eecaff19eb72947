internal import GraftCore
internal import GraftGraph

/// MobileNetV3 Small (Howard et al., 2019) as torchvision has it, or timm if a file's names are timm's. Pictures enter in torch's way.
///
/// Torchvision normalises with epsilon 10⁻³, timm with 10⁻⁵; timm's `tf_` networks put zeros where TensorFlow does.
public let TorchMobileNetV3Small = Application(torchMobileNetV3s[0])
/// MobileNetV3 Large as torchvision has it, or timm if a file's names are timm's. Pictures enter in torch's way.
public let TorchMobileNetV3Large = Application(torchMobileNetV3s[1])

let torchMobileNetV3s: [InvertedResidualNetwork] = [
  torchMobileNetV3(
    "Small", (939_120, 2_554_968), (67.7, 87.4), "mobilenet_v3_small-047dcff4.pth", lastBlock: 9,
    [
      stage(3, 2, [16], 16, squeezes: true, .relu), stage(3, 2, [72, 88], 24, .relu),
      stage(5, 2, [96, 240, 240], 40, squeezes: true), stage(5, 1, [120, 144], 48, squeezes: true),
      stage(5, 2, [288, 576, 576], 96, squeezes: true),
    ], head: 576, hidden: 1024),
  torchMobileNetV3(
    "Large", (2_996_352, 5_507_432), (74.0, 91.3), "mobilenet_v3_large-8738ca79.pth", lastBlock: 13,
    [
      stage(3, 1, [16], 16, .relu), stage(3, 2, [64, 72], 24, .relu),
      stage(5, 2, [72, 120, 120], 40, squeezes: true, .relu), stage(3, 2, [240, 200, 184, 184], 80),
      stage(3, 1, [480, 672], 112, squeezes: true), stage(5, 2, [672, 960, 960], 160, squeezes: true),
    ], head: 960, hidden: 1280),
]

private func torchMobileNetV3(
  _ size: String, _ parameters: (Int, Int), _ accuracy: (Double, Double), _ file: String, lastBlock: Int,
  _ stages: [InvertedResidualStage], head: Int, hidden: Int
) -> InvertedResidualNetwork {
  InvertedResidualNetwork(
    facts: ZooFacts(
      className: "TorchMobileNetV3" + size, name: "torch-mobilenet-v3-" + size.lowercased(),
      networkName: "mobilenet_v3_" + size.lowercased(), imageSize: 224, parameters: parameters, accuracy: accuracy,
      lastStage: "features.\(lastBlock).block.0.0", file: .torchvision(file)),
    origin: TorchOrigin(publisher: .torchvision), names: .torchvisionBlock,
    publisherNames: [(.torchvision, .torchvisionBlock), (.timm, .timm), (.timmTensorFlow, .timm)], stem: 16,
    stages: stages, head: head, hidden: hidden, activation: .hardSwish, squeeze: (.relu, .hardSigmoid),
    epsilon: { $0 == .timm ? 1e-5 : 1e-3 }, momentum: { $0 == .torchvision ? 0.99 : 0.9 }, dropoutRate: 0.2,
    scaling: { $0 == .timmTensorFlow ? .scaledToMinusOneToOne : .torch })
}

private func stage(
  _ kernel: Int, _ stride: Int, _ expanded: [Int], _ output: Int, squeezes: Bool = false,
  _ activation: Activation = .hardSwish
) -> InvertedResidualStage {
  InvertedResidualStage(
    kernel: kernel, stride: stride, expanded: expanded, output: output,
    squeezed: { _, expanded in squeezes ? roundedChannels(Double(expanded) / 4) : 0 }, activation: activation)
}
