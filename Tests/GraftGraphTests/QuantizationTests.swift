import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// What becomes of a graph that is quantised, in text, and which part of it stays quantised.
@Suite struct QuantizationTests {
  /// An inverted residual and a gate under a head.
  private func model() throws -> Model {
    let input = Input(shape: [8, 8, 16], name: "x")
    var y = ReLU(maxValue: 6, name: "expand_relu")(Conv2D(32, kernelSize: 1, name: "expand")(input))
    y = ReLU(maxValue: 6, name: "depth_relu")(DepthwiseConv2D(kernelSize: 3, padding: .same, name: "depth")(y))
    y = Add(name: "sum")([input, Conv2D(16, kernelSize: 1, name: "project")(y)])
    let gate = Conv2D(16, kernelSize: 1, activation: .sigmoid, name: "gate")(
      GlobalAveragePooling2D(keepDimensions: true, name: "squeeze")(y))
    y = Multiply(name: "gated")([y, gate])
    y = Conv2D(8, kernelSize: 1, activation: .relu, name: "last")(y)
    y = Dense(3, activation: .softmax, name: "top")(GlobalAveragePooling2D(name: "pool")(y))
    let model = Model(inputs: input, outputs: y)
    try model.assignFormulaWeights()
    for layer in model.layers where layer.name != "top" { layer.isTrainable = false }
    return model
  }

  private func quantization(_ model: Model) throws -> Quantization {
    let regions = Regions(try model.graph())
    let front = regions.frozen.frozen().optimizedForInference()
    let names = front.valueNames
    let values = Set(front.quantizableNodes.flatMap { front[$0].inputs }).sorted().map { id in
      Quantization.Value(
        name: names[id.index], scale: front.isNonNegative(id) ? 0.02 : 0.04, isSigned: !front.isNonNegative(id),
        largest: 5)
    }
    let graph = try model.graph()
    let region = graph.ids.filter(regions.frozenNodes.contains).map { graph.nodeNames[$0.index] }
    return Quantization(pictures: 1, values: values, region: region)
  }

  /// A file may say anything.
  @Test func numbersThatDoNotFitTheChannelsAreNone() throws {
    let model = try model()
    let whole = try quantization(model)
    for index in whole.values.indices {
      var values = whole.values
      let old = values.remove(at: index)
      let without = Quantization(pictures: 1, values: values, region: whole.region)
      values.insert(
        .init(name: old.name, scale: 0.02, means: [1, 2, 3], isSigned: old.isSigned, largest: 5), at: index)
      let other = Quantization(pictures: 1, values: values, region: whole.region)
      #expect(try model.graph().quantized(by: other).dump == model.graph().quantized(by: without).dump)
    }
    let text = """
      {"pictures": 1, "region": [], "layers": [], "comparedPictures": 0, "similarity": 0, "leastSimilarity": 0, "values": [{
      "name": "x", "scale": 1, "channels": [], "means": [], "isSigned": true, "largest": 1, "counts": [COUNT, COUNT]}]}
      """
    func numbers(_ count: Int) throws -> Quantization? {
      let text = text.replacing("COUNT", with: "\(count)")
      return try JSONDecoder().decode(Quantization.self, from: Data(text.utf8)).with(channelNumbers: [1, 2, 3, 4])
    }
    #expect(try numbers(2)?.values[0].means == [3, 4])
    for count in [1, 5, 1 << 62] { #expect(try numbers(count) == nil) }
  }

  @Test func wholeNumbersWhereAllReadersTakeThem() throws {
    let model = try model()
    let graph = try model.graph().quantized(by: quantization(model))
    #expect(
      graph.dump == """
        %0 x = input (8, 8, 16)
        %1 x = convert f32 → s8 ·0.04(%0) (8, 8, 16)
        %2 expand = int8 convolution 1×1 +bias +relu6, s8 ·0.04 → u8 ·0.02(%1) [expand/kernel expand/bias] (8, 8, 32)
        %3 depth = int8 depthwise 3×3 pad 1,1,1,1 +bias +relu6, u8 ·0.02 → u8 ·0.02(%2) [depth/kernel depth/bias] (8, 8, 32)
        %4 project = int8 convolution 1×1 +bias +residual, u8 ·0.02 and f32 → f32(%3, %0) [project/kernel project/bias] (8, 8, 16)
        %5 squeeze = global average pooling(%4) (1, 1, 16)
        %6 gate = convolution 1×1 +bias +sigmoid(%5) [gate/kernel gate/bias] (1, 1, 16)
        %7 gated = multiply(%4, %6) (8, 8, 16)
        %8 gated = convert f32 → s8 ·0.04(%7) (8, 8, 16)
        %9 last = int8 convolution 1×1 +bias +relu, s8 ·0.04 → f32(%8) [last/kernel last/bias] (8, 8, 8)
        %10 pool = global average pooling(%9) (8,)
        %11 top = dense 3 +bias(%10) [top/kernel* top/bias*] (3,)
        %12 top = softmax(%11) (3,) → output
        """)
  }

