internal import GraftCore

/// The few names that a pickle may mention, and what stands for them.
extension PickleReader {
  static func global(_ module: String, _ name: String) throws -> TorchGlobal {
    guard let global = TorchGlobal(module: module, name: name) else {
      throw GraftError(
        .unsupported,
        """
        The pickle asks for Python's '\(module).\(name)', which is no part of plain weights; nothing of it was run. Expected \
        tensors, numbers, texts, lists and dictionaries alone, as torch.save(model.state_dict(), …) writes them; or save the \
        weights as safetensors.
        """)
    }
    return global
  }

  mutating func result(of callee: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard case .global(let global) = callee, case .tuple(let place) = arguments else { throw Self.misplaced }
    let arguments = containers[place]
    switch global {
    case .orderedDictionary:
      guard arguments.isEmpty else { throw Self.misplaced }
      return .dictionary(container([]))
    case .tensor:
      // Storage, offset, shape, strides; then whether it needs a gradient, hooks, notes.
      guard arguments.count >= 4, case .storage(let storage) = arguments[0], let offset = arguments[1].int else {
        throw Self.misplaced
      }
      let lists = try arguments[2...3].map { list in
        try (members(of: list) ?? []).map { value in
          guard let length = value.int else { throw Self.misplaced }
          return length
        }
      }
      tensors.append(
        try TorchTensor(
          storage: storage, of: storages[storage], offset: offset, shape: lists[0], strides: lists[1]))
      return .tensor(tensors.count - 1)
    case .parameter:
      guard case .tensor? = arguments.first else { throw Self.misplaced }
      return arguments[0]
    case .storage: throw Self.misplaced
    }
  }

  /// What torch writes in a storage's place: "storage", its type, its key, its device, its length; nil for no view.
  mutating func storage(_ value: PickleValue) throws -> PickleValue {
    guard case .tuple(let place) = value else { throw Self.misplaced }
    let parts = containers[place]
    guard parts.count >= 5, parts[0].string == "storage", case .global(.storage(let type)) = parts[1],
      let key = parts[2].string, let count = parts[4].int, count >= 0, count <= Int.max / 8
    else { throw Self.misplaced }
    if parts.count > 5, case .none = parts[5] {
    } else if parts.count > 5 {
      throw GraftError(
        .unsupported, "The pickle has a storage that is part of another one, as torch before 0.4 wrote it.")
    }
    let storage = TorchStorage(key: key, type: type, count: count)
    if let known = storagePlaces[key] {
      guard storages[known] == storage else {
        throw GraftError(.corrupt, "The pickle describes the storage '\(key)' in two ways.")
      }
      return .storage(known)
    }
    storages.append(storage)
    storagePlaces[key] = storages.count - 1
    return .storage(storages.count - 1)
  }
}
