import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

@testable import GraftRuntime

/// Functions that something else than Graft computes, in the middle of a graph.
@Suite struct ForeignFunctionTests {
  /// The sum of each sample's rows, and of its squares.
  private final class Sums: ForeignFunction {
    let fingerprint = "sums"
    let failsAbove: Float

    init(failsAbove: Float = .infinity) { self.failsAbove = failsAbove }

    func resultShape(for shape: Shape) throws -> Shape { [2] }

    func run(
      _ input: UnsafeBufferPointer<Float>, shape: Shape, into result: UnsafeMutableBufferPointer<Float>
    ) throws {
      let count = shape.droppingFirst.count
      for sample in 0..<shape[0] {
        let numbers = input[(sample * count)..<((sample + 1) * count)]
        guard numbers.allSatisfy({ $0 <= failsAbove }) else { throw GraftError(.kernel, "too large") }
        result[2 * sample] = numbers.reduce(0, +)
        result[2 * sample + 1] = numbers.reduce(0) { $0 + $1 * $1 }
      }
    }
  }

  private func graph(_ function: Sums) throws -> Graph {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [2, 2, 3])
    let doubled = try graph.append(.rescaling(scale: 2, offset: 0), name: "double", inputs: [x])
    let sums = try graph.append(
      .foreign(ForeignOperation(function, shape: [2])), name: "sums", inputs: [doubled])
    graph.outputs = [try graph.append(.rescaling(scale: 1, offset: 1), name: "one", inputs: [sums])]
    return graph
  }

  @Test("Its result is part of the graph's, for any batch")
  func results() throws {
    let graph = try graph(Sums())
    for batch in [1, 3] {
      let x = FormulaTensor.make(name: "x", shape: [batch, 2, 2, 3], role: .input)
      let expected = (0..<batch).flatMap { sample -> [Float] in
        let numbers = x.elements[(sample * 12)..<((sample + 1) * 12)].map { 2 * $0 }
        return [numbers.reduce(0, +) + 1, numbers.reduce(0) { $0 + $1 * $1 } + 1]
      }
      let result = try graph.results(for: [x])[0]
      #expect(result.mismatch(Tensor(shape: [batch, 2], expected), atol: 1e-6, rtol: 1e-6) == nil)
    }
  }

  @Test("Its errors are the run's, and the next run is none the worse")
  func errors() throws {
    let context = try ExecutionContext(ExecutionPlan(graph(Sums(failsAbove: 3)), batchSize: 1, mode: .inference))
    let error = #expect(throws: GraftError.self) {
      _ = try context.results(for: [Tensor(repeating: 2, shape: [1, 2, 2, 3])])
    }
    #expect(error?.message == "too large")
    #expect(try context.results(for: [Tensor(repeating: 1, shape: [1, 2, 2, 3])])[0].elements == [25, 49])
  }

  @Test("Two functions of one fingerprint are one operation, and what is kept of features depends on it")
  func fingerprints() throws {
    let (a, b) = (ForeignOperation(Sums(), shape: [2]), ForeignOperation(Sums(), shape: [2]))
    #expect(a == b && a.hashValue == b.hashValue && a != ForeignOperation(Sums(), shape: [3]))
    #expect("\(GraftGraph.Operation.foreign(a))".contains("sums"))
  }

  @Test("What comes before it cannot be trained")
  func gradient() throws {
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: [3])
    let kernel = graph.add(
      Parameter(name: "kernel", value: Tensor(repeating: 1, shape: [3, 3]), role: .trainable))
    let dense = try graph.append(
      .dense(.init(units: 3, hasBias: false)), name: "dense", inputs: [x], parameters: [kernel])
    graph.outputs = [
      try graph.append(.foreign(ForeignOperation(Sums(), shape: [2])), name: "sums", inputs: [dense])
    ]
    let error = #expect(throws: GraftError.self) {
      _ = try graph.differentiated(loss: LossFunction(.meanSquaredError), targetShape: [2])
    }
    #expect(error?.message.contains("cannot be trained") == true)
  }
}
