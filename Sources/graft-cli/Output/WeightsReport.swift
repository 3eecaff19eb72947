internal import Graft

/// What is in an HDF5 file of Keras's.
struct WeightsReport {
  private let file: KerasWeightFile
  private let path: String

  init(_ file: KerasWeightFile, path: String) {
    self.file = file
    self.path = path
  }

  private var kind: String {
    switch file.layout {
    case .legacyWeights: "weights, in the layout of Keras 2"
    case .wholeModel: "a whole model"
    case .keras3Weights: "weights, in the layout of Keras 3"
    }
  }

  /// The network of a whole model, or why Graft cannot build it though the file is sound; nil for weights alone.
  private func network() throws -> Result<Model, GraftError>? {
    guard file.layout == .wholeModel else { return nil }
    do {
      return .success(try KerasModel(contentsOf: path).model())
    } catch let error as GraftError where error.code == .unsupported || error.code == .invalidArgument {
      return .failure(error)
    }
  }

  private var parameterCount: Int { file.entries.reduce(0) { $0 + $1.shape.count } }

  func text(graph: Bool) throws -> String {
    var parts = [
      """
      \(kind)\(file.kerasVersion.map { ", saved by Keras \($0)" } ?? "")
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
      "path": .string(path), "kind": .string("\(file.layout)"),
      "keras_version": file.kerasVersion.map { .string($0) } ?? .null, "parameters": .int(parameterCount),
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
