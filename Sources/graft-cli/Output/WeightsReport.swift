internal import Graft

/// What is in a file of Keras's.
struct WeightsReport {
  private let file: KerasWeightFile
  private let path: String
  /// The whole model, of which `file` holds the weights; nil for weights alone.
  private let model: KerasModel?

  init(contentsOf path: String) throws {
    self.path = path
    if try NetworkFile.isHDF5(path) {
      file = try KerasWeightFile(contentsOf: path)
      model = file.layout == .wholeModel ? try KerasModel(contentsOf: path) : nil
    } else {
      let whole = try KerasModel(contentsOf: path)
      (file, model) = (whole.weights, whole)
    }
  }

  private var kind: String {
    if model != nil { return "a whole model" }
    return switch file.layout {
    case .legacyWeights: "weights, in the layout of Keras 2"
    case .wholeModel: "a whole model"
    case .keras3Weights: "weights, in the layout of Keras 3"
    }
  }

  /// The network of a whole model, or why Graft cannot build it though the file is sound; nil for weights alone.
  private func network() throws -> Result<Model, GraftError>? {
    guard let model else { return nil }
    do {
      return .success(try model.model())
    } catch let error as GraftError where error.code == .unsupported || error.code == .invalidArgument {
      return .failure(error)
    }
  }

  private var parameterCount: Int { file.entries.reduce(0) { $0 + $1.shape.count } }

  func text(graph: Bool) throws -> String {
    var parts = [
      """
      \(kind)\((model?.kerasVersion ?? file.kerasVersion).map { ", saved by Keras \($0)" } ?? "")
      \(file.entries.count) tensors, \(parameterCount.grouped) numbers
      """
    ]
    switch try network() {
    case .success(let model)?:
      parts.append(try model.summary())
      if graph { parts += [try model.graphDescription(), try model.planDescription()] }
    case .failure(let problem)?: parts.append("As it is, Graft cannot run this network. \(problem.message)")
    case nil: break
    }
    var table = Table(["tensor", "shape"], leftColumns: 2)
    for entry in file.entries { table.add([entry.path, "\(entry.shape)"]) }
    parts.append(table.text)
    return parts.joined(separator: "\n\n")
  }

  func json() throws -> JSONValue {
    var document: [String: JSONValue] = [
      "path": .string(path), "kind": .string(model == nil ? "\(file.layout)" : "\(KerasWeightLayout.wholeModel)"),
      "keras_version": (model?.kerasVersion ?? file.kerasVersion).map { .string($0) } ?? .null,
      "parameters": .int(parameterCount),
      "tensors": .array(
        file.entries.map {
          ["path": .string($0.path), "shape": .array($0.shape.dimensions.map { .int($0) })]
        }),
    ]
    switch try network() {
    case .success(let model)?: document["layers"] = model.layerList
    case .failure(let problem)?: document["problem"] = .string(problem.message)
    case nil: break
    }
    return .object(document)
  }
}