  @Test func scalesOfChannelsGoIntoTheKernels() throws {
    let model = try model()
    var plain = try quantization(model)
    let x = FormulaTensor.make(name: "input", shape: [2, 8, 8, 16], role: .input)
    let expected = try model.results(for: x)
    // Coarse scales are far off; the same scales with channels of their own, fitted to nothing, are not further off than that.
    let values = plain.values.map { value in
      guard value.name.hasPrefix("expand") else { return value }
      return Quantization.Value(
        name: value.name, scale: 0.02, channels: (0..<32).map { $0 % 2 == 0 ? 1 : 0.5 }, isSigned: false, largest: 5)
    }
    let scaled = Quantization(pictures: 1, values: values, region: plain.region)
    let graph = try model.graph().quantized(by: scaled)
    // relu6 has become the format's limit.
    #expect(graph.dump.contains("expand = int8 convolution 1×1 +bias +relu, "))
    #expect(try graph.results(for: [x])[0].mismatch(expected, atol: 0.02) == nil)
    plain = scaled
    #expect(plain.tag == scaled.tag)
    #expect(try scaled.tag != quantization(model).tag)
    #expect(scaled.tag.hasPrefix("int8-"))
  }

  /// Tags are in reports and caches: they must not change with how they are written.
  @Test func aTagIsTheDigestOfItsDescription() {
    let value = Quantization.Value(
      name: "a b", scale: 0.25, channels: [1, 0.5], means: [-1.5, 3e-9], isSigned: true, largest: 2)
    let bare = Quantization.Value(name: "c", scale: 3, isSigned: false, largest: 6)
    let lines =
      ["int8 1", "first", "second"]
      + [value, bare].map {
        "\($0.name) \($0.isSigned) \($0.scale.bitPattern) \($0.channels.map(\.bitPattern)) \($0.means.map(\.bitPattern))"
      }
    let digest = SHA256Digest(of: Array(lines.joined(separator: "\n").utf8)).description.prefix(16)
    #expect(Quantization(pictures: 1, values: [value, bare], region: ["first", "second"]).tag == "int8-\(digest)")
  }

  @Test func whatIsTrainedIsNoLongerQuantized() throws {
    let model = try model()
    let whole = try quantization(model)
    func quantizedLayers(_ quantization: Quantization) throws -> [String] {
      try model.graph().quantized(by: quantization).nodes.compactMap {
        if case .quantized = $0.operation { $0.name } else { nil }
      }
    }
    #expect(try quantizedLayers(whole) == ["expand", "depth", "project", "last"])
    try model.layer(named: "last").isTrainable = true
    let less = try #require(try model.graph().frozenPart(of: whole))
    #expect(try quantizedLayers(less) == ["expand", "depth", "project"])
    // Freezing it again does not bring it back: its scales were those of other weights.
    try model.layer(named: "last").isTrainable = false
    let same = try #require(try model.graph().frozenPart(of: less))
    #expect(same == less)
    try model.layer(named: "expand").isTrainable = true
    #expect(try model.graph().frozenPart(of: less) == nil)
  }

  @Test func channelNumbersCanBeKeptElsewhere() throws {
    let value = Quantization.Value(
      name: "a", scale: 0.5, channels: [1, 0.25], means: [3, 4], isSigned: true, largest: 7)
    let other = Quantization.Value(name: "b", scale: 0.1, means: [5], isSigned: false, largest: 1)
    let quantization = Quantization(pictures: 3, values: [value, other], region: ["a", "b"])
    #expect(quantization.channelNumbers == [1, 0.25, 3, 4, 5])
    let without = quantization.withoutChannelNumbers
    #expect(without.values.allSatisfy { $0.channels.isEmpty && $0.means.isEmpty })
    let back = try JSONValue(parsing: JSONValue(encoding: without).serialized()).decoded(as: Quantization.self)
    #expect(back.with(channelNumbers: [1, 0.25, 3, 4, 5]) == quantization)
    #expect(back.with(channelNumbers: [1, 0.25, 3, 4]) == nil)
  }

  @Test func weightsGoToTheNearestWholeNumber() {
    // The largest weight of channel 0 is 127, so that its scale is 1; channel 1 has none, and channel 2 numbers of all kinds.
    let random = RandomNumbers(seed: 7)
    let firsts: [Float] = [127, 0.5, 1.5, -0.5, -2.5, 126.5, -127, 0.499_999_97, -125.5, 63.499_996]
    let kernel = Tensor(
      shape: [10, 3], firsts.enumerated().flatMap { [$1, 0, random.uniform(at: UInt64($0)) - 0.5] })
    let weights = QuantizedWeights(kernel, channels: 3)
    #expect(weights.scales[0] == 1 && weights.scales[1] == 1)
    for (index, weight) in kernel.elements.enumerated() {
      let whole = (weight / weights.scales[index % 3]).rounded(.toNearestOrEven)
      #expect(weights.values[index] == Int8(whole), "\(weight)")
    }
  }
}
