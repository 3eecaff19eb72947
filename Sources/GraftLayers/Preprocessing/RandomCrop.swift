package import GraftCore
package import GraftGraph

/// A part of a picture: keras.layers.RandomCrop. It comes from a file, and goes into files again.
///
/// Outside of training it is the largest window in the middle that has the wanted proportions, resized: what Keras documents and
/// Keras 2 computes. (Keras 3.15 hands on the whole picture, whatever shape it has said; where the picture has the wanted
/// size, all agree.) In training Graft does not crop at random: a frozen one works as outside of it, and training with one that
/// is trainable is an error that names it.
public final class RandomCrop: Layer {
  /// The result's height.
  public let height: Int
  /// The result's width.
  public let width: Int

  private let arguments: [String: JSONValue]

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    let size = Extent(height: height, width: width)
    let resized = try builder.appendLargestWindow(of: self, inputs[0], resized: .init(to: size, method: .bilinear))
    return isTrainable ? try builder.append(.trainingOnly(className: className), of: self, [resized]) : resized
  }

  package override var configuration: [String: JSONValue] { arguments }

  init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    (height, width) = (try reader.int("height"), try reader.int("width"))
    guard height > 0 else { throw reader.error("height", expected: "a positive number") }
    guard width > 0 else { throw reader.error("width", expected: "a positive number") }
    arguments = reader.arguments
    super.init(name: reader.name)
  }
}
