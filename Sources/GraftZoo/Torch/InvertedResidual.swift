internal import GraftGraph

/// One block of a MobileNet or EfficientNet: expansion, depthwise convolution, a weighing of channels, projection.
struct InvertedResidual: Sendable {
  /// The stage, the place in it, and the place among all blocks.
  let stage: Int
  let index: Int
  let place: Int
  let kernel: Int
  let stride: Int
  let input: Int
  let expanded: Int
  let output: Int
  /// The channels between the two layers that weigh channels; 0 without them.
  let squeezed: Int
  let activation: Activation

  var expands: Bool { expanded != input }
  var isResidual: Bool { stride == 1 && input == output }
}

/// A stage of alike blocks, the first of which may step by two.
struct InvertedResidualStage: Sendable {
  let kernel: Int
  let stride: Int
  /// Channels of the expansion of each block.
  let expanded: [Int]
  let output: Int
  /// Channels that a block's weighing has between its layers, by input and expansion; 0 without it.
  var squeezed: @Sendable (_ input: Int, _ expanded: Int) -> Int = { _, _ in 0 }
  var activation = Activation.relu6

  /// The blocks of stages, the first of which follows a stem of so many channels.
  static func blocks(_ stages: [InvertedResidualStage], stem: Int) -> [InvertedResidual] {
    var blocks: [InvertedResidual] = []
    var channels = stem
    for (number, stage) in stages.enumerated() {
      for (index, expanded) in stage.expanded.enumerated() {
        blocks.append(
          InvertedResidual(
            stage: number, index: index, place: blocks.count, kernel: stage.kernel,
            stride: index == 0 ? stage.stride : 1, input: channels, expanded: expanded, output: stage.output,
            squeezed: stage.squeezed(channels, expanded), activation: stage.activation))
        channels = stage.output
      }
    }
    return blocks
  }
}
