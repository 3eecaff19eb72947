import GraftCore
import GraftFormats
import GraftLayers

extension FuzzTarget {
  private static let fixtures = "Tests/GraftFormatsTests/Fixtures/"
  private static let words =
    LayerRegistry.classNames + [
      "Functional", "Sequential", "Model", "inbound_nodes", "input_layers", "output_layers", "keras_history",
      "__keras_tensor__", "class_name", "config", "layers", "name", "batch_shape", "batch_input_shape", "filters",
      "units", "kernel_size", "strides", "dilation_rate", "groups", "padding", "target_shape", "axis", "cropping",
      "depth_multiplier", "pool_size", "activation", "softmax", "null", "true", "false", "[]", "{}", "1e308", "-1",
      "NaN",
    ]

  static let json = FuzzTarget(
    "json", seeds: [], structure: TextStructure(),
    tokens: [
      "null", "true", "false", "[", "{", "\"\":", "\\ud800", "\\u0000", "1e999", "-0", "1.", "[[[[[[[[", "\u{FEFF}",
    ],
    memoryFactor: 64
  ) { input in
    let value = try JSONValue(parsing: input.bytes)
    // What was read is written and read again.
    guard try JSONValue(parsing: value.serialized()) == value else { throw Fault("it changed on the way: \(value)") }
  }

  static let kerasConfiguration = FuzzTarget(
    "keras-configuration", seeds: [], structure: TextStructure(), tokens: words, memoryFactor: 64,
    memoryBase: 8 << 20
  ) { input in
    let model = try ModelReader.model(JSONValue(parsing: input.bytes))
    _ = model.parameterCount
    _ = try ModelReader.model(model.modelConfiguration)
  }

  static let keras = FuzzTarget(
    "keras", seeds: [fixtures + "network.keras"],
    structure: ZipStructure { $0.hasSuffix(".json") ? TextStructure() as any FuzzStructure : ByteStructure() },
    tokens: words,
    memoryFactor: 5200
  ) { input in
    _ = try KerasModel(contentsOf: input.path).model()
  }

  static let hdf5 = FuzzTarget(
    "hdf5",
    seeds: [
      "types.h5", "latest.h5", "chunked_attributes.h5", "keras1_names.h5", "keras2_nested_model.h5",
      "keras3_nested_weights.weights.h5",
    ].map { fixtures + $0 }, tokens: ["TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "BTHD"],
    memoryFactor: 5200
  ) { input in
    let file = try HDF5File(contentsOf: input.path)
    for dataset in file.datasetPaths { _ = try? file.tensor(at: dataset) }
    for attribute in ["fixed", "variable", "fixed_list", "variable_list", "empty_list", "number", "split"] {
      _ = try? file.strings(attribute: attribute, of: "")
    }
    let weights = try KerasWeightFile(contentsOf: input.path)
    _ = weights.entries
    _ = try weights.modelConfiguration
  }
}
