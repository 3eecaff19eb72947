internal import Foundation
internal import GraftCore
internal import GraftFormats

extension StateDict {
  private static let parts: Set<Substring> = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]

  /// The path of the module that a tensor belongs to; a parameter that a module has beside those of layers is its own.
  static func module(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), parts.contains(name[name.index(after: dot)...]) else { return name }
    return String(name[..<dot])
  }

  /// The paths of all modules with weights.
  var modules: Set<String> { Set(names.map(Self.module(of:))) }

  /// The number of weights, moving statistics included, in modules that are wanted.
  func parameterCount(where isWanted: (String) -> Bool) -> Int {
    names.reduce(0) { sum, name in
      guard !name.hasSuffix(".num_batches_tracked"), isWanted(Self.module(of: name)) else { return sum }
      return sum + (shape(of: name)?.count ?? 0)
    }
  }

  /// The publisher that is meant where tensors are named alike by several. timm's copies of TensorFlow's networks are called `tf_…`:
  /// their files, or the architecture in the `config.json` that lies beside those of the Hugging Face hub.
  func preferred(of publishers: [TorchPublisher]) -> TorchPublisher {
    let file = URL(fileURLWithPath: path)
    let configuration = try? JSONValue(
      parsing: String(contentsOf: file.deletingLastPathComponent().appending(path: "config.json"), encoding: .utf8))
    let names = [file.lastPathComponent] + [configuration?["architecture"]?.string].compactMap { $0 }
    if names.contains(where: { $0.hasPrefix("tf_") }), publishers.contains(.timmTensorFlow) { return .timmTensorFlow }
    // timm's own networks have no prefix; the file's name says so only where it says an architecture at all.
    let isTimm = names.contains { name in ["efficientnet_", "mobilenetv"].contains { name.hasPrefix($0) } }
    if isTimm, publishers.contains(.timm) { return .timm }
    return publishers[0]
  }
}
