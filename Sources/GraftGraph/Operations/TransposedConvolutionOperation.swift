internal import GraftCore

/// What a convolution does to gradients, used forward: each pixel paints a kernel into a larger picture.
///
/// Parameter: kernel (height, width, filters, input channels). Definition: keras.layers.Conv2DTranspose without its bias.
package struct TransposedConvolutionOperation: Sendable, Hashable {
  /// The convolution from the larger picture back to the smaller one. Its filters are this operation's input channels.
  package var convolution: ConvolutionOperation
  /// Height and width of the larger picture.
  package var extent: Extent
  /// Channels of the larger picture.
  package var filters: Int

  /// Makes a transposed convolution.
  package init(_ convolution: ConvolutionOperation, extent: Extent, filters: Int) {
    self.convolution = convolution
    self.extent = extent
    self.filters = filters
  }

  func resultShape(name: String, input: Shape) throws -> Shape {
    guard input.rank == 3, input[2] == convolution.filters else {
      throw GraftError(
        .shapeMismatch,
        "\(name): expected a picture of \(convolution.filters) channels. Received: \(input).")
    }
    let result: Shape = [extent.height, extent.width, filters]
    guard try convolution.resultShape(name: name, input: result) == input else {
      throw GraftError(
        .shapeMismatch,
        "\(name): a kernel of \(convolution.kernelSize) with these strides and paddings makes no \(result) of \(input)."
      )
    }
    return result
  }
}
