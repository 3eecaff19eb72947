internal import GraftCore
internal import GraftGraph
internal import GraftKernels

/// The memory that a convolution reads and writes, as oneDNN sees it.
struct ConvolutionLayouts {
  /// Steps, dilations and zeros.
  let geometry: ConvolutionGeometry
  /// The kernel as Keras stores it.
  let kernel: MemoryDescriptor
  /// The same for whole numbers of 8 bits.
  let quantizedKernel: MemoryDescriptor
  /// The bias, if there is one.
  let bias: MemoryDescriptor?
  /// Dimensions of the picture: count, channels, height, width.
  private let picture: [Int]
  /// Dimensions of the result.
  private let result: [Int]

  init(_ convolution: ConvolutionOperation, batchSize: Int, input: Shape, result: Shape) throws {
    let size = convolution.kernelSize
    let filters = convolution.filters
    let groups = convolution.groups
    geometry = ConvolutionGeometry(
      strides: [convolution.strides.height, convolution.strides.width],
      dilations: [convolution.dilations.height - 1, convolution.dilations.width - 1],
      paddingBefore: [convolution.padding.top, convolution.padding.left],
      paddingAfter: [convolution.padding.bottom, convolution.padding.right])

    // (height, width, input channels / groups, filters) as Keras stores it, in the order of dimensions of oneDNN.
    let perGroup = input[2] / groups
    let strides = [1, filters, size.width * perGroup * filters, perGroup * filters]
    let sizes = [filters / groups, perGroup, size.height, size.width]
    let allSizes = groups > 1 ? [groups] + sizes : sizes
    let allStrides = groups > 1 ? [filters / groups] + strides : strides
    kernel = try MemoryDescriptor(dimensions: allSizes, strides: allStrides)
    quantizedKernel = try MemoryDescriptor(dimensions: allSizes, strides: allStrides, type: .int8)
    bias = convolution.hasBias || convolution.hasAffine ? try MemoryDescriptor(rowMajor: [filters]) : nil
    picture = [batchSize, input[2], input[0], input[1]]
    self.result = [batchSize, filters, result[0], result[1]]
  }

  /// The kernel in a layout that oneDNN chooses.
  var anyKernel: MemoryDescriptor { get throws { try MemoryDescriptor(any: kernel.dimensions) } }
  /// The picture in a layout that oneDNN chooses.
  var anyPicture: MemoryDescriptor { get throws { try MemoryDescriptor(any: picture) } }
  /// The result in a layout that oneDNN chooses.
  var anyResult: MemoryDescriptor { get throws { try MemoryDescriptor(any: result) } }

  /// Makes a kernel for pictures and results with channels last; for layouts of oneDNN's choice where only its reference
  /// loops know channels last.
  ///
  /// Activations that lie the same way everywhere are never reordered in a training step. Of MobileNetV2's convolutions
  /// forward, of their inputs' and kernels' gradients, none is slower by more than what a reorder would cost: at batch 2 on
  /// one core of an AVX-512 machine they take 34.6 ms with channels last and 33.6 ms in blocks, before any reorder.
  func channelsLast(
    _ make: (_ picture: MemoryDescriptor, _ result: MemoryDescriptor) throws -> Primitive
  ) throws -> Primitive {
    let primitive = try make(Self.channelsLast(picture), Self.channelsLast(result))
    guard primitive.isReference else { return primitive }
    let free = try make(anyPicture, anyResult)
    return free.isReference ? primitive : free
  }

  /// The picture with channels last.
  func pictureChannelsLast(_ type: ElementType) throws -> MemoryDescriptor { try Self.channelsLast(picture, type) }
  /// The result with channels last.
  func resultChannelsLast(_ type: ElementType) throws -> MemoryDescriptor { try Self.channelsLast(result, type) }

  private static func channelsLast(_ dimensions: [Int], _ type: ElementType = .float32) throws -> MemoryDescriptor {
    try MemoryDescriptor(
      channelsLast: dimensions[0], channels: dimensions[1], height: dimensions[2], width: dimensions[3], type: type)
  }
}
