import GraftCore
import Testing

@testable import GraftTestSupport

/// The formula against values that the Python generator wrote: equal to the last bit.
@Suite struct FormulaTensorTests {
  private struct Parameters: Decodable {
    let shapes: [String: Shape]
    let keys: [String: String]
  }

  @Test func matchesTheGenerator() throws {
    let golden = try GoldenFile("formula_samples/formula_samples")
    let parameters = try golden.parameters(Parameters.self)
    #expect(golden.names.count == 9)
    for name in golden.names {
      let shape = try #require(parameters.shapes[name])
      let expected = try golden.tensor(name)
      let tensor = try #require(FormulaTensor.make(variable: name, shape: shape))
      #expect(tensor.shape == shape)
      #expect(Array(tensor.elements.prefix(expected.count)) == expected.elements, "\(name)")
      let key = try #require(parameters.keys[name])
      #expect(FormulaTensor.key(name) == UInt64(key, radix: 16))
    }
  }

  @Test func rolesFollowFromNames() {
    #expect(FormulaRole(variable: "Conv1/kernel") == .kernel)
    #expect(FormulaRole(variable: "block_1_depthwise/kernel") == .depthwiseKernel)
    #expect(FormulaRole(variable: "block_1_depthwise_BN/gamma") == .gamma)
    #expect(FormulaRole(variable: "block_1_depthwise/depthwise_kernel") == .depthwiseKernel)
    #expect(FormulaRole(variable: "base/Conv1/kernel") == .kernel)
    #expect(FormulaRole(variable: "lstm/recurrent_kernel") == nil)
    #expect(FormulaRole(variable: "") == nil)
  }
}
