/// How a convolution's kernel moves over a picture, heights before widths.
package struct ConvolutionGeometry: Sendable {
  /// Steps of the kernel.
  package var strides: [Int]
  /// Distance between the kernel's taps, counted from 0 as oneDNN has it: 0 is dense.
  package var dilations: [Int]
  /// Zeros above and to the left.
  package var paddingBefore: [Int]
  /// Zeros below and to the right.
  package var paddingAfter: [Int]

  /// Makes a geometry.
  package init(strides: [Int], dilations: [Int], paddingBefore: [Int], paddingAfter: [Int]) {
    self.strides = strides
    self.dilations = dilations
    self.paddingBefore = paddingBefore
    self.paddingAfter = paddingAfter
  }
}
