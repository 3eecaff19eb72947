extension FuzzTarget {
  /// All readers.
  static let all: [FuzzTarget] = [
    safetensors, npy, npz, zip, json, kerasConfiguration, keras, hdf5, torch, onnxCheck, onnx, tflite,
    savedModel, bitmap,
  ]
}
