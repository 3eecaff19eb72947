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
    #expect(Self.cases.count == 77)
  }

  @Test(arguments: cases.filter { !$0.hasSuffix("softmax_axis_1") }) func layerIsKerass(_ name: String) throws {
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
    guard !example.className.hasSuffix("Dropout"), !example.className.hasSuffix("Dropout2D") else { return }
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

  @Test func unknownLayerIsNamed() throws {
    let example = try GoldenFile("layers/softmax_axis_1").parameters(Case.self)
    let error = #expect(throws: GraftError.self) {
      try LayerRegistry.make(className: example.className, configuration: example.config)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("Layer \"softmax\" has the class Softmax") == true)
  }
}
