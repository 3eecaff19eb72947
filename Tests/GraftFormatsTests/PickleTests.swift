import Foundation
import GraftCore
import Testing

@testable import GraftFormats

/// Pickles that nobody's torch wrote.
@Suite struct PickleTests {
  private func value(_ bytes: [UInt8]) throws -> PickleValue {
    var reader = PickleReader(bytes[...])
    return try reader.value()
  }

  private func code(_ bytes: [UInt8]) -> GraftError.Code? { error { _ = try value(bytes) }?.code }

  private func text(_ text: String) -> [UInt8] { [0x8C, UInt8(text.utf8.count)] + Array(text.utf8) }

  private func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }

  @Test func numbersAndTexts() throws {
    #expect(try value([0x4A, 0xFE, 0xFF, 0xFF, 0xFF, 0x2E]).int == -2)
    #expect(try value([0x4B, 200, 0x2E]).int == 200)
    #expect(try value([0x4D, 0x01, 0x02, 0x2E]).int == 0x201)
    #expect(try value([0x8A, 0, 0x2E]).int == 0)
    #expect(try value([0x8A, 1, 0xFF, 0x2E]).int == -1)
    #expect(try value([0x8A, 3, 0, 0, 1, 0x2E]).int == 65536)
    #expect(try value([0x8A, 8] + [UInt8](repeating: 0xFF, count: 7) + [0x7F, 0x2E]).int == Int.max)
    #expect(try value(text("Größe") + [0x2E]).string == "Größe")
    guard case .float(let number) = try value([0x47, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0x2E]) else {
      Issue.record("no number")
      return
    }
    #expect(number == 1.5)
  }

  @Test("Instructions that do not fit each other are errors")
  func misplaced() {
    let cases: [[UInt8]] = [
      [0x2E], [0x30, 0x2E], [0x85, 0x2E], [0x74, 0x2E], [0x28, 0x2E], [0x65, 0x2E], [0x75, 0x2E], [0x61, 0x2E],
      [0x4E, 0x4E, 0x61, 0x2E], [0x7D, 0x28, 0x4E, 0x75, 0x2E], [0x4E, 0x4E, 0x52, 0x2E], [0x4E, 0x51, 0x2E],
      [0x29, 0x51, 0x2E], [0x4E, 0x4E, 0x62, 0x2E], [0x68, 7, 0x2E], [0x71, 7, 0x2E], [0x4E, 0x4E, 0x93, 0x2E],
      // Nothing may be taken from below a mark.
      [0x4E, 0x28, 0x85, 0x74, 0x2E], [0x4E, 0x28, 0x30, 0x2E],
    ]
    for bytes in cases { #expect(code(bytes) == .corrupt, "\(bytes)") }
  }

  @Test("Lengths that lead out of the pickle are errors before memory is taken")
  func lengths() {
    for bytes: [UInt8] in [
      [], [0x58, 0xFF, 0xFF, 0xFF, 0x7F, 0x61], [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], [0x8C, 9, 0x61], [0x8A, 0xFF, 1],
      [0x47, 0], [0x4A, 1, 2, 3], [0x95, 1, 2, 3], [0x80], [0x63, 0x61, 0x62], [0x63, 0x61, 0x0A, 0x62],
    ] {
      #expect(code(bytes) == .corrupt, "\(bytes)")
    }
    #expect(code([0x63] + [UInt8](repeating: 0x61, count: 5000)) == .corrupt)
  }

  @Test("Every instruction that weights do not need is refused")
  func opcodes() {
    let known = Set((0...255).compactMap { PickleOpcode(rawValue: UInt8($0))?.rawValue })
    // INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, EXT2, EXT4, PERSID run code or lead elsewhere.
    for opcode: UInt8 in [0x69, 0x6F, 0x81, 0x92, 0x82, 0x83, 0x84, 0x50] { #expect(!known.contains(opcode)) }
    for opcode in UInt8.min...UInt8.max where !known.contains(opcode) {
      #expect(code([opcode, 0x2E]) == .unsupported, "\(opcode)")
    }
    #expect(code([0x80, 6, 0x4E, 0x2E]) == .unsupported)
  }

  @Test(
    "Only the names of weights are allowed, however they are asked for",
    arguments: [
      ("os", "system"), ("builtins", "getattr"), ("torch", "load"), ("torch._utils", "_rebuild_tensor_v3"),
      ("collections", "defaultdict"), ("torch.storage", "_load_from_bytes"), ("torch", "FloatStorage.__init__"),
    ])
  func globals(_ module: String, _ name: String) throws {
    for bytes in [global(module, name), text(module) + text(name) + [0x93]] {
      let refused = try #require(error { _ = try value(bytes + [0x2E]) })
      #expect(refused.code == .unsupported)
      #expect(refused.message.contains("'\(module).\(name)'"))
    }
  }

  @Test("Nesting without end takes no stack, and a dictionary may hold itself")
  func nesting() throws {
    _ = try value([UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E])
    _ = try value([UInt8](repeating: 0x5D, count: 200_000) + [UInt8](repeating: 0x61, count: 199_999) + [0x2E])
    // d = {}; d["a"] = d
    var reader = PickleReader(([0x7D, 0x71, 0] + text("a") + [0x68, 0, 0x73, 0x2E])[...])
    let root = try reader.value()
    #expect(reader.entries(of: root)?.map(\.key) == ["a"])
    // One list in itself again and again: ten lines that stand for 2 to the 40th.
    var bytes: [UInt8] = [0x5D, 0x71, 0]
    for index in UInt8(1)...40 { bytes += [0x5D, 0x28, 0x68, index - 1, 0x68, index - 1, 0x65, 0x71, index] }
    _ = try value(bytes + [0x2E])
  }

  @Test("A pickle without end is an error")
  func longest() {
    #expect(code([UInt8](repeating: 0x4E, count: 9_000_000)) == .corrupt)
  }

  /// A tensor over a storage of 4 floats.
  private func tensor(offset: Int, shape: [Int], strides: [Int], count: Int = 4) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] { [0x8A, 8] + (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(number) + [0x74] }
    let storage =
      [0x28] + text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu") + number(count) + [
        0x74, 0x51,
      ]
    return global("torch._utils", "_rebuild_tensor_v2") + [0x28] + storage + number(offset) + tuple(shape)
      + tuple(strides) + [0x89, 0x4E, 0x74, 0x52, 0x2E]
  }

  @Test("An archive's storages are no more than it can hold, each as long as it says")
  func archives() throws {
    let folder = try TemporaryFolder()
    func open(count: Int, data: [UInt8]?) throws -> TorchFile {
      let file = try AtomicFile(replacing: folder.file("archive.pth"))
      var writer = ZipWriter(file)
      // {"x": the tensor}
      let pickle =
        [0x7D] + text("x") + tensor(offset: 0, shape: [1], strides: [1], count: count).dropLast() + [0x73, 0x2E]
      try writer.add("archive/data.pkl", pickle)
      if let data { try writer.add("archive/data/0", data) }
      try writer.finish()
      try file.commit()
      return try TorchFile(contentsOf: folder.file("archive.pth"))
    }
    #expect(try open(count: 1, data: [0, 0, 0x80, 0x3F]).tensor(named: "x").elements == [1])
    let cases: [(Int, [UInt8]?)] = [(1, nil), (2, [0, 0, 0, 0]), (1, [0, 0, 0]), (1 << 40, [0, 0, 0, 0])]
    for (count, data) in cases {
      #expect(error { _ = try open(count: count, data: data) }?.code == .corrupt, "\(count)")
    }
    #expect(error { _ = try open(count: 1 << 40, data: [1]) }?.message.contains("which") == true)
  }

  @Test("Tensors lie in their storage, and have no more elements than it")
  func tensors() throws {
    for (offset, shape, strides) in [
      (0, [4], [1]), (0, [2, 2], [2, 1]), (2, [2], [1]), (4, [0, 7], [7, 1]), (3, [], []),
    ] {
      #expect(code(tensor(offset: offset, shape: shape, strides: strides)) == nil)
    }
    for (offset, shape, strides) in [
      (0, [5], [1]), (1, [4], [1]), (-1, [1], [1]), (0, [-1], [1]), (0, [1], [-1]), (0, [2], [4]),
      (0, [2, 2], [3, 1]),
      (0, [1_000_000_000], [0]), (0, [Int.max, Int.max], [0, 0]), (0, [2], [Int.max]), (Int.max, [1], [1]),
      (0, [1], []),
      (4, [], []), (5, [0], [1]), (0, [Int](repeating: 1, count: 17), [Int](repeating: 1, count: 17)),
    ] {
      #expect(code(tensor(offset: offset, shape: shape, strides: strides)) == .corrupt, "\(offset) \(shape) \(strides)")
    }
    #expect(code(tensor(offset: 0, shape: [1], strides: [1], count: -1)) == .corrupt)
    #expect(code(tensor(offset: 0, shape: [1], strides: [1], count: Int.max)) == .corrupt)
  }
}
