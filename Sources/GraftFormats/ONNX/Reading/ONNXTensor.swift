internal import GraftCore
internal import GraftLayers

/// A result of a network in the making, and how ONNX's axes lie in it.
///
/// ONNX has pictures as (channels, height, width), Graft as (height, width, channels). A transposition moves nothing: it only
/// changes which axis is which. The batch, which is the first axis in both, is left out.
struct ONNXTensor {
  let tensor: SymbolicTensor
  /// The axis of `tensor` that each of ONNX's axes is.
  let order: [Int]
  /// Where a flattened picture's elements lie: ONNX's element `i` is `tensor`'s element `elements[i]`; nil for the same place.
  let elements: [Int]?

  init(_ tensor: SymbolicTensor, order: [Int]? = nil, elements: [Int]? = nil) {
    self.tensor = tensor
    self.order = order ?? Array(0..<tensor.shape.rank)
    self.elements = elements
  }

  /// (channels, height, width) of (height, width, channels).
  static let channelsFirst = [2, 0, 1]

  /// The shape as ONNX has it, without the batch.
  var shape: [Int] { order.map { tensor.shape[$0] } }

  /// Whether elements lie as ONNX has them.
  var isInOrder: Bool { elements == nil && order == Array(order.indices) }

  /// Another result with its elements in the same places.
  func with(_ tensor: SymbolicTensor) -> ONNXTensor { ONNXTensor(tensor, order: order, elements: elements) }

  /// Whether two values lie alike, so that they can be computed with element by element.
  func liesLike(_ other: ONNXTensor) -> Bool { order == other.order && elements == other.elements }

  /// Numbers for the channels of ONNX, one for each of the last axis here, in this tensor's order.
  func aligned(_ numbers: [Float]) -> [Float] {
    guard let elements, elements.count == numbers.count else { return numbers }
    var result = numbers
    for (index, place) in elements.enumerated() { result[place] = numbers[index] }
    return result
  }
}

/// What a node of an ONNX graph reads.
enum ONNXOperand {
  case tensor(ONNXTensor)
  case constant(ONNXConstant)
  /// All pictures behind each other in one row.
  case row(ONNXTensor)
  /// Where elements lie in such a row, for two pictures.
  case places(ONNXConstant)

  /// As messages name it.
  var summary: String {
    switch self {
    case .tensor: "a result of the network"
    case .constant: "a constant"
    case .row: "the results of all pictures in one row"
    case .places: "places in a row of all pictures"
    }
  }
}
