import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Dropout: what it drops, how it scales, and that the way back uses the same mask.
@Suite struct DropoutTests {
  private func probe(
    rate: Float, seed: UInt64 = 1, name: String = "dropout", step: UInt64 = 0, shape: Shape = [16, 1000]
  ) throws -> GradientProbe {
    let ones = Tensor(repeating: 1, shape: shape)
    return try GradientProbe(Dropout(rate, seed: seed, name: name), inputs: [ones], upstream: ones, trainingStep: step)
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.9] as [Float]) func dropsItsRateAndScalesTheRest(_ rate: Float) throws {
    let output = try probe(rate: rate).output
    let kept = output.elements.filter { $0 != 0 }
    #expect(kept.allSatisfy { abs($0 - 1 / (1 - rate)) < 1e-6 })
    // Five standard deviations of a binomial distribution.
    let count = Double(output.count)
    let expected = count * (1 - Double(rate))
    let deviation = (count * Double(rate) * (1 - Double(rate))).squareRoot()
    #expect(abs(Double(kept.count) - expected) < 5 * deviation)
  }

  @Test func placesAreIndependent() throws {
    let output = try probe(rate: 0.5).output
    for distance in [1, 2, 3, 4, 1000] {
      let pairs = zip(output.elements, output.elements.dropFirst(distance))
      let equal = Double(pairs.count { ($0 == 0) == ($1 == 0) })
      let count = Double(output.count - distance)
      #expect(abs(equal - count / 2) < 5 * (count / 4).squareRoot(), "distance \(distance)")
    }
  }

  @Test func maskFollowsSeedStepAndName() throws {
    let first = try probe(rate: 0.5).output
    #expect(try probe(rate: 0.5).output == first)
    #expect(try probe(rate: 0.5, step: 1).output != first)
    #expect(try probe(rate: 0.5, seed: 2).output != first)
    #expect(try probe(rate: 0.5, name: "another").output != first)
  }

  @Test(arguments: [[3, 7], [2, 3, 5], [2, 3, 4, 5]] as [Shape]) func gradientUsesTheSameMask(_ shape: Shape) throws {
    let input = FormulaTensor.make(name: "input", shape: shape, role: .gamma)  // Nowhere 0.
    let upstream = FormulaTensor.make(name: "upstream", shape: shape, role: .input)
    let probe = try GradientProbe(Dropout(0.4, seed: 7, name: "dropout"), inputs: [input], upstream: upstream)
    let expected = zip(zip(probe.output.elements, input.elements), upstream.elements).map { $0.0 / $0.1 * $1 }
    #expect(probe.inputGradients[0].mismatch(Tensor(shape: shape, expected), atol: 1e-6, rtol: 1e-6) == nil)
    #expect(probe.output.elements.contains(0))
  }

  /// Where the noise shape says 1, one decision stands for all; samples never share one.
  @Test func sharedDecisions() throws {
    let shape: Shape = [64, 3, 4, 5]
    let ones = Tensor(repeating: 1, shape: shape)
    func output(_ layer: Layer) throws -> [Float] {
      let probe = try GradientProbe(layer, inputs: [ones], upstream: ones)
      #expect(probe.inputGradients[0].mismatch(probe.output, atol: 1e-6) == nil)
      return probe.output.elements
    }
    let samples = try output(Dropout(0.5, noiseShape: [nil, 1, 1, 1], seed: 1, name: "drop"))
    let decisions = (0..<64).map { samples[$0 * 60] }
    for (index, value) in samples.enumerated() { #expect(value == decisions[index / 60]) }
    #expect(Set(decisions) == [0, 2])
    // Five standard deviations.
    #expect(abs(decisions.count { $0 == 0 } - 32) <= 20)

    let channels = try output(SpatialDropout2D(0.5, seed: 1, name: "drop"))
    var perChannel: [Float] = []
    for sample in 0..<64 { perChannel += channels[(sample * 60)..<(sample * 60 + 5)] }
    for (index, value) in channels.enumerated() { #expect(value == perChannel[index / 60 * 5 + index % 5]) }
    #expect(abs(perChannel.count { $0 == 0 } - 160) <= 44)
    // A layer's mask has the same decisions under either name for it.
    #expect(try output(Dropout(0.5, noiseShape: [nil, 1, 1, 5], seed: 1, name: "drop")) == channels)
    #expect(
      try output(Dropout(0.5, noiseShape: [nil, nil, nil, nil], seed: 1, name: "drop"))
        == output(Dropout(0.5, seed: 1, name: "drop")))
  }

  @Test(arguments: [[1, 1, 1], [nil, 1], [nil, 2, 1]] as [[Int?]]) func noiseShapesThatDoNotFit(_ noise: [Int?]) {
    let symbol = Input(shape: [3, 4])
    let model = Model(inputs: symbol, outputs: Dropout(0.5, noiseShape: noise, name: "drop")(symbol))
    let error = #expect(throws: GraftError.self) { try model.graph() }
    #expect(error?.code == .shapeMismatch)
    #expect(
      error?.message.hasPrefix("drop: noiseShape must start with nil for the batch and then have nil or 1") == true)
  }

  @Test func inferenceIsTheIdentity() throws {
    let symbol = Input(shape: [100])
    let input = FormulaTensor.make(name: "input", shape: [4, 100], role: .input)
    #expect(try Model(inputs: symbol, outputs: Dropout(0.5)(symbol)).results(for: input) == input)
  }

  @Test func rateZeroIsTheIdentityForwardAndBackward() throws {
    let probe = try probe(rate: 0, shape: [3, 5])
    #expect(probe.output == Tensor(repeating: 1, shape: [3, 5]))
    #expect(probe.inputGradients[0].mismatch(Tensor(repeating: 1, shape: [3, 5]), atol: 1e-6) == nil)
  }

  @Test(arguments: [-0.1, 1, .nan] as [Float]) func rateOutsideItsRangeIsAnError(_ rate: Float) {
    let symbol = Input(shape: [4])
    let model = Model(inputs: symbol, outputs: Dropout(rate, name: "drop")(symbol))
    #expect(throws: GraftError(.invalidArgument, "drop: the rate must lie in [0, 1). Received: \(rate).")) {
      try model.graph()
    }
  }

  @Test func frozenDropoutsDropNothing() throws {
    let input = Input(shape: [8])
    let dropout = Dropout(0.5)
    let model = Model(inputs: input, outputs: Dense(3)(dropout(input)))
    #expect(Regions(try model.graph()).frozen.nodes.count == 1)
    dropout.isTrainable = false
    let frozen = Regions(try model.graph()).frozen
    #expect(frozen.nodes.count == 2)
    guard case .dropout(let operation) = try #require(frozen.nodes.last).operation else {
      Issue.record("\(frozen.dump)")
      return
    }
    #expect(operation.rate == 0)
  }
}
