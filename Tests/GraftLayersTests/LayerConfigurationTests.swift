import GraftCore
import GraftGraph
import GraftLayers
import Testing

/// Layers from Keras's configuration: what is written in several ways is read, what would compute something else is refused.
@Suite struct LayerConfigurationTests {
  private func make(_ className: String, _ arguments: String) throws -> Layer {
    try LayerRegistry.make(className: className, configuration: JSONValue(parsing: #"{"name": "l", \#(arguments)}"#))
  }

  @Test(arguments: [("-1", true), ("1", false), ("3", true), ("[3]", true), ("[1]", false), ("2", false)])
  func normalizationOfPictures(_ axis: String, _ isLast: Bool) throws {
    let layer = try make("BatchNormalization", #""axis": \#(axis)"#)
    let input = Input(shape: [4, 4, 2])
    let model = Model(inputs: input, outputs: layer(input))
    if isLast { return try model.check() }
    let error = #expect(throws: GraftError.self) { try model.check() }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("l: BatchNormalization works along the last axis.") == true)
  }

  @Test func normalizationOfRows() throws {
    let layer = try make("BatchNormalization", #""axis": [1]"#)
    let input = Input(shape: [4])
    try Model(inputs: input, outputs: layer(input)).check()
  }

  @Test func numbersPerChannel() throws {
    let single = try #require(make("Rescaling", #""scale": [0.5], "offset": 1"#) as? Rescaling)
    #expect(single.scale == [0.5] && single.offset == [1])
    let each = try #require(make("Rescaling", #""scale": [0.5, 0.25, 0.125]"#) as? Rescaling)
    #expect(each.scale == [0.5, 0.25, 0.125] && each.offset == [0])
    let input = Input(shape: [4, 4, 2])
    let error = #expect(throws: GraftError.self) { try Model(inputs: input, outputs: each(input)).check() }
    #expect(error?.message == "l: 2 channels need 1 or 2 scales and offsets. Received: 3 and 1.")
  }

  static let refused: [(String, String, String)] = [
    (
      "Conv2D", #""filters": 4, "kernel_size": 3, "data_format": "channels_first""#, "channels_last for \"data_format\""
    ),
    ("Conv2D", #""filters": 4, "kernel_size": [3, 0]"#, "two positive whole numbers for \"kernel_size\""),
    ("Conv2D", #""filters": 4, "kernel_size": 3, "padding": "causal""#, "valid or same for \"padding\""),
    ("Conv2D", #""kernel_size": 3"#, "a whole number for \"filters\""),
    ("ReLU", #""negative_slope": "steep""#, "a number for \"negative_slope\""),
    ("Conv2DTranspose", #""filters": 4, "kernel_size": 3, "groups": 2"#, "1 for \"groups\""),
    (
      "Conv2DTranspose", #""filters": 4, "kernel_size": 3, "output_padding": [1, -1]"#,
      "two whole numbers for \"output_padding\""
    ),
    ("UpSampling2D", #""interpolation": "area""#, "one of nearest, bilinear, bicubic, lanczos3, lanczos5 for"),
    ("Resizing", #""height": 4"#, "a whole number for \"width\""),
    (
      "Resizing", #""height": 4, "width": 4, "pad_to_aspect_ratio": true, "fill_mode": "reflect""#,
      "constant for \"fill_mode\""
    ),
    ("Permute", #""dims": 1"#, "a list of whole numbers for \"dims\""),
    ("Softmax", #""axis": "last""#, "a whole number for \"axis\""),
    ("Dot", #""normalize": true"#, "a whole number for \"axes\""),
    ("RepeatVector", #""count": 3"#, "a whole number for \"n\""),
    ("Dense", #""units": 3, "use_bias": "yes""#, "true or false for \"use_bias\""),
    ("Dense", #""units": 3, "activation": "glu""#, "one of linear, relu, relu6"),
    ("MaxPooling2D", #""pool_size": [2, 0]"#, "two positive whole numbers for \"pool_size\""),
    ("AveragePooling2D", #""pool_size": 2, "data_format": "channels_first""#, "channels_last for \"data_format\""),
    ("SeparableConv2D", #""kernel_size": 3"#, "a whole number for \"filters\""),
    ("LayerNormalization", #""rms_scaling": true"#, "false for \"rms_scaling\""),
    ("LayerNormalization", #""axis": [1, 2]"#, "a whole number for \"axis\""),
    ("Normalization", #""invert": true"#, "false for \"invert\""),
    ("Normalization", #""mean": 1"#, "a list of numbers for \"variance\""),
    ("Dropout", #""rate": 0.5, "noise_shape": 3"#, "a list for \"noise_shape\""),
    ("ZeroPadding2D", #""padding": [[1, -1], [0, 0]]"#, "[[top, bottom], [left, right]] for \"padding\""),
    ("Cropping2D", #""cropping": [[1, -1], [0, 0]]"#, "[[top, bottom], [left, right]] for \"cropping\""),
    ("Rescaling", #""scale": "half""#, "a list of numbers for \"scale\""),
    ("LayerScale", #""init_values": 0.1"#, "a whole number for \"projection_dim\""),
    ("InputLayer", #""batch_shape": [null]"#, "a shape with a batch axis for \"batch_shape\""),
  ]

  @Test(arguments: refused.indices) func refusalsNameLayerAndArgument(_ index: Int) throws {
    let (className, arguments, expected) = Self.refused[index]
    let error = #expect(throws: GraftError.self) { try make(className, arguments) }
    #expect(error?.code == .unsupported)
    #expect(
      error?.message.hasPrefix("Layer \"l\" (\(className)): expected \(expected)") == true, "\(error?.message ?? "")")
  }

  @Test func wordsOfKeras2AreRead() throws {
    #expect(try #require(make("LeakyReLU", #""alpha": 0.125"#) as? LeakyReLU).negativeSlope == 0.125)
    #expect(try #require(make("LeakyReLU", #""trainable": true"#) as? LeakyReLU).negativeSlope == 0.3)
    let thresholded = try #require(make("ThresholdedReLU", #""theta": 2.5"#) as? ReLU)
    #expect(thresholded.threshold == 2.5 && thresholded.maxValue == nil && thresholded.negativeSlope == 0)
  }

  @Test func packagesOfRegisteredClasses() throws {
    #expect(try make("Custom>CustomScaleLayer", #""scale": 0.5"#).className == "CustomScaleLayer")
    #expect(try make("keras_cv>RandomFlip", #""mode": "horizontal""#).className == "RandomFlip")
  }

  /// Sizes that a file may claim: refused before anything is multiplied or allocated.
  @Test(arguments: [
    ("UpSampling2D", #""size": 1048576"#), ("Resizing", #""height": 1048576, "width": 1048576"#),
    ("Conv2DTranspose", #""filters": 1048576, "kernel_size": 3, "strides": 1048576"#),
    ("ZeroPadding2D", #""padding": [[1048576, 1048576], [1048576, 1048576]]"#),
    ("Reshape", #""target_shape": [1048576, 1048576, 1048576, 1048576]"#),
    ("Reshape", #""target_shape": [-1, 1048576, 1048576, 1048576, 1048576]"#),
    ("AdaptiveAveragePooling2D", #""output_size": 1048576"#),
  ]) func sizesBeyondAnyMemory(_ className: String, _ arguments: String) throws {
    let layer = try make(className, arguments)
    let input = Input(shape: [4, 4, 2])
    let error = #expect(throws: GraftError.self) { try Model(inputs: input, outputs: layer(input)).check() }
    #expect(error?.code == .shapeMismatch)
  }

  @Test func aliasesAreRead() throws {
    #expect(try #require(make("Activation", #""activation": "silu""#) as? ActivationLayer).activation == .swish)
    #expect(
      try #require(make("Activation", #""activation": {"class_name": "relu6", "config": {}}"#) as? ActivationLayer)
        .activation == .relu6)
    #expect(
      try #require(
        make("Activation", #""activation": {"class_name": "function", "config": "relu6"}"#) as? ActivationLayer
      )
      .activation == .relu6)
    #expect(
      try #require(make("Activation", #""activation": "hard_silu""#) as? ActivationLayer).activation == .hardSwish)
    #expect(
      try #require(make("Activation", #""activation": "hard_swish""#) as? ActivationLayer).activation == .hardSwish)
    #expect(try make("Dense", #""units": 3, "trainable": false"#).isTrainable == false)
  }
}
