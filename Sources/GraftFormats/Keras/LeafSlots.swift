internal import GraftCore

/// One layer with variables of its own, taken out of the nesting of its model.
struct LeafSlots {
  /// The names of the models around the layer, outermost first, and its own.
  let chain: [String]
  /// The path that Keras 3 gives the layer in a `.weights.h5`, and the one that it would have without nesting.
  let structurePath: String
  let flatStructurePath: String
  let className: String
  let variables: [VariableSlot]
  /// The place among the model's own layers that this one belongs to.
  let topIndex: Int

  var name: String { chain.last ?? "" }

  /// The layers with variables, depth first: a model's own variables, then its layers'.
  static func leaves(of layers: [LayerSlots]) -> [LeafSlots] {
    var collector = Collector()
    collector.visit(layers, chain: [], path: "", topIndex: nil)
    return collector.leaves
  }

  private struct Collector {
    var leaves: [LeafSlots] = []
    var flatNames = KerasNaming()

    mutating func visit(_ layers: [LayerSlots], chain: [String], path: String, topIndex: Int?) {
      var names = KerasNaming()
      for (index, layer) in layers.enumerated() {
        let inner = path + "layers/" + names.next(layer.className)
        let isNested = !layer.children.isEmpty
        let flat = isNested ? inner : "layers/" + flatNames.next(layer.className)
        let chain = chain + [layer.name]
        if !layer.variables.isEmpty {
          leaves.append(
            LeafSlots(
              chain: chain, structurePath: inner, flatStructurePath: flat, className: layer.className,
              variables: layer.variables, topIndex: topIndex ?? index))
        }
        if isNested { visit(layer.children, chain: chain, path: inner + "/", topIndex: topIndex ?? index) }
      }
    }
  }
}
