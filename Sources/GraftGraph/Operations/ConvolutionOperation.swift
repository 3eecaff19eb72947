internal import GraftCore

/// A two-dimensional convolution of NHWC pictures, depthwise ones included.
///
/// Parameters: kernel (height, width, input channels / groups, filters), then a bias (filters) if `hasBias`. A depthwise
/// kernel is (height, width, channels, multiplier). Definition: keras.ops.conv.
package struct ConvolutionOperation: Sendable, Hashable {
  /// Height and width of the kernel.
  package var kernelSize: Extent
  /// Steps of the kernel.
  package var strides: Extent
  /// Distance between the kernel's taps; 1 is dense.
  package var dilations: Extent
  /// Zeros around the picture.
  package var padding: Padding
  /// Number of groups that the channels are split into.
  package var groups: Int
  /// Number of output channels.
  package var filters: Int
  /// Whether the kernel is laid out as a depthwise kernel.
  package var isDepthwise: Bool
  /// Whether a bias is among the parameters.
  package var hasBias: Bool
  /// Whether a constant scale and offset per filter are the last parameters (set by folding, in training):
  /// s · (kernel ∗ x + bias) + o.
  package var hasAffine = false
  /// Whether the last input is added to the result before the activation (set by fusion).
  package var addsResidual = false
  /// Applied to the result (set by fusion).
  package var activation = Activation.linear

  /// Makes a convolution without fused operations.
  package init(
    kernelSize: Extent, strides: Extent = Extent(1), dilations: Extent = Extent(1), padding: Padding = Padding(),
    groups: Int = 1, filters: Int, isDepthwise: Bool = false, hasBias: Bool
  ) {
    self.kernelSize = kernelSize
    self.strides = strides
    self.dilations = dilations
    self.padding = padding
    self.groups = groups
    self.filters = filters
    self.isDepthwise = isDepthwise
    self.hasBias = hasBias
  }

  func resultShape(name: String, input: Shape) throws -> Shape {
    guard input.rank == 3 else {
      throw GraftError(.shapeMismatch, "\(name): a convolution needs (height, width, channels). Received: \(input).")
    }
    guard input[2] % groups == 0 else {
      throw GraftError(.shapeMismatch, "\(name): \(groups) groups do not divide \(input[2]) channels.")
    }
    let extent = padding.padded(Extent(height: input[0], width: input[1]))
      .strided(window: kernelSize.dilated(dilations), by: strides)
    guard extent.height > 0, extent.width > 0 else {
      throw GraftError(.shapeMismatch, "\(name): a \(kernelSize) kernel does not fit a picture of \(input).")
    }
    return [extent.height, extent.width, filters]
  }
}
