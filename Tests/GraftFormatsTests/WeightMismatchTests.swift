import GraftCore
import GraftFormats
import Testing

@Suite struct WeightMismatchTests {
  @Test(
    "Missing, left-over and misshapen weights come in one error",
    arguments: [
      ("keras2_plain_weights.h5", "legacy Keras .h5 weights", "zeta/zeta/kernel:0", "alpha/alpha/bias:0"),
      ("keras3_plain_weights.weights.h5", "Keras 3 .weights.h5", "layers/dense/vars/0", "layers/dense_1/vars/1"),
    ])
  func all(file: String, kind: String, misshapen: String, leftOver: String) throws {
    let fixture = try KerasFixture(file.split(separator: ".").first.map(String.init) ?? "")
    var layers = fixture.flat
    let zeta = try #require(layers.firstIndex { $0.name == "zeta" })
    layers[zeta].variables[0].shape = [6, 9]
    let alpha = try #require(layers.firstIndex { $0.name == "alpha" })
    layers[alpha].variables.removeLast()
    layers.append(
      LayerSlots(name: "omega", className: "Dense", variables: [VariableSlot(name: "kernel", shape: [3, 2])]))
    let weights = try KerasWeightFile(contentsOf: Fixture.path(file))
    let refused = try #require(error { _ = try weights.tensors(for: layers) })
    #expect(refused.code == .weightMismatch)
    #expect(refused.message.contains(kind), "\(refused)")
    #expect(refused.message.contains("1 missing from the file:\n    omega/kernel (3, 2)"), "\(refused)")
    #expect(
      refused.message.contains("zeta/kernel: expected (6, 9), received (6, 5) at '\(misshapen)'"), "\(refused)")
    #expect(refused.message.contains("1 left over in the file:\n    \(leftOver) (3,)"), "\(refused)")
    // A bias too many is another layer, not an extra one.
    let tolerant = try #require(error { _ = try weights.tensors(for: layers, allowExtra: true) })
    #expect(tolerant.message.contains(leftOver), "\(tolerant)")
  }

  @Test("Long lists are cut, their lengths told")
  func longLists() throws {
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras2_plain_weights.h5"))
    let layers = (0..<300).map {
      LayerSlots(name: "layer_\($0)", className: "Dense", variables: [VariableSlot(name: "kernel", shape: [3, 2])])
    }
    let refused = try #require(error { _ = try weights.tensors(for: layers) })
    #expect(refused.message.contains("300 missing from the file"), "\(refused)")
    #expect(refused.message.contains("… and 288 more"), "\(refused)")
    #expect(refused.message.utf8.count < 4000)
  }

  @Test("A file with one weight cut out names that weight")
  func oneMissing() throws {
    let fixture = try KerasFixture("keras3_nested_model")
    var layers = fixture.nested
    layers.append(LayerSlots(name: "late", className: "Dense", variables: [VariableSlot(name: "bias", shape: [7])]))
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras3_nested_model.h5"))
    let refused = try #require(error { _ = try weights.tensors(for: layers) })
    #expect(refused.message.contains("1 missing from the file:\n    late/bias (7,)"), "\(refused)")
    #expect(!refused.message.contains("left over"), "\(refused)")
  }

  @Test("A depthwise layer's weight has two names, another layer's kernel only one")
  func depthwiseAlias() throws {
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras2_plain_weights.h5"))
    func slots(_ className: String) -> [LayerSlots] {
      let name = "expanded_conv_depthwise"
      return [
        LayerSlots(
          name: name, className: className,
          variables: [VariableSlot(name: "kernel", shape: [3, 3, 4, 1]), VariableSlot(name: "bias", shape: [4])])
      ]
    }
    #expect(try weights.tensors(for: slots("DepthwiseConv2D"), allowExtra: true)[0].count == 2)
    let refused = try #require(error { _ = try weights.tensors(for: slots("Conv2D"), allowExtra: true) })
    #expect(refused.message.contains("depthwise_kernel:0"), "\(refused)")
  }
}
