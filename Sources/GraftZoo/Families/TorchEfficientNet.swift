internal import GraftCore
internal import GraftGraph

/// EfficientNet B0 (Tan & Le, 2019) as torchvision has it, or timm or efficientnet_pytorch if a file's names are theirs. Pictures enter in
/// torch's way.
///
/// Torchvision and timm put as many zeros at every side; timm's `tf_` networks and efficientnet_pytorch put them where TensorFlow does,
/// and normalise with epsilon 10⁻³, as torchvision's B5 to B7 do.
public let TorchEfficientNetB0 = Application(torchEfficientNets[0])
/// EfficientNet B1 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB1 = Application(torchEfficientNets[1])
/// EfficientNet B2 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB2 = Application(torchEfficientNets[2])
/// EfficientNet B3 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB3 = Application(torchEfficientNets[3])
/// EfficientNet B4 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB4 = Application(torchEfficientNets[4])
/// EfficientNet B5 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB5 = Application(torchEfficientNets[5])
/// EfficientNet B6 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB6 = Application(torchEfficientNets[6])
/// EfficientNet B7 as torchvision has it, or timm or efficientnet_pytorch.
public let TorchEfficientNetB7 = Application(torchEfficientNets[7])

let torchEfficientNets: [InvertedResidualNetwork] = [
  network(0, 1.0, 1.0, 224, 0.2, (4_049_564, 5_330_564), (77.7, 93.5), "rwightman-7f5810bc"),
  network(1, 1.0, 1.1, 240, 0.2, (6_575_232, 7_856_232), (78.6, 94.2), "rwightman-bac287d4"),
  network(2, 1.1, 1.2, 288, 0.3, (7_768_562, 9_177_562), (80.6, 95.3), "rwightman-c35c1473"),
  network(3, 1.2, 1.4, 300, 0.3, (10_783_528, 12_320_528), (82.0, 96.1), "rwightman-b3899882"),
  network(4, 1.4, 1.8, 380, 0.4, (17_673_816, 19_466_816), (83.4, 96.6), "rwightman-23ab8bcd"),
  network(5, 1.6, 2.2, 456, 0.4, (28_513_520, 30_562_520), (83.4, 96.6), "lukemelas-1a07897c"),
  network(6, 1.8, 2.6, 528, 0.5, (40_960_136, 43_265_136), (84.0, 96.9), "lukemelas-24a108a5"),
  network(7, 2.0, 3.1, 600, 0.5, (64_097_680, 66_658_680), (84.1, 96.9), "lukemelas-c5b4e57e"),
]

private func network(
  _ number: Int, _ width: Double, _ depth: Double, _ side: Int, _ dropout: Double, _ parameters: (Int, Int),
  _ accuracy: (Double, Double), _ file: String
) -> InvertedResidualNetwork {
  InvertedResidualNetwork(
    facts: ZooFacts(
      className: "TorchEfficientNetB\(number)", name: "torch-efficientnet-b\(number)",
      networkName: "efficientnet_b\(number)", imageSize: side, parameters: parameters, accuracy: accuracy,
      lastStage: "features.7.0.block.0.0", file: .torchvision("efficientnet_b\(number)_\(file).pth")),
    origin: TorchOrigin(publisher: .torchvision), names: .torchvisionStage,
    publisherNames: [
      (.torchvision, .torchvisionStage), (.timm, .timm), (.timmTensorFlow, .timm),
      (.efficientNetPyTorch, .efficientNetPyTorch),
    ], stem: roundedChannels(32 * width),
    stages: EfficientNetStage.stages(width: width, depth: depth, squeezed: { input, _ in max(1, input / 4) }, .swish),
    head: roundedChannels(1280 * width), activation: .swish,
    epsilon: { $0.isTensorFlow || $0 == .torchvision && number >= 5 ? 1e-3 : 1e-5 },
    momentum: { $0 == .efficientNetPyTorch || $0 == .torchvision && number >= 5 ? 0.99 : 0.9 },
    dropoutRate: dropout, dropPathRate: 0.2, scaling: { _ in .torch })
}

/// The stages of EfficientNets: Keras's table, widened and deepened.
enum EfficientNetStage {
  /// The stages of one network.
  ///
  /// - Parameter isLite: Whether stem, head, and the depth of the first and last stage stay as they are.
  static func stages(
    width: Double, depth: Double, isLite: Bool = false, squeezed: @escaping @Sendable (Int, Int) -> Int,
    _ activation: Activation
  ) -> [InvertedResidualStage] {
    let rows = EfficientNetArchitecture.blocks
    var channels = isLite ? 32 : roundedChannels(32 * width)
    return rows.enumerated().map { place, row in
      let isFixed = isLite && (place == 0 || place == rows.count - 1)
      let repeats = isFixed ? row.repeats : Int((depth * Double(row.repeats)).rounded(.up))
      let output = roundedChannels(row.filtersOut * width)
      let expanded = (0..<repeats).map { ($0 == 0 ? channels : output) * row.expansion }
      channels = output
      return InvertedResidualStage(
        kernel: row.kernel, stride: row.stride, expanded: expanded, output: output, squeezed: squeezed,
        activation: activation)
    }
  }
}
