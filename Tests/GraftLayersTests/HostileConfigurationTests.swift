import Foundation
import GraftCore
import GraftLayers
import Testing

/// Configurations that were not written by Keras, but to do harm: all are errors, and quickly.
@Suite struct HostileConfigurationTests {
  private func layer(_ className: String, _ config: [String: JSONValue]) -> JSONValue {
    ["class_name": .string(className), "config": .object(config)]
  }

  private func sequential(_ input: [Int], _ layers: [JSONValue], name: String = "s") -> JSONValue {
    let entry = layer("InputLayer", ["name": "i", "batch_shape": .array([.null] + input.map { .int($0) })])
    return layer("Sequential", ["name": .string(name), "layers": .array([entry] + layers)])
  }

  private func refusal(_ configuration: JSONValue) -> GraftError.Code? {
    do {
      let model = try ModelReader.model(configuration)
      _ = model.parameterCount
      return nil
    } catch { return (error as? GraftError)?.code }
  }

  @Test("Sizes whose products cannot be counted") func overflow() {
    let large: JSONValue = .int(1 << 20)
    let kernel: JSONValue = [.int(1 << 20), .int(1 << 20)]
    let wide = layer("Conv2D", ["name": "a", "filters": large, "kernel_size": [1, 1]])
    #expect(
      refusal(
        sequential(
          [4, 4, 8],
          [wide, layer("Conv2D", ["name": "b", "filters": large, "kernel_size": kernel, "padding": "same"])]))
        == .shapeMismatch)
    let deep = (0..<4).map {
      layer("DepthwiseConv2D", ["name": .string("d\($0)"), "depth_multiplier": large, "kernel_size": [1, 1]])
    }
    #expect(refusal(sequential([4, 4, 8], deep)) == .shapeMismatch)
    let shape: JSONValue = .array(Array(repeating: large, count: 5))
    #expect(
      refusal(sequential([4, 4, 4], [layer("Reshape", ["name": "r", "target_shape": shape])])) == .shapeMismatch)
    let open: JSONValue = .array([-1] + Array(repeating: large, count: 5))
    #expect(refusal(sequential([4, 4, 4], [layer("Reshape", ["name": "r", "target_shape": open])])) == .shapeMismatch)
    let two: JSONValue = [-1, -1, -4]
    #expect(refusal(sequential([4, 4, 4], [layer("Reshape", ["name": "r", "target_shape": two])])) != nil)
    let padding = (0..<60).map { layer("ZeroPadding2D", ["name": .string("p\($0)"), "padding": [kernel, kernel]]) }
    #expect(refusal(sequential([4, 4, 4], padding)) == .shapeMismatch)
    let first = layer(
      "Dense", ["name": "d", "units": 3, "batch_input_shape": [nil, .int(1 << 62), .int(1 << 62), .int(1 << 62)]])
    #expect(refusal(layer("Sequential", ["name": "s", "layers": [first]])) == .shapeMismatch)
  }

  @Test("A call of a layer before its first one") func negativeCall() {
    let text = """
      {"class_name": "Functional", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_shape": [null, 4]}, "inbound_nodes": []},
        {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2}, "inbound_nodes": [[["i", -7, 0, {}]]]}],
        "input_layers": [["i", 0, 0]], "output_layers": [["d", -1, 0]]}}
      """
    // There is but one call, which is what is meant.
    #expect(refusal((try? JSONValue(parsing: text)) ?? .null) == nil)
  }

  @Test("Models in models without end") func nesting() {
    var inner = layer("Activation", ["name": "a", "activation": "relu"])
    for depth in 0..<30 { inner = sequential([4], [inner], name: "n\(depth)") }
    #expect(refusal(inner) == .unsupported)
  }

  @Test("Models that are called twice by models that are called twice") func doubling() {
    func entry(_ className: String, _ name: String, _ config: JSONValue, _ inputs: [(String, Int)]) -> JSONValue {
      let nodes: [JSONValue] = inputs.map { [[.string($0.0), .int($0.1), 0, [:]]] }
      return [
        "class_name": .string(className), "name": .string(name), "config": config, "inbound_nodes": .array(nodes),
      ]
    }
    func model(_ depth: Int) -> JSONValue {
      let input = entry("InputLayer", "i", ["name": "i", "batch_shape": [nil, 4]], [])
      let relu: JSONValue = ["name": "a", "activation": "relu"]
      let layers: [JSONValue] =
        depth == 0
        ? [input, entry("Activation", "a", relu, [("i", 0)])]
        : [
          input, entry("Functional", "m", model(depth - 1), [("i", 0), ("m", 0)]),
          entry("Activation", "a", relu, [("m", 1)]),
        ]
      return [
        "name": "m", "layers": .array(layers), "input_layers": [["i", 0, 0]], "output_layers": [["a", 0, 0]],
      ]
    }
    #expect(refusal(["class_name": "Functional", "config": model(3)]) == nil)
    #expect(refusal(["class_name": "Functional", "config": model(15)]) == .unsupported)
  }

  @Test("Layers in an order that takes as many passes as there are layers") func order() {
    var layers: [JSONValue] = [
      [
        "class_name": "InputLayer", "name": "a0", "config": ["name": "a0", "batch_shape": [nil, 4]],
        "inbound_nodes": [],
      ]
    ]
    for number in (1...600).reversed() {
      let name: JSONValue = .string("a\(number)")
      layers.append([
        "class_name": "Activation", "name": name, "config": ["name": name, "activation": "relu"],
        "inbound_nodes": [[[.string("a\(number - 1)"), 0, 0, [:]]]],
      ])
    }
    let config: JSONValue = [
      "name": "m", "layers": .array(layers), "input_layers": [["a0", 0, 0]], "output_layers": [["a600", 0, 0]],
    ]
    #expect(refusal(["class_name": "Functional", "config": config]) == .corrupt)
  }

  @Test("A chain of thousands of layers goes as it came, on the smallest of stacks") func chain() {
    let text = sequential(
      [4], (0..<5000).map { layer("Activation", ["name": .string("a\($0)"), "activation": "relu"]) })
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      #expect((try? ModelReader.model(text))?.layers.count == 5001)
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
  }
}
