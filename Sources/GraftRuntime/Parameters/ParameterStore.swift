package import GraftCore
package import GraftGraph

/// The weights that training changes, and their gradients, each in one contiguous block.
///
/// One training run owns it; contexts of its plans read and write it in turn.
package final class ParameterStore {
  /// What lies where.
  package let layout: ParameterLayout
  let valueMemory: AlignedMemory
  /// The gradients of a step: what contexts write that were given no block of their own.
  package let gradientBlock: GradientBlock
  let stateMemory: AlignedMemory

  /// Takes the values that a graph's parameters have now.
  package init(_ graph: Graph) {
    layout = ParameterLayout(graph)
    valueMemory = AlignedMemory(byteCount: layout.trainableCount * MemoryLayout<Float>.stride)
    gradientBlock = GradientBlock(layout)
    stateMemory = AlignedMemory(byteCount: layout.stateCount * MemoryLayout<Float>.stride)
    let initial = Dictionary(graph.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    for entry in layout.trainable { write(initial[entry.name], to: valueMemory, at: entry) }
    for entry in layout.state { write(initial[entry.name], to: stateMemory, at: entry) }
  }

  /// All trainable weights, one after another, with zeros between them where a boundary asks for them.
  package var values: UnsafeMutableBufferPointer<Float> { valueMemory.floats }
  /// All gradients, laid out as `values`.
  package var gradients: UnsafeMutableBufferPointer<Float> { gradientBlock.floats }

  /// The present values of everything that training changes, by name.
  package func snapshot() -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for entry in layout.trainable { result[entry.name] = read(valueMemory, at: entry) }
    for entry in layout.state { result[entry.name] = read(stateMemory, at: entry) }
    return result
  }

  /// Sets everything that training changes to what `snapshot` gave.
  ///
  /// - Throws: `GraftError.weightMismatch` unless exactly these weights are there, in their shapes.
  package func restore(_ values: [String: Tensor]) throws {
    let entries = layout.trainable + layout.state
    guard values.count == entries.count, entries.allSatisfy({ values[$0.name]?.shape == $0.shape }) else {
      throw GraftError(
        .weightMismatch,
        """
        The weights belong to another network. Expected: \(entries.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")). \
        Received: \(values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape)" }.joined(separator: ", ")).
        """)
    }
    for entry in layout.trainable { write(values[entry.name], to: valueMemory, at: entry) }
    for entry in layout.state { write(values[entry.name], to: stateMemory, at: entry) }
  }

  /// The present gradients, by name.
  package func gradientSnapshot() -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: layout.trainable.map { ($0.name, read(gradientBlock.memory, at: $0)) })
  }

  private func write(_ tensor: Tensor?, to memory: AlignedMemory, at entry: ParameterLayout.Entry) {
    guard let tensor else { return }
    tensor.withUnsafeBufferPointer { source in
      _ = UnsafeMutableBufferPointer(rebasing: memory.floats[entry.offset..<(entry.offset + source.count)])
        .update(from: source)
    }
  }

  private func read(_ memory: AlignedMemory, at entry: ParameterLayout.Entry) -> Tensor {
    Tensor(shape: entry.shape) { destination in
      _ = destination.initialize(from: memory.floats[entry.offset..<(entry.offset + destination.count)])
    }
  }
}
