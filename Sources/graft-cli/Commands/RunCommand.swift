internal import ArgumentParser
internal import Graft

/// `graft run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a network on arrays: a batch in, its outputs out.",
    discussion: """
      The input is what the network itself takes, samples along the first axis (NHWC); no preprocessing is applied.

        graft run flowers.graft --input x.npy --output y.npy
      """)

  @Argument(help: "A model (.graft), a whole Keras model (.keras, .h5) or a network in ONNX (.onnx).")
  var model: String

  @Option(help: ArgumentHelp("The batch.", valueName: "x.npy"))
  var input: String

  @Option(help: ArgumentHelp("The outputs to write.", valueName: "y.npy"))
  var output: String

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() async throws {
    let command = self
    let document = try await Interrupt.guarding { try await command.compute() }
    if json { return try Console.print(document) }
    Console.print("\(document["input_shape"] ?? .null) → \(document["output_shape"] ?? .null) in \(output)")
  }

  private func compute() async throws -> JSONValue {
    _ = try OutputPath(output)
    let x = try NPYFile(contentsOf: input).tensor()
    guard x.shape.rank > 0 else {
      throw GraftError(
        .shapeMismatch, "Expected a batch in '\(input)', samples along the first axis. Received one number.")
    }
    let network = try await NetworkFile.model(at: model, for: x.shape.droppingFirst)
    let began = ContinuousClock.now
    let y = try await network.predict(x)
    let seconds = began.secondsSince
    try NPYFile.write(y, to: output)
    return [
      "output": .string(output), "input_shape": .array(x.shape.dimensions.map { .int($0) }),
      "output_shape": .array(y.shape.dimensions.map { .int($0) }), "seconds": .number(seconds),
    ]
  }
}
