internal import Graft

extension BaseOptions {
  /// Quantises a base, if that is asked for.
  ///
  /// - Parameter paths: The pictures that scales come from.
  func quantize(_ network: BaseNetwork, on paths: [String]) async throws -> Quantization? {
    guard precision == .int8 else { return nil }
    if !precision.isNative {
      Console.error(
        """
        This processor has no instructions for 8-bit numbers (VNNI): int8 gives the same model here, but is no faster than \
        float32.
        """)
    }
    let progress = ProgressCounter("Calibration")
    return try await network.model.quantize(calibratedOn: paths, fit: fit) { progress.show($0, of: $1) }
  }

  /// Looks whether something stays frozen, and so int8, in every phase of fine-tuning.
  func check(_ plan: FineTuningPlan, _ network: BaseNetwork) throws {
    guard precision == .int8 else { return }
    for phase in plan.phases where phase.epochs > 0 {
      let place = try phase.start.index(in: network.model)
      let isFrozen = network.model.allLayers[..<place].contains { $0.parameterCount > 0 && !($0 is BatchNormalization) }
      guard isFrozen else {
        throw GraftError(
          .invalidArgument,
          """
          --precision int8 is for what stays frozen, and fine-tuning from "\(phase.start)" on leaves nothing frozen. Begin at a \
          later layer, or take float32.
          """)
      }
    }
  }
}

extension Quantization {
  /// What came of it, in a line.
  var text: String {
    """
    int8: \(layers.count) layers quantised, calibrated on \(pictures) pictures; cosine of features to float32 \
    \(similarity.decimals(4)), at least \(leastSimilarity.decimals(4)) (\(comparedPictures) pictures)
    """
  }

  /// How far each layer's result is from floats.
  var table: String {
    var table = Table(["layer", "operation", "relative error", "SNR dB", "largest", "scale"], leftColumns: 2)
    for layer in layers {
      table.add([
        layer.name, layer.operation, layer.relativeError.decimals(4), layer.signalToNoise.decimals(1),
        Double(layer.largest).decimals(3), layer.scale.map { Double($0).decimals(6) } ?? "float32",
      ])
    }
    return table.text
  }

  /// The same for JSON.
  var json: JSONValue {
    [
      "pictures": .int(pictures), "compared_pictures": .int(comparedPictures), "tag": .string(tag),
      "mean_cosine": .number(similarity), "least_cosine": .number(leastSimilarity),
      "layers": .array(
        layers.map {
          [
            "name": .string($0.name), "operation": .string($0.operation), "relative_error": .number($0.relativeError),
            "largest": .number(Double($0.largest)), "scale": $0.scale.map { .number(Double($0)) } ?? .null,
          ]
        }),
    ]
  }
}
