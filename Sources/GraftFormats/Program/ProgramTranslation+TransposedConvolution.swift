internal import GraftCore
internal import GraftGraph

extension ProgramTranslation {
  /// A transposed convolution as the convolution that it is: over the picture with zeros between its pixels, by the kernel
  /// turned round. So files have operations that every reader knows, for any number of pictures: TensorFlow's own operation wants
  /// to be told how large its result is, the batch too.
  ///
  /// - Throws: `GraftError.unsupported` if zeros or the picture with them are more than any network needs.
  mutating func translate(_ transposed: TransposedConvolutionOperation, _ node: Node) throws -> Int {
    let convolution = transposed.convolution
    guard convolution.groups == 1, !convolution.isDepthwise else { throw unknown(node) }
    guard let spread = spread(value(node), convolution.strides, node.name) else { throw tooLarge(node) }
    let picture = program.values[spread].shape
    // What the kernel reaches beyond the first and the last pixel; where that is less than none, pixels are left out.
    func sides(_ kernel: Int, _ dilation: Int, _ before: Int, _ input: Int, _ output: Int) -> (Int, Int) {
      let reach = (kernel - 1) * dilation
      return (reach - before, output - input + before)
    }
    let (size, dilations) = (convolution.kernelSize, convolution.dilations)
    let rows = sides(size.height, dilations.height, convolution.padding.top, picture[0], transposed.extent.height)
    let columns = sides(size.width, dilations.width, convolution.padding.left, picture[1], transposed.extent.width)
    let all = [rows.0, rows.1, columns.0, columns.1]
    guard all.allSatisfy({ $0 <= TensorProgram.mostPadding }) else { throw tooLarge(node) }
    func padding(_ side: (Int) -> Int) -> Padding {
      Padding(top: side(all[0]), bottom: side(all[1]), left: side(all[2]), right: side(all[3]))
    }
    let fitted = pad(
      crop(spread, padding { max(0, -$0) }, name: node.name), padding { max(0, $0) }, name: node.name)
    let parameter = graph[node.parameters[0]]
    var operands = [
      fitted,
      program.constant(
        dialect.kernel(Self.turnedRound(parameter.value), isDepthwise: false), name: parameter.name),
    ]
    if dialect == .tflite {
      operands.append(program.constant(Tensor(zeros: [transposed.filters]), name: "\(node.name)/zeros"))
    }
    return program.step(
      .convolution(.init(strides: Extent(1), dilations: dilations, isSame: false)), operands, shape: node.shape,
      name: node.name)
  }

  /// A picture with so many pixels for each of its own, which is the first of them, the others zeros; nil if that is too large.
  private mutating func spread(_ x: Int, _ steps: Extent, _ name: String) -> Int? {
    let shape = program.values[x].shape
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    guard steps != Extent(1) else { return x }
    let most = TensorProgram.mostPadding
    guard steps.height <= most, steps.width <= most,
      height * steps.height * width * steps.width <= TensorProgram.largestPicture
    else { return nil }
    // Columns and rows become an axis of their own, of one element, which gets zeros behind it.
    var result = reshape(x, [height * width, 1, channels], name)
    result = pad(result, Padding(right: steps.width - 1), name: name)
    result = reshape(result, [height, 1, width * steps.width * channels], name)
    result = pad(result, Padding(right: steps.height - 1), name: name)
    return reshape(result, [height * steps.height, width * steps.width, channels], name)
  }

  private mutating func reshape(_ x: Int, _ shape: Shape, _ name: String) -> Int {
    program.step(.reshape(shape), [x], shape: shape, name: "\(name)/reshape")
  }

  private mutating func crop(_ x: Int, _ sides: Padding, name: String) -> Int {
    guard !sides.isEmpty else { return x }
    let shape = program.values[x].shape
    return program.step(
      .crop(sides), [x],
      shape: [shape[0] - sides.top - sides.bottom, shape[1] - sides.left - sides.right, shape[2]],
      name: "\(name)/crop")
  }

  /// A kernel (height, width, filters, inputs) as that of a convolution (height, width, inputs, filters), its last pixel first.
  private static func turnedRound(_ kernel: Tensor) -> Tensor {
    let (filters, inputs) = (kernel.shape[2], kernel.shape[3])
    let area = kernel.shape[0] * kernel.shape[1]
    let elements = kernel.elements
    return Tensor(shape: [kernel.shape[0], kernel.shape[1], inputs, filters]) { result in
      for pixel in 0..<area {
        for filter in 0..<filters {
          for input in 0..<inputs {
            result[(pixel * inputs + input) * filters + filter] =
              elements[((area - 1 - pixel) * filters + filter) * inputs + input]
          }
        }
      }
    }
  }
}
