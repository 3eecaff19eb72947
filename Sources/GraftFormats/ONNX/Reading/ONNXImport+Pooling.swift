internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  mutating func globalPooling(_ node: ONNXNode) throws {
    let x = try picture(node)
    set(node, try pooled(x, isMean: node.type == "GlobalAveragePool", keepsAxes: true, name: name(node)))
  }

  private mutating func pooled(
    _ x: ONNXTensor, isMean: Bool, keepsAxes: Bool, name: String
  ) throws -> ONNXTensor {
    let layer: Layer =
      isMean
      ? GlobalAveragePooling2D(keepDimensions: keepsAxes, name: name)
      : GlobalMaxPooling2D(keepDimensions: keepsAxes, name: name)
    let result = try call(layer, [x.tensor])
    return keepsAxes ? x.with(result) : ONNXTensor(result)
  }

  /// The mean (or largest value) over height and width: a global pooling under another name.
  mutating func reduction(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let list = try ONNXFolding.axes(node, constant(1, of: node)) ?? []
    let axes = try ONNXFolding.resolved(list, rank: x.shape.count + 1, node)
    guard x.shape.count == 3, axes.count == 2, !axes.contains(0), Set(axes.map { x.order[$0 - 1] }) == [0, 1] else {
      throw node.unsupported("expected a mean over height and width of a picture. Received: axes \(list).")
    }
    let keepsAxes = try node.int("keepdims", default: 1) != 0
    set(node, try pooled(x, isMean: node.type == "ReduceMean", keepsAxes: keepsAxes, name: name(node)))
  }

  mutating func pooling(_ node: ONNXNode) throws {
    let x = try picture(node)
    let window = try ONNXWindow(node)
    guard window.dilations == Extent(1) else { throw node.unsupported("only windows without gaps are known.") }
    let isMax = node.type == "MaxPool"
    let name = name(node)
    var pads = window.pads
    if try node.int("ceil_mode", default: 0) != 0 {
      let overhang = window.overhang(over: x.shape)
      pads.bottom += overhang.height
      pads.right += overhang.width
    }
    let countsPads = try !isMax && node.int("count_include_pad", default: 0) != 0
    if countsPads, pads != window.pads {
      throw node.unsupported("windows that reach beyond what is padded are not known where padding counts.")
    }
    let isWhole =
      pads.isEmpty && window.padding == .valid && [window.size.height, window.size.width] == Array(x.shape.dropFirst())
    if isWhole {
      return set(node, try pooled(x, isMean: !isMax, keepsAxes: true, name: name))
    }
    func layer(_ size: Extent, _ strides: Extent, _ padding: ConvolutionPadding, _ name: String) -> Layer {
      isMax
        ? MaxPooling2D(poolSize: size, strides: strides, padding: padding, name: name)
        : AveragePooling2D(poolSize: size, strides: strides, padding: padding, name: name)
    }
    var zeros = pads
    if window.padding == .same, countsPads {
      guard let half = window.half else { throw node.unsupported("this auto_pad is not known where padding counts.") }
      zeros = half
    } else if pads.isEmpty {
      return set(node, x.with(try call(layer(window.size, window.strides, window.padding, name), [x.tensor])))
    }
    if countsPads || (isMax && isNonNegative(x.tensor)) {
      // Zeros count, or are never larger than what is there.
      let padded = try call(ZeroPadding2D(zeros, name: unique("\(name)_pad")), [x.tensor])
      return set(node, x.with(try call(layer(window.size, window.strides, .valid, name), [padded])))
    }
    try set(node, x.with(stepwise(node, x, window, pads, name, layer)))
  }

  /// A pooling whose padding is no part of it: windows at every place, those that are not wanted cut off, and then one of as
  /// many as the steps are long.
  private mutating func stepwise(
    _ node: ONNXNode, _ x: ONNXTensor, _ window: ONNXWindow, _ pads: Padding, _ name: String,
    _ layer: (Extent, Extent, ConvolutionPadding, String) -> Layer
  ) throws -> SymbolicTensor {
    // What `same` pads at steps of 1.
    let (height, width) = (window.size.height - 1, window.size.width - 1)
    let cut = Padding(
      top: height / 2 - pads.top, bottom: height - height / 2 - pads.bottom, left: width / 2 - pads.left,
      right: width - width / 2 - pads.right)
    guard min(cut.top, cut.bottom, cut.left, cut.right) >= 0 else {
      throw node.unsupported("a padding of more than half a window is not known.")
    }
    var result = try call(layer(window.size, Extent(1), .same, unique("\(name)_windows")), [x.tensor])
    if !cut.isEmpty { result = try call(Cropping2D(cut, name: unique("\(name)_crop")), [result]) }
    return try call(MaxPooling2D(poolSize: 1, strides: window.strides, name: name), [result])
  }
}

extension ONNXWindow {
  /// What `same` pads around a window of odd lengths that moves by one; nil for others.
  var half: Padding? {
    guard strides == Extent(1), size.height % 2 == 1, size.width % 2 == 1 else { return nil }
    let (height, width) = (size.height / 2, size.width / 2)
    return Padding(top: height, bottom: height, left: width, right: width)
  }

  /// How far the last windows reach beyond the padded picture if their number is rounded up.
  func overhang(over shape: [Int]) -> Extent {
    func beyond(_ length: Int, _ before: Int, _ after: Int, _ size: Int, _ step: Int) -> Int {
      let rest = length + before + after - size
      guard rest > 0 else { return 0 }
      var count = (rest + step - 1) / step
      // A window must begin inside of the picture or before it.
      if count * step >= length + before { count -= 1 }
      return max(count * step - rest, 0)
    }
    return Extent(
      height: beyond(shape[1], pads.top, pads.bottom, size.height, strides.height),
      width: beyond(shape[2], pads.left, pads.right, size.width, strides.width))
  }
}
