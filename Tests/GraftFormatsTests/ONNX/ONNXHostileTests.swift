import Foundation
import GraftCore
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// ONNX files that nobody should have written: every one ends in an error that says why, quickly and in little memory.
@Suite struct ONNXHostileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ bytes: [UInt8]) -> GraftError? {
    error { _ = try ONNXModel(contentsOf: folder.write(bytes, "hostile.onnx")).model() }
  }

  private func failure(_ build: (inout ONNXText) -> Void) -> GraftError? {
    var text = ONNXText()
    build(&text)
    return failure(text.bytes)
  }

  @Test("An operator that is not known: node, operator, attributes and what is known")
  func unknown() {
    let error = failure {
      $0.node("Relu", ["x"], ["a"])
      $0.node("LRN", ["a"], ["y"], [("size", [5])])
    }
    #expect(error?.code == .unsupported)
    for part in ["\"the_LRN\"", "(LRN)", "size = 5", "GlobalAveragePool", "\"the_Relu\""] {
      #expect(error?.message.contains(part) == true, "\(part): \(error?.message ?? "")")
    }
    let other = failure { $0.node("Relu", ["x"], ["y"], domain: "com.example") }
    #expect(other?.message.contains("com.example.Relu") == true)
    #expect(failure { $0.node("If", ["x"], ["y"]) }?.code == .unsupported)
    #expect(failure { $0.opset = 6 }?.message.contains("opset 6") == true)
  }

  @Test("What is not known behind the wanted layer does no harm")
  func tail() throws {
    var text = ONNXText()
    text.node("Relu", ["x"], ["a"])
    text.node("NonMaxSuppression", ["a"], ["y"])
    let file = try ONNXModel(contentsOf: folder.write(text.bytes, "tail.onnx"))
    #expect(error { _ = try file.model() }?.message.contains("NonMaxSuppression") == true)
    #expect(try file.model(endingAt: "the_Relu").output.shape == [8, 8, 3])
  }

  @Test("Graphs that do not hold together")
  func graphs() {
    // A circle, a name that nothing makes, one that two make, and an output without the input.
    #expect(
      failure {
        $0.node("Add", ["x", "b"], ["a"])
        $0.node("Relu", ["a"], ["b"])
        $0.node("Relu", ["b"], ["y"])
      }?.code == .corrupt)
    #expect(failure { $0.node("Relu", ["nothing"], ["y"]) }?.code == .corrupt)
    #expect(
      failure {
        $0.node("Relu", ["x"], ["y"])
        $0.node("Tanh", ["x"], ["y"])
      }?.code == .corrupt)
    #expect(failure { $0.constant("y", [1]) }?.code == .corrupt)
    #expect(failure { $0.outputs = [] }?.code == .corrupt)
    #expect(failure { $0.node("Relu", [], ["y"]) }?.code == .corrupt)
  }

  @Test("Numbers that cannot be")
  func numbers() {
    let huge = Int.max / 2
    #expect(failure { $0.constant("w", [huge, huge], floats: 1) }?.code == .corrupt)
    #expect(failure { $0.constant("w", [0, huge, huge], floats: 0) }?.code == .corrupt)
    #expect(failure { $0.constant("w", [-1], floats: 1) }?.code == .corrupt)
    #expect(failure { $0.lengths = [nil, 3, huge, huge] } != nil)
    #expect(failure { $0.lengths = [nil, 3, 60_000, 60_000] } != nil)
    func convolution(_ attributes: [(String, [Int])], _ shape: [Int] = [2, 3, 1, 1]) -> GraftError? {
      failure {
        $0.constant("w", shape)
        $0.node("Conv", ["x", "w"], ["y"], attributes)
      }
    }
    #expect(convolution([]) == nil)
    for attributes in [
      [("pads", [huge, huge, huge, huge])], [("strides", [0, 1])], [("dilations", [huge, 1])], [("group", [0])],
      [("group", [huge])], [("pads", [-1, 0, 0, 0])], [("strides", [2, 2, 2])], [("kernel_shape", [3, 3])],
    ] {
      #expect(convolution(attributes) != nil, "\(attributes)")
    }
    for shape in [[2, 3], [2, 4, 1, 1], [2, 3, 9, 9]] { #expect(convolution([], shape) != nil, "\(shape)") }
    // 4096 on every side, over and over: the picture would grow beyond all bounds.
    let growing = failure {
      var name = "x"
      for index in 0..<12 {
        $0.constant("p\(index)", [8], ints: [0, 0, 4096, 4096, 0, 0, 4096, 4096])
        $0.node("Pad", [name, "p\(index)"], ["y\(index)"])
        name = "y\(index)"
      }
      $0.node("Relu", [name], ["y"])
    }
    #expect(growing?.code == .unsupported)
    for (type, values) in [
      ("Reshape", [-1, huge, huge]), ("Reshape", [0, 0, 0, 0, 0, 7]), ("Reshape", [-1, -1]), ("Unsqueeze", [huge]),
      ("Unsqueeze", [0]), ("Squeeze", [1]), ("Pad", [huge, 0, 0, 0, 0, 0, 0, huge]), ("Pad", [1]),
      ("ReduceMean", [1]),
    ] {
      let error = failure {
        $0.opset = 18
        $0.constant("c", [values.count], ints: values)
        $0.node(type, ["x", "c"], ["y"])
      }
      #expect(error != nil, "\(type) \(values)")
    }
  }

  @Test("Constants that would fill the memory are not made")
  func bombs() {
    let doubling = failure {
      $0.constant("c0", [1], ints: [1])
      for index in 0..<60 { $0.node("Concat", ["c\(index)", "c\(index)"], ["c\(index + 1)"], [("axis", [0])]) }
      $0.node("Reshape", ["x", "c60"], ["y"])
    }
    #expect(doubling?.code == .unsupported)
    let filled = failure {
      $0.constant("n", [2], ints: [1 << 30, 1 << 30])
      $0.node("ConstantOfShape", ["n"], ["c"])
      $0.node("Add", ["x", "c"], ["y"])
    }
    #expect(filled?.code == .unsupported)
    let spread = failure {
      $0.constant("a", [70_000, 1])
      $0.constant("b", [1, 70_000])
      $0.node("Add", ["a", "b"], ["c"])
      $0.node("Add", ["x", "c"], ["y"])
    }
    #expect(spread?.code == .unsupported)
    let overused = failure {
      $0.constant("w", [512, 512, 1, 1])
      $0.lengths = [nil, 512, 1, 1]
      for index in 0..<200 { $0.node("Conv", [index == 0 ? "x" : "a\(index)", "w"], ["a\(index + 1)"]) }
      $0.node("Relu", ["a200"], ["y"])
    }
    #expect(overused?.message.contains("so often") == true)
    let overflowing = failure {
      $0.constant("c0", [1], ints: [Int.max])
      $0.node("Mul", ["c0", "c0"], ["c1"])
      $0.node("Reshape", ["x", "c1"], ["y"])
    }
    #expect(overflowing?.code == .corrupt)
  }

  @Test("Long chains are read, and longer ones refused")
  func chains() throws {
    func chain(_ count: Int) -> [UInt8] {
      var text = ONNXText()
      for index in 0..<count {
        text.node("Relu", [index == 0 ? "x" : "a\(index)"], [index == count - 1 ? "y" : "a\(index + 1)"])
      }
      return text.bytes
    }
    let model = try ONNXModel(contentsOf: folder.write(chain(4000), "chain.onnx")).model()
    #expect(model.layers.count == 4001)
    #expect(failure(chain(ONNXSource.nodeLimit + 1))?.code == .unsupported)
  }

  @Test("Files that are cut anywhere or changed anywhere never crash", arguments: ["torch_flat_17", "torch_modern_11"])
  func damage(_ name: String) throws {
    let bytes = try [UInt8](Data(contentsOf: GoldenFile.folder.appending(path: "onnx_models/\(name).onnx")))
    #expect(failure(bytes) == nil)
    for length in stride(from: 0, to: bytes.count - 24, by: 13) {
      #expect(failure(Array(bytes.prefix(length))) != nil, "cut at \(length)")
    }
    var state: UInt64 = 7
    func random() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    var failures = 0
    for _ in 0..<600 {
      var copy = bytes
      for _ in 0...(random() % 3) { copy[random() % copy.count] = UInt8(truncatingIfNeeded: random()) }
      if failure(copy) != nil { failures += 1 }
    }
    // Most bytes are weights, any of which may be what it likes.
    #expect(failures > 50)
  }
}
