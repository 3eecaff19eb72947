internal import GraftCore

/// All networks of the zoo, in the order in which they are listed.
enum Zoo {
  static let architectures: [any Architecture] =
    [MobileNetArchitecture(), MobileNetV2Architecture()] as [any Architecture]
    + [MobileNetV3Architecture(size: .small), MobileNetV3Architecture(size: .large)]
    + EfficientNetArchitecture.all
    + [EfficientNetV2Architecture.Variant.b0, .b1, .b2, .b3, .s, .m, .l].map { EfficientNetV2Architecture($0, true) }
    + [ResNet50, ResNet101, ResNet152, ResNet50V2, ResNet101V2, ResNet152V2].map(\.architecture)
    + [DenseNet121, DenseNet169, DenseNet201, VGG16, VGG19].map(\.architecture)
    + [InceptionV3, InceptionResNetV2, Xception, NASNetMobile, NASNetLarge].map(\.architecture)
    + [ConvNeXtArchitecture.Variant.tiny, .small, .base, .large, .xlarge].map { ConvNeXtArchitecture($0, true) }
    + torchArchitectures

  /// Those that read weights under torch's names.
  static let torchArchitectures: [any TorchArchitecture] =
    efficientNetLites + [torchMobileNetV2] + torchMobileNetV3s + torchEfficientNets
    + (torchResNets as [any TorchArchitecture]) + torchConvNeXts

  /// The network with a name as bases are asked for, or as the constructor is called: `resnet50-v2`, `ResNet50V2`.
  static func architecture(named name: String) -> (any Architecture)? {
    let wanted = key(name)
    return architectures.first { key($0.facts.name) == wanted || key($0.facts.className) == wanted }
  }

  /// Names differ in hyphens and capitals alone.
  private static func key(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
}
