import GraftCore
import GraftFormats

/// A model of `generate.py`: its weights as Keras gave them, and its layers' slots.
struct KerasFixture {
  struct Layer {
    let path: [String]
    let className: String
    let variables: [VariableSlot]
    let tensors: [Tensor]

    var slots: LayerSlots { LayerSlots(name: path.last ?? "", className: className, variables: variables) }
  }

  let layers: [Layer]

  init(_ name: String) throws {
    let file = try SafetensorsFile(contentsOf: Fixture.path("\(name).expected.safetensors"))
    let listed = try JSONValue(parsing: file.metadata["layers"] ?? "").array ?? []
    layers = try listed.map { entry in
      let path = entry[0]?.string ?? ""
      let names = entry[2]?.array?.compactMap(\.string) ?? []
      let tensors = try names.map { try file.tensor(named: "\(path)|\($0)") }
      return Layer(
        path: path.split(separator: "/").map(String.init), className: entry[1]?.string ?? "",
        variables: zip(names, tensors).map { VariableSlot(name: $0, shape: $1.shape) }, tensors: tensors)
    }
  }

  /// All tensors, depth first.
  var tensors: [Tensor] { layers.flatMap(\.tensors) }

  /// The layers as if nothing was nested.
  var flat: [LayerSlots] { layers.map(\.slots) }

  /// The layers in the models that they came in; `top` is the one that is a Sequential.
  var nested: [LayerSlots] {
    var result: [LayerSlots] = []
    for layer in layers {
      if layer.path.count == 1 {
        result.append(layer.slots)
      } else if result.last?.name == layer.path[0] {
        result[result.count - 1].children.append(layer.slots)
      } else {
        let className = layer.path[0] == "top" ? "Sequential" : "Functional"
        result.append(LayerSlots(name: layer.path[0], className: className, children: [layer.slots]))
      }
    }
    return result
  }
}
