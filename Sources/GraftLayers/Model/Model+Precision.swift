public import GraftGraph

extension Model {
  /// How the frozen part is computed with whole numbers of 8 bits; nil if it is not.
  public package(set) var quantization: Quantization? {
    get { (input.layer as? InputLayer)?.quantization }
    set { (input.layer as? InputLayer)?.quantization = newValue }
  }

  /// What the frozen part is computed with.
  public var precision: Precision { quantization == nil ? .float32 : .int8 }

  /// Lets the whole network be computed with floats again. Its weights were floats all the time.
  public func removeQuantization() { quantization = nil }

  /// The operations of the network as they are run: the quantised part with whole numbers.
  package func runnableGraph() throws -> Graph {
    let graph = try graph()
    return quantization.map { graph.quantized(by: $0) } ?? graph
  }
}
