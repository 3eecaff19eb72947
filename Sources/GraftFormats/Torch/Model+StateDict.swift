internal import GraftCore
package import GraftLayers

extension Model {
  /// Reads weights under torch's names; kernels are turned from (out, in, height, width) to (height, width, in, out).
  ///
  /// - Parameters:
  ///   - weights: The file.
  ///   - paths: For layers whose names differ from their paths in the torch network: the paths.
  ///   - ignored: Paths whose weights may be left over, such as that of a top that was not asked for.
  /// - Throws: `GraftError.weightMismatch`, with all that is missing, left over or of another shape; no weight is changed then.
  package func assign(from weights: StateDict, paths: [String: String] = [:], ignoring ignored: [String] = []) throws {
    var problems = WeightProblems()
    var left = Set(weights.names.filter { !$0.hasSuffix(".num_batches_tracked") })
    let stored = left.count
    var values: [(variable: Variable, layout: TorchWeightLayout, name: String)] = []
    for (layer, variable) in ownedVariables {
      let layout = TorchWeightLayout(layer: layer, variable: variable)
      let name = layout.name(at: paths[layer.name] ?? layer.name)
      left.remove(name)
      guard let shape = weights.shape(of: name) else {
        problems.add(missing: "\(name) \(layout.shape)")
        continue
      }
      guard layout.fits(shape) else {
        problems.add(misshapen: "\(name): expected \(layout.shape), received \(shape)")
        continue
      }
      values.append((variable, layout, name))
    }
    for name in left.sorted() where !ignored.contains(where: { name.hasPrefix($0 + ".") }) {
      problems.add(extra: "\(name) \(weights.shape(of: name) ?? [])")
    }
    guard problems.isEmpty else {
      throw problems.error(
        path: weights.path, layout: "torch's names", stored: stored, wanted: ownedVariables.count)
    }
    for (variable, layout, name) in values { try variable.assign(layout.value(of: weights.tensor(named: name))) }
  }
}
