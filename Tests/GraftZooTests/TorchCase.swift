import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftTestSupport
import GraftZoo

/// A network of torch in the golden data.
struct TorchCase: Decodable {
  let network: String
  let constructor: String
  let side: Int
  let gain: Double
  let weights: [TorchFormula]
  let float64Deviation: [String: Float]

  static let constructors = [
    EfficientNetLite0, EfficientNetLite1, EfficientNetLite2, EfficientNetLite3, EfficientNetLite4, TorchMobileNetV2,
    TorchMobileNetV3Small, TorchMobileNetV3Large, TorchEfficientNetB0, TorchEfficientNetB1, TorchEfficientNetB2,
    TorchEfficientNetB3, TorchEfficientNetB4, TorchEfficientNetB5, TorchEfficientNetB6, TorchEfficientNetB7,
    TorchResNet18, TorchResNet34, TorchResNet50, TorchResNet101, TorchResNet152, TorchConvNeXtTiny,
    TorchConvNeXtSmall, TorchConvNeXtBase, TorchConvNeXtLarge,
  ]

  /// The constructor of the network that the case says.
  var application: Application? { Self.constructors.first { $0.entry.className == constructor } }
  var shape: Shape { [side, side, 3] }

  /// The tensors as a file of safetensors under torch's names.
  func write(to folder: String, changing change: ((String, Tensor) -> (String, Tensor)?)? = nil) throws -> String {
    let path = "\(folder)/\(network.split(separator: "/").last ?? "network").safetensors"
    let tensors = weights.compactMap { weight in
      let tensor = weight.tensor(gain: gain)
      guard let change else { return (weight.name, tensor) }
      return change(weight.name, tensor)
    }
    try SafetensorsWriter.write(tensors: tensors, metadata: ["format": "pt"], to: path)
    return path
  }

  /// The batch of two.
  var pictures: Tensor { FormulaTensor.pictures(count: 2, height: side, width: side, takesPixels: false) }
}
