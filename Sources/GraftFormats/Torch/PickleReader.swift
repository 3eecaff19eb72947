internal import GraftCore

/// Reads a pickle of plain values and tensors. Nothing in it is trusted and no code is run: a pickle is a program, and all that
/// it can do here is put numbers, texts, lists, dictionaries and tensors together.
///
/// What is read takes at most 100 times the pickle's bytes, and a pickle is at most 8 MiB long: names and shapes, no numbers.
struct PickleReader {
  private static let longest = 1 << 23

  private let bytes: ArraySlice<UInt8>
  /// Where the next byte is read.
  private(set) var place: Int
  private let end: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// The members of tuples, lists and dictionaries.
  private var containers: [[PickleValue]] = []
  private(set) var storages: [TorchStorage] = []
  private(set) var tensors: [TorchTensor] = []
  private var storagePlaces: [String: Int] = [:]

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
    end = min(bytes.endIndex, bytes.startIndex + Self.longest)
  }

  /// The value that the pickle makes.
  ///
  /// - Throws: `GraftError.corrupt`, or `.unsupported` for what is more than plain values and tensors.
  mutating func value() throws -> PickleValue {
    while true {
      let start = place
      let byte = try next()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw GraftError(
          .unsupported,
          "The pickle's instruction \(byte) at byte \(start) is none of those that weights need: it was not run.")
      }
      if opcode == .stop { return try pop() }
      try run(opcode)
    }
  }

  func members(of value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let place), .list(let place): containers[place]
    default: nil
    }
  }

  /// The values of a dictionary by their keys, as far as those are texts.
  func entries(of value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .dictionary(let place) = value else { return nil }
    let flat = containers[place]
    return stride(from: 0, to: flat.count, by: 2).compactMap { index in
      flat[index].string.map { ($0, flat[index + 1]) }
    }
  }

  private mutating func run(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto:
      let version = try next()
      guard version <= 5 else { throw GraftError(.unsupported, "The pickle's protocol \(version) is not known here.") }
    case .frame: _ = try take(8)
    case .mark: marks.append(stack.count)
    case .stop: break
    case .pop: _ = try pop()
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
    case .binInt1: stack.append(.int(try number(1)))
    case .binInt2: stack.append(.int(try number(2)))
    case .long1: stack.append(try long())
    case .binFloat:
      stack.append(.float(Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })))
    case .binUnicode, .binString: stack.append(.string(try text(number(4))))
    case .shortBinUnicode, .shortBinString: stack.append(.string(try text(number(1))))
    case .emptyDictionary: stack.append(.dictionary(container([])))
    case .emptyList: stack.append(.list(container([])))
    case .emptyTuple: stack.append(.tuple(container([])))
    case .tuple: stack.append(.tuple(container(try popToMark())))
    case .tuple1: stack.append(.tuple(container(try pop(1))))
    case .tuple2: stack.append(.tuple(container(try pop(2))))
    case .tuple3: stack.append(.tuple(container(try pop(3))))
    case .append: try extendList(pop(1))
    case .appends: try extendList(popToMark())
    case .setItem: try extendDictionary(pop(2))
    case .setItems: try extendDictionary(popToMark())
    case .binGet: try recall(number(1))
    case .longBinGet: try recall(number(4))
    case .binPut: memo[try number(1)] = try top()
    case .longBinPut: memo[try number(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .global: stack.append(.global(try Self.global(line(), line())))
    case .stackGlobal:
      let names = try pop(2)
      guard let module = names[0].string, let name = names[1].string else { throw Self.misplaced }
      stack.append(.global(try Self.global(module, name)))
    case .reduce:
      let arguments = try pop(), callee = try pop()
      stack.append(try result(of: callee, arguments))
    case .build:
      // What a dictionary has beside its entries, as torch's versions of modules, is no weight.
      _ = try pop()
      guard case .dictionary = try top() else { throw Self.misplaced }
    case .binPersistentID: stack.append(try storage(pop()))
    }
  }
}

// MARK: Bytes

extension PickleReader {
  private static let misplaced = GraftError(.corrupt, "The pickle's instructions do not fit each other: it is damaged.")

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= end - place else {
      throw GraftError(.corrupt, "The pickle ends within itself, or is longer than \(Self.longest) bytes.")
    }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  private mutating func next() throws -> UInt8 { try take(1)[place - 1] }

  /// A number of up to four bytes, the low ones first.
  private mutating func number(_ count: Int) throws -> Int { ZipRecord.number(try take(count), at: 0, count: count) }

  private mutating func text(_ count: Int) throws -> String { String(decoding: try take(count), as: UTF8.self) }

  private mutating func long() throws -> PickleValue {
    let digits = try take(Int(next()))
    guard digits.count <= 8 else { return .long(Array(digits)) }
    let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
    return .int(
      Int(truncatingIfNeeded: digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }))
  }

  private mutating func line() throws -> String {
    let limit = min(end, place + 1024)
    guard let newline = bytes[place..<limit].firstIndex(of: 0x0A) else {
      throw GraftError(.corrupt, "A name in the pickle does not end.")
    }
    defer { place = newline + 1 }
    return String(decoding: bytes[place..<newline], as: UTF8.self)
  }
}

// MARK: The stack

extension PickleReader {
  private mutating func container(_ members: [PickleValue]) -> Int {
    containers.append(members)
    return containers.count - 1
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw Self.misplaced }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw Self.misplaced }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.misplaced }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func extendList(_ members: [PickleValue]) throws {
    guard case .list(let place) = try top() else { throw Self.misplaced }
    containers[place] += members
  }

  private mutating func extendDictionary(_ members: [PickleValue]) throws {
    guard case .dictionary(let place) = try top(), members.count % 2 == 0 else { throw Self.misplaced }
    containers[place] += members
  }

  private mutating func recall(_ index: Int) throws {
    guard let value = memo[index] else { throw Self.misplaced }
    stack.append(value)
  }
}

// MARK: Tensors

extension PickleReader {
  private static func global(_ module: String, _ name: String) throws -> TorchGlobal {
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

  private mutating func result(of callee: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
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
  private mutating func storage(_ value: PickleValue) throws -> PickleValue {
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
