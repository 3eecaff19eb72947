internal import GraftCore
internal import GraftGraph

/// MobileNetV2 (Sandler et al., 2018) as torchvision and timm have it: zeros at every side, epsilon 10⁻⁵. Pictures enter in torch's way.
///
/// ```swift
/// let base = try await TorchMobileNetV2(weights: .file("mobilenet_v2.safetensors"), includeTop: false, pooling: .average)
/// ```
public let TorchMobileNetV2 = Application(torchMobileNetV2)

let torchMobileNetV2 = InvertedResidualNetwork(
  facts: ZooFacts(
    className: "TorchMobileNetV2", name: "torch-mobilenet-v2", networkName: "mobilenet_v2", imageSize: 224,
    parameters: (2_257_984, 3_538_984), accuracy: (71.9, 90.3), lastStage: "features.14.conv.0.0",
    file: .torchvision("mobilenet_v2-b0353104.pth")),
  origin: TorchOrigin(publisher: .torchvision), names: .torchvisionConv,
  publisherNames: [(.torchvision, .torchvisionConv), (.timm, .timm)], stem: 32,
  stages: [
    // Channels of each block's expansion, then of the stage.
    stage(1, [32], 16), stage(2, [96, 144], 24), stage(2, [144, 192, 192], 32), stage(2, [192, 384, 384, 384], 64),
    stage(1, [384, 576, 576], 96), stage(2, [576, 960, 960], 160), stage(1, [960], 320),
  ], head: 1280, activation: .relu6, epsilon: { _ in 1e-5 }, momentum: { _ in 0.9 }, dropoutRate: 0.2,
  scaling: { _ in .torch })

private func stage(_ stride: Int, _ expanded: [Int], _ output: Int) -> InvertedResidualStage {
  InvertedResidualStage(kernel: 3, stride: stride, expanded: expanded, output: output)
}
