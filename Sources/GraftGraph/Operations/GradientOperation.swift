/// A step of the reverse pass. `dy` stands for the gradient of the loss with respect to the forward node's result.
package enum GradientOperation: Sendable, Hashable {
  /// dy → dx of `Dense`; reads its kernel.
  case denseInput
  /// (x, dy) → gradients of kernel and bias of `Dense`; has no result.
  case denseParameters(hasBias: Bool)
  /// dy → dx of a convolution; reads its kernel.
  case convolutionInput(ConvolutionOperation)
  /// (x, dy) → gradients of kernel and bias of a convolution; has no result.
  case convolutionParameters(ConvolutionOperation)
  /// dy → its middle, without the rows and columns that a zero padding added.
  case crop(Padding)
  /// (saved, dy) → dx, where saved is the result if that suffices, else the argument.
  case activation(Activation, fromResult: Bool)
  /// dy → dx of a global pooling; the maximum's place is the forward node's saved state.
  case globalPooling(GlobalPoolingOperation)
  /// dy → dx of a pooling; the maxima's places are the forward node's saved state.
  case pooling(PoolingOperation)
  /// (x, dy) → dx and the gradients of gamma and beta of a layer normalisation; statistics are the forward node's saved
  /// state.
  case layerNormalization(LayerNormalizationOperation)
  /// (dy, x) → Σ dy · x along the axes in which the result has the length 1: the gradient of a factor that was repeated.
  case productSum
  /// (x, dy) → dx of an element-wise function with numbers of its own.
  case elementwise(ElementwiseOperation)
  /// (x, dy) → dx of a parametric rectifier and the gradient of its parameter.
  case parametricRectifier
  /// dy → dx of a picture at another size.
  case resample(ResampleOperation)
  /// (x, dy) → dx of a normalisation to length 1.
  case unitNormalization(epsilon: Float)
  /// dy → Σ dy along the axes in which the result has the length 1.
  case repetitionSum
  /// (a, b, dy) → dy where a ≥ b, or where a < b; 0 elsewhere: the gradients of a maximum's first and second operand.
  case selection(ofFirst: Bool)
  /// (x, dy) → dx and the gradients of gamma and beta; batch statistics are the forward node's saved state.
  case batchNormalization(BatchNormalizationOperation)
  /// x → the result of the forward normalisation, once more from its saved statistics.
  case replay(BatchNormalizationOperation)
  /// dy → one part of it along an axis: the gradient of `concatenate`.
  case slice(axis: Int, offset: Int)
  /// dy → dx by the forward node's mask.
  case dropout
  /// (prediction or logits, target, weight) → gradient of Σ weight · loss with respect to the first.
  case loss(LossFunction)
}
