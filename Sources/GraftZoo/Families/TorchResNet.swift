internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// ResNet 18 (He et al., 2015) as torchvision and timm have it. Pictures enter in torch's way.
///
/// In the larger ones the step by two lies in the 3×3 convolution ("version 1.5"), convolutions have no bias, epsilon is 10⁻⁵.
public let TorchResNet18 = Application(torchResNets[0])
/// ResNet 34 as torchvision and timm have it.
public let TorchResNet34 = Application(torchResNets[1])
/// ResNet 50 as torchvision and timm have it.
public let TorchResNet50 = Application(torchResNets[2])
/// ResNet 101 as torchvision and timm have it.
public let TorchResNet101 = Application(torchResNets[3])
/// ResNet 152 as torchvision and timm have it.
public let TorchResNet152 = Application(torchResNets[4])

let torchResNets: [TorchResNetArchitecture] = [
  TorchResNetArchitecture(18, [2, 2, 2, 2], (11_186_112, 11_699_112), (69.8, 89.1), "resnet18-f37072fd.pth"),
  TorchResNetArchitecture(34, [3, 4, 6, 3], (21_301_696, 21_814_696), (73.3, 91.4), "resnet34-b627a593.pth"),
  TorchResNetArchitecture(50, [3, 4, 6, 3], (23_561_152, 25_610_152), (76.1, 92.9), "resnet50-0676ba61.pth"),
  TorchResNetArchitecture(101, [3, 4, 23, 3], (42_605_504, 44_654_504), (77.4, 93.5), "resnet101-63fe2227.pth"),
  TorchResNetArchitecture(152, [3, 8, 36, 3], (58_295_232, 60_344_232), (78.3, 94.0), "resnet152-394f9c45.pth"),
]

/// Source: torchvision/models/resnet.py. timm's networks of these names differ in nothing.
struct TorchResNetArchitecture: TorchArchitecture {
  let blocks: [Int]
  let facts: ZooFacts
  var origin = TorchOrigin(publisher: .torchvision)
  /// Whether blocks have three convolutions, the last of which has four times the channels.
  private let isBottleneck: Bool

  init(_ layers: Int, _ blocks: [Int], _ parameters: (Int, Int), _ accuracy: (Double, Double), _ file: String) {
    self.blocks = blocks
    isBottleneck = layers >= 50
    facts = ZooFacts(
      className: "TorchResNet\(layers)", name: "torch-resnet\(layers)", networkName: "resnet\(layers)", imageSize: 224,
      parameters: parameters, accuracy: accuracy, lastStage: "layer4.0.conv1", file: .torchvision(file))
  }

  var preprocessing: Preprocessing { .torch }
  var publishers: [TorchPublisher] { [.torchvision] }
  func topPaths(_ publisher: TorchPublisher) -> [String] { ["fc"] }

  func paths(_ publisher: TorchPublisher) -> [(layer: String, path: String)] {
    let inner = blocks.enumerated().flatMap { stage, count in
      (0..<count).flatMap { index in
        let name = "layer\(stage + 1).\(index)."
        return (1...(isBottleneck ? 3 : 2)).flatMap { ["\(name)conv\($0)", "\(name)bn\($0)"] }
          + (hasShortcut(stage, index) ? [name + "downsample.0", name + "downsample.1"] : [])
      }
    }
    return (["conv1", "bn1"] + inner + ["fc"]).map { ($0, $0) }
  }

  private func hasShortcut(_ stage: Int, _ index: Int) -> Bool { index == 0 && (stage > 0 || isBottleneck) }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.padded(Padding(all: 3), name: "conv1_pad")
      .convolution(64, 7, strides: 2, useBias: false, name: "conv1")
    x = normalized(x, "bn1").activated(.relu, name: "relu")
    // Behind a rectifier zeros at the border are torch's lowest values as well.
    x = x.padded(Padding(all: 1), name: "maxpool_pad").maxPooled(3, strides: 2, name: "maxpool")
    for (stage, count) in blocks.enumerated() {
      for index in 0..<count {
        x = block(x, stage, index, stride: stage > 0 && index == 0 ? 2 : 1, name: "layer\(stage + 1).\(index).")
      }
    }
    return x
  }

  private func block(
    _ input: SymbolicTensor, _ stage: Int, _ index: Int, stride: Int, name: String
  ) -> SymbolicTensor {
    let filters = 64 << stage
    let filtersOut = isBottleneck ? 4 * filters : filters
    var shortcut = input
    if hasShortcut(stage, index) {
      shortcut = input.convolution(
        filtersOut, 1, strides: Extent(stride), useBias: false, name: name + "downsample.0")
      shortcut = normalized(shortcut, name + "downsample.1")
    }
    // (filters, kernel, step) of the block's convolutions.
    let layers =
      isBottleneck
      ? [(filters, 1, 1), (filters, 3, stride), (filtersOut, 1, 1)] : [(filters, 3, stride), (filters, 3, 1)]
    var x = input
    for (place, layer) in layers.enumerated() {
      if place > 0 { x = x.activated(.relu, name: "\(name)relu\(place)") }
      let convolution = "\(name)conv\(place + 1)"
      if layer.2 > 1 { x = x.padded(Padding(all: layer.1 / 2), name: convolution + "_pad") }
      x = x.convolution(
        layer.0, Extent(layer.1), strides: Extent(layer.2), padding: layer.2 > 1 ? .valid : .same, useBias: false,
        name: convolution)
      x = normalized(x, "\(name)bn\(place + 1)")
    }
    return x.added(before: shortcut, name: name + "add").activated(.relu, name: name + "out")
  }

  private func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: 0.9, epsilon: 1e-5, name: name)
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged(name: "avgpool").dense(classes, activation: activation, name: "fc")
  }
}
