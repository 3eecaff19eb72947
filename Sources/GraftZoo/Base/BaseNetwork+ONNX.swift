internal import Foundation
internal import GraftCore
internal import GraftFormats
internal import GraftLayers

extension BaseNetwork {
  /// Makes a base of the network in an ONNX file.
  ///
  /// ONNX has no place for preprocessing. A file of Graft's says it all the same; a network that scales its input itself takes
  /// pixels; what PyTorch wrote is taken to want PyTorch's (`torch`), as all of torchvision's networks do; else it must be said.
  init(onnx path: String, cut: String?, imageSize: Int?, preprocessing: Preprocessing?) throws {
    let file = try ONNXModel(contentsOf: path)
    let own = file.inputShape
    let wanted = imageSize.map { Shape([$0, $0, own[-1]]) }
    let hasSize = own.dimensions.allSatisfy { $0 > 0 }
    // A length that the file leaves open must be given.
    var network = try file.model(inputShape: hasSize ? nil : wanted, endingAt: cut)
    let cut = cut ?? Self.lastPooling(network)
    let isRescaled = Self.recognised(network) == Preprocessing.none
    if let wanted, wanted != network.input.shape {
      // The top may not stand another size: nothing is built behind the cut.
      network = try file.model(inputShape: wanted, endingAt: cut)
    }
    let assumed: Preprocessing? =
      isRescaled ? Preprocessing.none : file.producer.lowercased().contains("pytorch") ? .torch : nil
    let known = try preprocessing ?? file.preprocessing ?? assumed
    let producer = file.producer.isEmpty ? "" : ", written by \(file.producer)"
    try self.init(
      network, cut: cut,
      source: "the network \"\(network.name)\" in \(URL(fileURLWithPath: path).lastPathComponent)\(producer)",
      weightsDigest: Self.digest(path), preprocessing: known)
  }
}
