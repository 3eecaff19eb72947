internal import GraftCore

/// Reads a pickle of plain values and tensors. Nothing in it is trusted and no code is run: a pickle is a program, and all that
/// it can do here is put numbers, texts, lists, dictionaries and tensors together.
///
/// What is read takes at most 100 times the pickle's bytes, and a pickle is at most 8 MiB long: names and shapes, no numbers.
struct PickleReader {
  static let longest = 1 << 23

  let bytes: ArraySlice<UInt8>
  /// Where the next byte is read.
  var place: Int
  let end: Int
  var stack: [PickleValue] = []
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  /// The members of tuples, lists and dictionaries.
  var containers: [[PickleValue]] = []
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []
  var storagePlaces: [String: Int] = [:]

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
