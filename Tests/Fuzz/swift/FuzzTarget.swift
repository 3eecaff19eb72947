/// A reader of strangers' files, and what is thrown at it. Each has a file in `Targets/` and its line in `all`.
struct FuzzTarget: Sendable {
  /// What the reader is called on the command line.
  let name: String
  /// Whole files to begin with: files and folders, by their paths in the repository, besides `Tests/Fuzz/corpus/NAME`.
  let seeds: [String]
  /// How inputs are changed without losing their form; all are changed byte by byte, too.
  let structure: any FuzzStructure
  /// Words of the format.
  let tokens: [String]
  /// How many bytes of memory the reader may take for each byte of a file, as ARCHITECTURE.md says under "Files".
  let memoryFactor: Int
  /// What it may take besides, for libraries' own buffers and small files.
  let memoryBase: Int
  /// Reads all that is in a file. May throw `GraftError`, and nothing else.
  let read: @Sendable (FuzzInput) throws -> Void

  init(
    _ name: String, seeds: [String], structure: any FuzzStructure = ByteStructure(), tokens: [String] = [],
    memoryFactor: Int, memoryBase: Int = 1 << 17, read: @escaping @Sendable (FuzzInput) throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.structure = structure
    self.tokens = tokens
    self.memoryFactor = memoryFactor
    self.memoryBase = memoryBase
    self.read = read
  }

  /// The memory that a file of so many bytes may take.
  func allowance(_ byteCount: Int) -> Int { memoryBase + memoryFactor * byteCount }

  static func named(_ name: String) -> FuzzTarget? { (all + faults).first { $0.name == name } }
}
