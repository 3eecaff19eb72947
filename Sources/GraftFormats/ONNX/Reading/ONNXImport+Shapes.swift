internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  /// What changes nothing in inference.
  mutating func passOn(_ node: ONNXNode) throws {
    if node.type == "Cast" {
      guard [1, 10, 11, 16].contains(try node.int("to", default: 1)) else {
        throw node.unsupported("results become no whole numbers here.")
      }
    }
    if node.type == "Dropout", node.input(2) != nil {
      guard try constant(2, of: node)?.scalar == 0 else { throw node.unsupported("it is exported for training.") }
    }
    set(node, try tensor(0, of: node))
  }

  mutating func transpose(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let order = try node.ints("perm") ?? Array((0...x.shape.count).reversed())
    guard order.sorted() == Array(0...x.shape.count), order.first == 0, x.elements == nil || x.shape.count == 1 else {
      throw node.unsupported("expected a permutation of \(x.shape.count + 1) axes that leaves the batch where it is.")
    }
    set(node, ONNXTensor(x.tensor, order: order.dropFirst().map { x.order[$0 - 1] }, elements: x.elements))
  }

  /// The lengths of a result, the batch's being open.
  mutating func shape(_ node: ONNXNode) throws {
    let lengths = [nil] + (try tensor(0, of: node).shape.map { Optional($0) })
    func place(_ key: String, _ fallback: Int) throws -> Int {
      let index = try node.int(key, default: fallback)
      return min(max(index < 0 ? index + lengths.count : index, 0), lengths.count)
    }
    let (start, end) = (try place("start", 0), try place("end", lengths.count))
    let part = start < end ? Array(lengths[start..<end]) : []
    if let name = node.outputs.first { operands[name] = .constant(ONNXConstant(shape: [part.count], part)) }
  }

  // MARK: Reshape

  mutating func flatten(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let axis = try node.int("axis", default: 1)
    guard axis == 1 || axis == -x.shape.count else { throw node.unsupported("only all axes but the batch become one.") }
    try reshape(node, x, to: [x.tensor.shape.count])
  }

  mutating func reshape(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    guard let target = try constant(1, of: node)?.ints ?? node.ints("shape")?.map({ Optional($0) }), !target.isEmpty,
      target.count <= 8
    else { throw node.unsupported("expected a shape that is known.") }
    if target == [-1], x.elements == nil, x.tensor.shape.count > 1 {
      if let name = node.outputs.first { operands[name] = .row(x) }
      return
    }
    let zeroCopies = try node.int("allowzero", default: 0) == 0
    let count = x.tensor.shape.count
    var shape = try target.dropFirst().enumerated().map { index, length in
      guard let length else { throw node.unsupported("only the first axis can be the batch.") }
      return length == 0 && zeroCopies && index < x.shape.count ? x.shape[index] : length
    }
    let isOpen = shape.filter { $0 == -1 }.count == 1
    if isOpen, let place = shape.firstIndex(of: -1) {
      shape[place] = 1
      let known = Shape(shape).byteCount(elementSize: 1) ?? 0
      shape[place] = known > 0 ? count / known : 0
    }
    // The batch: its own length, the length that the file gives it, none, or what is left over.
    let isBatch = target[0].map { $0 == 0 || $0 == batch || ($0 == -1 && !isOpen) } ?? true
    guard isBatch, shape.allSatisfy({ $0 > 0 }), Shape(shape).byteCount(elementSize: 1) == count else {
      throw node.unsupported(
        "\(Shape(x.shape)) after the batch cannot become \(target.map { $0.map(String.init) ?? "batch" }).")
    }
    try reshape(node, x, to: shape)
  }

  mutating func units(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let list = try ONNXFolding.axes(node, constant(1, of: node))
    let isTakingAway = node.type == "Squeeze"
    let rank = x.shape.count + 1
    if isTakingAway {
      let axes =
        try list.map { try ONNXFolding.resolved($0, rank: rank, node) } ?? (1..<rank).filter { x.shape[$0 - 1] == 1 }
      guard axes.allSatisfy({ $0 > 0 && x.shape[$0 - 1] == 1 }) else {
        throw node.unsupported("only axes of length 1 after the batch can be taken away.")
      }
      return try reshape(node, x, to: (1..<rank).filter { !axes.contains($0) }.map { x.shape[$0 - 1] })
    }
    guard let list else { throw node.corrupt("it names no axes.") }
    // −1 stands for a batch of any length.
    let shape = try ONNXFolding.inserting(list, into: [-1] + x.shape, node)
    guard shape.first == -1 else { throw node.unsupported("the batch must stay the first axis.") }
    try reshape(node, x, to: Array(shape.dropFirst()))
  }

  /// Gives a result another shape, if its elements then still lie as ONNX has them or it is known where they lie.
  mutating func reshape(_ node: ONNXNode, _ x: ONNXTensor, to shape: [Int]) throws {
    if x.shape == shape { return set(node, x) }
    if x.elements == nil, x.shape.filter({ $0 != 1 }) == shape.filter({ $0 != 1 }) {
      return try set(node, withOtherUnits(node, x, shape))
    }
    func named(_ shape: [Int]) -> Layer {
      let name = name(node)
      return shape.count == 1 ? Flatten(name: name) : Reshape(Shape(shape), name: name)
    }
    if x.isInOrder { return set(node, ONNXTensor(try call(named(shape), [x.tensor]))) }
    if x.elements == nil, shape.count == 1 {
      let places = x.places
      let result = try call(named(shape), [x.tensor])
      return set(node, ONNXTensor(result, elements: places == Array(places.indices) ? nil : places))
    }
    if x.order == ONNXTensor.channelsFirst, shape == [x.shape[0], x.shape[1] * x.shape[2]] {
      return set(node, ONNXTensor(try call(named(shape.reversed()), [x.tensor]), order: [1, 0]))
    }
    if x.order == [1, 0], shape.count == 3, shape[0] == x.shape[0] {
      let result = try call(named([shape[1], shape[2], shape[0]]), [x.tensor])
      return set(node, ONNXTensor(result, order: ONNXTensor.channelsFirst))
    }
    throw node.unsupported("\(Shape(x.shape)) with its channels first cannot become \(Shape(shape)) here.")
  }

  /// A shape that differs in axes of length 1 alone: they stand in front, so that the channels stay the last axis.
  private mutating func withOtherUnits(_ node: ONNXNode, _ x: ONNXTensor, _ shape: [Int]) throws -> ONNXTensor {
    let long = x.order.indices.filter { x.shape[$0] != 1 }
    let ranks = long.map { x.order[$0] }.sorted()
    let unitCount = shape.count - long.count
    var (unit, next) = (0, 0)
    let order = shape.map { length in
      if length == 1 {
        unit += 1
        return unit - 1
      }
      next += 1
      return unitCount + (ranks.firstIndex(of: x.order[long[next - 1]]) ?? 0)
    }
    let target = Shape([Int](repeating: 1, count: unitCount) + ranks.map { x.tensor.shape[$0] })
    let name = name(node)
    let layer: Layer = target.rank == 1 ? Flatten(name: name) : Reshape(target, name: name)
    return ONNXTensor(try call(layer, [x.tensor]), order: order)
  }

  // MARK: Parts

  mutating func concatenation(_ node: ONNXNode) throws {
    let inputs = try node.inputs.indices.map { try tensor($0, of: node) }
    guard let first = inputs.first, inputs.allSatisfy({ $0.liesLike(first) }), first.elements == nil else {
      throw node.unsupported("its inputs lie in different orders of axes.")
    }
    if inputs.count == 1 { return set(node, first) }
    let axis = try ONNXFolding.resolved([node.int("axis", default: 1)], rank: first.shape.count + 1, node)[0]
    guard axis > 0 else { throw node.unsupported("batches are not put together.") }
    let layer = Concatenate(axis: first.order[axis - 1] + 1, name: name(node))
    set(node, first.with(try call(layer, inputs.map(\.tensor))))
  }

  mutating func pad(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let rank = x.shape.count + 1
    let list = try constant(1, of: node)?.ints?.compactMap { $0 } ?? node.ints("pads") ?? []
    let value = try constant(2, of: node)?.scalar ?? node.float("value", default: 0)
    let axes = try ONNXFolding.resolved(
      constant(3, of: node)?.ints?.compactMap { $0 } ?? Array(0..<rank), rank: rank, node)
    guard try node.text("mode", default: "constant") == "constant", value == 0, x.shape.count == 3,
      list.count == 2 * axes.count, list.allSatisfy((-4096...4096).contains)
    else { throw node.unsupported("expected zeros around a picture.") }
    // By axis here: before and after.
    var sides = [[0, 0], [0, 0], [0, 0]]
    for (index, axis) in axes.enumerated() {
      let pair = [list[index], list[index + axes.count]]
      if axis == 0 {
        guard pair == [0, 0] else { throw node.unsupported("batches are not padded.") }
      } else {
        sides[x.order[axis - 1]] = pair
      }
    }
    guard sides[2] == [0, 0] else { throw node.unsupported("channels are not padded.") }
    let all = sides[0] + sides[1]
    let name = name(node)
    if all == [0, 0, 0, 0] { return set(node, x) }
    let padding = Padding(top: max(all[0], 0), bottom: max(all[1], 0), left: max(all[2], 0), right: max(all[3], 0))
    let cropping = Padding(
      top: max(-all[0], 0), bottom: max(-all[1], 0), left: max(-all[2], 0), right: max(-all[3], 0))
    var result = x.tensor
    if !cropping.isEmpty {
      result = try call(Cropping2D(cropping, name: padding.isEmpty ? name : unique("\(name)_crop")), [result])
    }
    if !padding.isEmpty { result = try call(ZeroPadding2D(padding, name: name), [result]) }
    set(node, x.with(result))
  }

  mutating func slice(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let inputs = try node.inputs.indices.dropFirst().compactMap { try constant($0, of: node) }
    let ranges = try ONNXSlice(node, inputs, rank: x.shape.count + 1).ranges
    var sides = [[0, 0], [0, 0], [0, 0]]
    for (axis, range) in ranges.enumerated() {
      guard let range else { continue }
      let length = axis == 0 ? Int(Int32.max) : x.shape[axis - 1]
      let (start, end) = range.bounds(of: length)
      if start == 0, end == length || (axis == 0 && range.end >= length), range.step == 1 { continue }
      guard axis > 0, x.shape.count == 3, x.order[axis - 1] < 2, range.step == 1, start < end else {
        throw node.unsupported("only rows and columns of a picture can be cut off.")
      }
      sides[x.order[axis - 1]] = [start, length - end]
    }
    let cropping = Padding(top: sides[0][0], bottom: sides[0][1], left: sides[1][0], right: sides[1][1])
    if cropping.isEmpty { return set(node, x) }
    set(node, x.with(try call(Cropping2D(cropping, name: name(node)), [x.tensor])))
  }
}

extension ONNXTensor {
  /// Where ONNX's elements lie here, in ONNX's order.
  fileprivate var places: [Int] {
    var strides = [Int](repeating: 1, count: tensor.shape.rank)
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * tensor.shape[axis + 1] }
    return zip(shape, order).reduce([0]) { places, axis in
      places.flatMap { place in (0..<axis.0).map { place + $0 * strides[axis.1] } }
    }
  }
}
