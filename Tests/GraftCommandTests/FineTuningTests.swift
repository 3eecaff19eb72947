internal import Foundation
internal import Graft
internal import GraftCore
internal import Testing

/// `graft train --fine-tune-from`.
@Suite(.serialized) struct FineTuningTests {
  private static let options = ["--epochs", "3", "--seed", "3", "--batch-size", "8"]

  private func weights(_ path: String) async throws -> [String: Tensor] {
    let model = try await GraftModel(contentsOf: path).model
    var weights: [String: Tensor] = [:]
    for layer in model.allLayers {
      for variable in layer.variables { weights["\(layer.name)/\(variable.name)"] = variable.value }
    }
    return weights
  }

  @Test("The top first, then the base from a layer on; what lies below stays bit for bit")
  func phases() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let test = try folder.photos("test", count: 3, seed: 4)
    let head = try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--json", "-o",
        folder("head.graft"),
      ]
        + Self.options
    ).json()
    let run = try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--json", "-o",
        folder("m.graft"), "--test",
        test,
        "--fine-tune-from", "second", "--fine-tune-epochs", "2", "--fine-tune-learning-rate", "0.01",
      ] + Self.options)
    let report = try run.json()
    let history = try #require(report["history"]?.array)
    #expect(history.map { $0["epoch"]?.int } == [1, 2, 3, 4, 5])
    #expect(history.map { $0["phase"]?.int } == [1, 1, 1, 2, 2])
    // The first phase is what the run without fine-tuning is.
    let first = try #require(head["history"]?.array)
    for (epoch, other) in zip(history, first) {
      for name in ["loss", "accuracy", "val_loss", "val_accuracy"] { #expect(epoch[name] == other[name]) }
    }
    let phases = try #require(report["phases"]?.array)
    #expect(phases.map { $0["name"] } == ["dense head", "fine-tuning from second"])
    #expect(phases.map { $0["epochs"] } == [3, 2])
    #expect(phases.map { $0["trained_weights"] } == [3075, 3659])
    #expect(report["test"]?["count"] == 9)

    let provenance = try await GraftModel(contentsOf: folder("m.graft")).provenance
    #expect(provenance.history.map(\.epoch) == [1, 2, 3, 4, 5])
    #expect(provenance.phases?.map(\.epochs) == [3, 2])
    #expect(provenance.settings?["fine-tune-from"] == "second")
    #expect(provenance.settings?["fine-tune-learning-rate"] == "0.01")
    #expect(provenance.settings?["output"] == nil && provenance.settings?["base"] == nil)
    let (before, after) = (try await weights(folder("head.graft")), try await weights(folder("m.graft")))
    for name in ["first/kernel", "first/bias"] { #expect(before[name] == after[name]) }
    for name in ["second/kernel", "head_dense/kernel", "head_predictions/bias"] { #expect(before[name] != after[name]) }

    let text = try await Command.run("inspect", folder("m.graft"))
    #expect(text.output.contains("phase 2") && text.output.contains("fine-tuning from second: 2 epochs, 3,659 weights"))
    #expect(text.output.contains("second … head_predictions") && text.output.contains("Trainable"))
    let parts = try #require(try await Command.run("inspect", folder("m.graft"), "--json").json()["parts"]?.array)
    #expect(parts.map { $0["trainable"] } == [false, true])
    #expect(parts.map { $0["parameters"] } == [224, 3659])
    #expect(parts.map { $0["layers"] } == [1, 3])
  }

  @Test("Several starts thaw the base gradually; the text shows every phase")
  func gradually() async throws {
    let folder = try TestFolder()
    let run = try await Command.train(
      try folder.photos(), to: folder("m.graft"), "--epochs", "1", "--fine-tune-from", "second,1", "--fine-tune-epochs",
      "2,1", "--fine-tune-learning-rate", "0.001,0.0001", "--fine-tune-rate-decay", "0.5")
    #expect(run.succeeded, "\(run.errors)")
    for words in [
      "phase 1 of 3: the new top, 3,075 weights, 1 epoch", "phase 2 of 3: fine-tuning from second on, 3,659 weights",
      "phase 3 of 3: fine-tuning from 1.0 on, 3,883 weights, 1 epoch", "3 fine-tuning from 1.0",
    ] { #expect(run.output.contains(words), "\"\(words)\" is not in: \(run.output)") }
    let provenance = try await GraftModel(contentsOf: folder("m.graft")).provenance
    #expect(provenance.phases?.map(\.epochs) == [1, 2, 1])
    #expect(provenance.phases?.map(\.trainableParameters) == [3075, 3659, 3883])
  }

  @Test("Wrong starts are refused before anything is trained")
  func wrongStarts() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    for (start, words) in [
      ("secand", "second"), ("pool", "no layer of the base has weights to train"), ("first,second", "deeper layer"),
    ] {
      let run = try await Command.train(photos, to: folder("m.graft"), "--json", "--fine-tune-from", start)
      run.expectFailure(words)
      #expect(!run.errors.contains("Epoch"))
    }
    #expect(try folder.contents().keys.allSatisfy { $0.hasPrefix("photos/") })
  }

  @Test("Batch normalisations stay frozen unless asked", arguments: [false, true])
  func batchNorm(trains: Bool) async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let input = Input(shape: [16, 16, 3], preprocessing: .scaledToMinusOneToOne, name: "pictures")
    var x = Conv2D(8, kernelSize: 3, strides: 2, useBias: false, name: "conv")(input)
    x = BatchNormalization(name: "norm")(x)
    x = GlobalAveragePooling2D(name: "pool")(ReLU(name: "relu")(x))
    let model = Model(inputs: input, outputs: Dense(2, activation: .softmax, name: "old")(x), name: "normed")
    try await GraftModel(model, classNames: ["a", "b"]).write(to: folder("base.graft"))
    let run = try await Command.run(
      [
        "train", photos, "--base", folder("base.graft"), "--head", "dense", "--json", "-o", folder("m.graft"),
        "--epochs", "1",
        "--fine-tune-from", "conv", "--fine-tune-epochs", "2", "--fine-tune-learning-rate", "0.01",
      ] + (trains ? ["--fine-tune-batch-norm", "train"] : []))
    #expect(run.succeeded, "\(run.errors)")
    let (before, after) = (try await weights(folder("base.graft")), try await weights(folder("m.graft")))
    #expect(before["conv/kernel"] != after["conv/kernel"])
    for name in ["gamma", "beta", "moving_mean", "moving_variance"] {
      #expect((before["norm/\(name)"] != after["norm/\(name)"]) == trains, "\(name)")
    }
  }
}
