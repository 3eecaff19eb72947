internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// Xception (Chollet, 2016), as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let Xception = Application(XceptionArchitecture())

/// Keras's source: keras/src/applications/xception.py.
struct XceptionArchitecture: Architecture {
  let facts = ZooFacts(
    className: "Xception", name: "xception", networkName: "xception", imageSize: 299,
    parameters: (20_861_480, 22_910_480), accuracy: (79.0, 94.5), lastStage: "block14_sepconv1",
    noTop: .keras(
      kerasFolder("xception"), "xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
      digest: "b0042744bf5b25fce3cb969f33bebb97", licence: "MIT"),
    withTop: .keras(
      kerasFolder("xception"), "xception_weights_tf_dim_ordering_tf_kernels.h5",
      digest: "0a58e3b7378bc2990ea3b43d5981f1f6", licence: "MIT"))

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }
  var minimumSide: Int { 71 }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.convolution(32, 3, strides: 2, useBias: false, name: "block1_conv1")
    x = x.normalized(name: "block1_conv1_bn").activated(.relu, name: "block1_conv1_act")
    x = x.convolution(64, 3, useBias: false, name: "block1_conv2")
    x = x.normalized(name: "block1_conv2_bn").activated(.relu, name: "block1_conv2_act")
    for (block, filters) in [(2, 128), (3, 256), (4, 728)] { x = narrowing(x, block, filters, filters) }
    for block in 5...12 {
      let residual = x
      for index in 1...3 { x = separable(rectified(x, block, index), block, index, 728) }
      x = x.added(before: residual)
    }
    x = narrowing(x, 13, 728, 1024)
    x = separable(x, 14, 1, 1536).activated(.relu, name: "block14_sepconv1_act")
    return separable(x, 14, 2, 2048).activated(.relu, name: "block14_sepconv2_act")
  }

  private func narrowing(_ input: SymbolicTensor, _ block: Int, _ first: Int, _ second: Int) -> SymbolicTensor {
    let residual = input.convolution(second, 1, strides: 2, padding: .same, useBias: false).normalized()
    // The second block follows a rectifier.
    var x = separable(block == 2 ? input : rectified(input, block, 1), block, 1, first)
    x = separable(rectified(x, block, 2), block, 2, second)
    return x.maxPooled(3, strides: 2, padding: .same, name: "block\(block)_pool").added(before: residual)
  }

  private func rectified(_ x: SymbolicTensor, _ block: Int, _ index: Int) -> SymbolicTensor {
    x.activated(.relu, name: "block\(block)_sepconv\(index)_act")
  }

  private func separable(_ x: SymbolicTensor, _ block: Int, _ index: Int, _ filters: Int) -> SymbolicTensor {
    let name = "block\(block)_sepconv\(index)"
    return x.separable(filters, 3, name: name).normalized(name: name + "_bn")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}
