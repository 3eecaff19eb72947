package import GraftCore
package import GraftGraph

/// Some of a picture's channels, in any order: what `x[..., ::-1]` of a Keras model does to red, green and blue.
///
/// Graft's own: Keras has no such layer, so that a network with one cannot be exported to Keras.
public final class ChannelSelection: Layer {
  /// For each channel of the result the channel that it was.
  public let channels: [Int]

  /// Makes a selection.
  public init(_ channels: [Int], name: String? = nil) {
    self.channels = channels
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let count = try pictureChannels(inputs.map { builder.graph[$0].shape })
    guard !channels.isEmpty, channels.allSatisfy({ (0..<count).contains($0) }), max(count, channels.count) <= 4096
    else {
      throw GraftError(
        .invalidArgument, "\(name): up to 4096 channels must lie from 0 to \(count - 1). Received: \(channels).")
    }
    // A convolution of single pixels, which the next one may take in; its numbers are 0 and 1.
    var kernel = Tensor(zeros: [1, 1, count, channels.count])
    for (place, channel) in channels.enumerated() { kernel[0, 0, channel, place] = 1 }
    let parameter = builder.graph.add(Parameter(name: "\(name)/selection", value: kernel, role: .frozen))
    return try builder.graph.append(
      .convolution(ConvolutionOperation(kernelSize: 1, filters: channels.count, hasBias: false)), name: name,
      inputs: inputs, parameters: [parameter])
  }

  package override var configuration: [String: JSONValue] { ["channels": .array(channels.map { .int($0) })] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(try reader.ints("channels"), name: reader.name)
  }
}
