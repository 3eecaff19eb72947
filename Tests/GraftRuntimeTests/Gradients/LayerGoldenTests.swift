import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Layers one by one against Keras: results, gradients of inputs and weights, updated statistics.
@Suite struct LayerGoldenTests {
  struct Case: Decodable {
    let className: String
    let config: JSONValue
    let training: Bool
  }

  static let cases = (try? GoldenFile.cases(in: "layers")) ?? []

  @Test func thereAreCases() {
    #expect(Self.cases.count == 173)
  }

  @Test(arguments: cases) func layerIsKerass(_ name: String) throws {
    let golden = try GoldenFile(name)
    let example = try golden.parameters(Case.self)
    let layer = try LayerRegistry.make(className: example.className, configuration: example.config)
    let inputs = try golden.names.filter { $0.hasPrefix("input/") }.map { try golden.tensor($0) }
    let symbols = inputs.map { Input(shape: $0.shape.droppingFirst) }
    let symbol = layer(symbols)
    for variable in layer.variables {
      // The file keeps a number as a list of one.
      try variable.assign(golden.tensor("weight/\(variable.name)").reshaped(variable.shape))
    }
    let expected = try golden.tensor("output")
    #expect(symbol.shape == expected.shape.droppingFirst)

    if inputs.count == 1, !example.training {
      let output = try Model(inputs: symbols[0], outputs: symbol).results(for: inputs[0])
      #expect(output.mismatch(expected, atol: 2e-6, rtol: 2e-6) == nil)
    }
    // What Keras runs with training off is here a step of training without its noise.
    guard !example.className.hasSuffix("Dropout"), !example.className.hasSuffix("Dropout2D"),
      !TrainingOnlyLayer.classNames.contains(example.className)
    else { return }
    let probe = try GradientProbe(
      layer, inputs: inputs, upstream: golden.tensor("upstream"), usesBatchStatistics: example.training)
    #expect(probe.output.mismatch(expected, atol: 2e-6, rtol: 2e-6) == nil)
    for (index, gradient) in probe.inputGradients.enumerated() {
      let expected = try golden.tensor("input_gradient/\(index)")
      #expect(gradient.mismatch(expected, atol: 5e-6, rtol: 5e-6) == nil, "gradient of input \(index)")
    }
    let weights = golden.names.filter { $0.hasPrefix("gradient/") }
    #expect(probe.gradients.keys.sorted() == weights.map { String($0.dropFirst("gradient/".count)) })
    for (name, gradient) in probe.gradients {
      #expect(
        gradient.mismatch(try golden.tensor("gradient/\(name)"), atol: 5e-6, rtol: 5e-6) == nil, "gradient of \(name)")
    }
    for name in golden.names where name.hasPrefix("updated/") {
      let variable = String(name.dropFirst("updated/".count))
      let received = try probe.state[variable] ?? #require(layer.variables.first { $0.name == variable }).value
      #expect(received.mismatch(try golden.tensor(name), atol: 1e-6, rtol: 1e-6) == nil, "\(variable) after the step")
    }
  }

  @Test func trainingOnlyLayersAreCovered() {
    let covered = Self.cases.filter { $0.contains("training_only_") }.map {
      $0.split(separator: "_").last.map(String.init)
    }
    #expect(covered.compactMap(\.self).sorted() == TrainingOnlyLayer.classNames)
  }

  /// What a layer would do in training, and Graft does not, is never left out in silence.
  @Test func trainingThroughATrainingOnlyLayerNamesIt() throws {
    let layer = try LayerRegistry.make(
      className: "GaussianNoise", configuration: ["name": "noise", "stddev": 0.5])
    let x = FormulaTensor.make(name: "input", shape: [2, 3], role: .input)
    func probe() throws -> GradientProbe { try GradientProbe(layer, inputs: [x], upstream: x) }
    let error = #expect(throws: GraftError.self) { try probe() }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("Layer \"noise\" (GaussianNoise) does something in training") == true)
    layer.isTrainable = false
    #expect(try probe().output.mismatch(x) == nil)
    #expect(try probe().inputGradients[0].mismatch(x) == nil)
  }

  /// The engine's gradients against central differences of its own results, in 32 bits.
  @Test(
    arguments: cases.filter { name in
      [
        "transpose", "group_", "unit_", "average_2", "maximum", "minimum", "subtract", "repeated", "dot_", "permute",
        "repeat_vector", "relu", "re_lu", "elu_2", "softmax_ax", "up_sampling", "resizing", "center_crop", "adaptive",
      ].contains { name.contains($0) }
    }) func differencesCheckGradients(_ name: String) throws
  {
    let golden = try GoldenFile(name)
    let example = try golden.parameters(Case.self)
    let layer = try LayerRegistry.make(className: example.className, configuration: example.config)
    let inputs = try golden.names.filter { $0.hasPrefix("input/") }.map { try golden.tensor($0) }
    _ = layer(inputs.map { Input(shape: $0.shape.droppingFirst) })
    for variable in layer.variables { try variable.assign(golden.tensor("weight/\(variable.name)")) }
    let upstream = try golden.tensor("upstream")
    let gradients = try GradientProbe(layer, inputs: inputs, upstream: upstream).inputGradients
    let samples = inputs.map { $0.rows(0..<1) }
    let step: Float = 1.0 / 128
    for (index, sample) in samples.enumerated() {
      // Some elements of the first sample, each shifted by four distances: all of it is one batch.
      let elements = Array(stride(from: 0, to: sample.count, by: max(1, sample.count / 7)))
      let shifted = elements.flatMap { element in
        [step, -step, step / 2, -step / 2].flatMap { distance in
          var values = sample.elements
          values[element] += distance
          return values
        }
      }
      let count = 4 * elements.count
      let batch = samples.enumerated().map { place, other in
        let values = place == index ? shifted : (0..<count).flatMap { _ in other.elements }
        return Tensor(shape: other.shape.droppingFirst.prepending(count), values)
      }
      var builder = GraphBuilder()
      let nodes = batch.map { builder.graph.addInput(name: "x", shape: $0.shape.droppingFirst) }
      builder.graph.outputs = [try layer.emit(nodes, into: &builder)]
      let results = try builder.graph.results(for: batch)[0]
      let weights = upstream.rows(0..<1).elements
      let values = (0..<count).map { row in
        zip(results.rows(row..<(row + 1)).elements, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      for (place, element) in elements.enumerated() {
        let (coarse, difference) = (
          (values[4 * place] - values[4 * place + 1]) / Double(2 * step),
          (values[4 * place + 2] - values[4 * place + 3]) / Double(step)
        )
        // The step's square and rounding of sums of some hundred terms, divided by the step.
        let tolerance = 2e-3 * max(1, abs(difference))
        // A kink within the step has neither side's slope, and another one for every step.
        if abs(coarse - difference) > tolerance { continue }
        let gradient = Double(gradients[index].elements[element])
        #expect(
          abs(difference - gradient) <= tolerance,
          "input \(index), element \(element): the gradient is \(gradient), differences say \(difference)")
      }
    }
  }

  @Test func unknownLayerIsNamed() throws {
    let error = #expect(throws: GraftError.self) {
      try LayerRegistry.make(className: "Softmin", configuration: ["name": "last", "axis": 1])
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("Layer \"last\" has the class Softmin, which") == true)
    #expect(error?.message.contains("knows is Softmax.") == true)
    #expect(error?.message.hasSuffix("Its configuration: {\"axis\":1,\"name\":\"last\"}.") == true)
  }

  @Test func pythonIsNotRun() {
    let error = #expect(throws: GraftError.self) {
      try LayerRegistry.make(className: "Lambda", configuration: ["name": "code"])
    }
    #expect(error?.message.contains("It holds code of Python") == true)
  }
}
