internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// How the window of a convolution or pooling moves over a picture.
///
/// Only what does not depend on the picture's size becomes Keras's `same`, so that the network stays right at other sizes.
struct ONNXWindow {
  /// No picture needs more; sums of such numbers cannot overflow.
  private static let limit = 4096

  let size: Extent
  let strides: Extent
  let dilations: Extent
  let padding: ConvolutionPadding
  /// Rows and columns around the picture, if the padding is not `same`.
  let pads: Padding

  /// - Parameter size: Height and width of the weights; nil if the node says the size.
  init(_ node: ONNXNode, size known: Extent? = nil) throws {
    let ones = 1...Self.limit
    let kernel = try node.ints("kernel_shape", count: 2, in: ones, default: 0)
    let size = known ?? Extent(height: kernel[0], width: kernel[1])
    guard size.height > 0, size.width > 0, kernel[0] == 0 || kernel == [size.height, size.width] else {
      throw node.corrupt("its window is \(kernel), and its weights are \(size).")
    }
    let strides = try node.ints("strides", count: 2, in: ones, default: 1)
    let dilations = try node.ints("dilations", count: 2, in: ones, default: 1)
    let reach = [(size.height - 1) * dilations[0] + 1, (size.width - 1) * dilations[1] + 1]
    let isCentered = strides == [1, 1] && reach.allSatisfy { $0 % 2 == 1 }
    var pads = [0, 0, 0, 0]
    var isSame = false
    switch try node.text("auto_pad", default: "NOTSET") {
    case "NOTSET", "": pads = try node.ints("pads", count: 4, in: 0...Self.limit, default: 0)
    case "VALID": break
    case "SAME_UPPER": isSame = true
    case "SAME_LOWER" where isCentered: isSame = true
    case let other: throw node.unsupported("an auto_pad of \(other) with these sizes is not known.")
    }
    let half = reach.map { ($0 - 1) / 2 }
    self.size = size
    self.strides = Extent(height: strides[0], width: strides[1])
    self.dilations = Extent(height: dilations[0], width: dilations[1])
    padding = isSame || (isCentered && pads == half + half) ? .same : .valid
    self.pads = padding == .same ? Padding() : Padding(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3])
  }
}
