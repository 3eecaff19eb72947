import GraftCore
import GraftGraph
import GraftLayers
import Testing

/// What cannot be merged or pooled is said by name.
@Suite struct MergingTests {
  private func message(_ output: SymbolicTensor, _ input: SymbolicTensor) -> String? {
    do {
      try Model(inputs: input, outputs: output).check()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func productsThatDoNotFit() {
    let x = Input(shape: [4, 1, 3])
    let y = Conv2D(3, kernelSize: Extent(height: 4, width: 1))(x)
    let wide = Concatenate(axis: 2)([y, y])
    #expect(Multiply(name: "product")([x, wide]).shape == [4, 2, 3])
    let triple = Concatenate(axis: 2)([y, wide])
    #expect(
      message(Multiply(name: "product")([wide, triple]), x)
        == "product: shapes must be equal but for lengths of 1. Received: (1, 2, 3), (1, 3, 3).")
    #expect(message(Subtract(name: "rest")([x, x, x]), x) == "rest: Subtract needs two inputs. Received: 3.")
    #expect(message(Maximum(name: "most")([x]), x) == "most: Maximum needs at least two inputs. Received: 1.")
    #expect(
      message(Dot(axes: [1, 3], name: "dot")([x, x]), x)
        == "dot: the axes [1, 3] must be of one length. Received: 4 and 3.")
    #expect(message(Multiply(name: "product")([x]), x) == "product: Multiply needs at least two inputs. Received: 1.")
    #expect(message(Multiply(name: "product")([y, x]), x) == nil)
  }

  @Test func poolingsThatDoNotFit() {
    let x = Input(shape: [2, 5, 3])
    #expect(
      message(MaxPooling2D(poolSize: 3, name: "pool")(x), x)
        == "pool: a 3×3 window does not fit a picture of (2, 5, 3).")
    #expect(
      message(MaxPooling2D(poolSize: 0, name: "pool")(x), x)
        == "Layer \"pool\" (MaxPooling2D) needs a positive poolSize and strides. Received: 0×0, 0×0.")
    #expect(message(AveragePooling2D(poolSize: 3, padding: .same, name: "pool")(x), x) == nil)
  }
}
