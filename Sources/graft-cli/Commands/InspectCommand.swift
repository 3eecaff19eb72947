internal import ArgumentParser
internal import Graft

/// `graft inspect`
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what is in a model or in a file of weights.",
    discussion: """
      A model is checked as for use: a damaged one is refused.

        graft inspect flowers.graft
        graft inspect flowers.graft --graph
        graft inspect flowers.graft --quantisation
        graft inspect dogs.keras
        graft inspect mobilenet_v2_weights.h5
      """)

  @Argument(help: "A model (.graft), a whole Keras model (.keras, .h5) or a file of Keras weights (.h5).")
  var file: String

  @Flag(help: "Show the operations of the frozen and the trainable region as they run, and the kernels.")
  var graph = false

  @Flag(
    name: [.customLong("quantisation"), .customLong("quantization")],
    help: "Show how far each layer of an int8 model is from floats.")
  var quantisation = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() async throws {
    try NetworkFile.checkNotTorch(file)
    if try NetworkFile.isKeras(file) {
      if quantisation { throw GraftError(.unsupported, "'\(file)' is a Keras file: it has float weights only.") }
      let report = try WeightsReport(contentsOf: file)
      try json ? Console.print(report.json()) : Console.print(report.text(graph: graph))
    } else {
      let report = ModelReport(try await GraftModel(contentsOf: file), path: file)
      try json ? Console.print(report.json()) : Console.print(report.text(graph: graph, quantisation: quantisation))
    }
  }
}
