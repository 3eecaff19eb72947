/// Knows a format's outer form, so that changes reach what lies within checksums and lengths.
protocol FuzzStructure: Sendable {
  /// Another input made from one.
  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8]
}

/// No form: bytes.
struct ByteStructure: FuzzStructure {
  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var bytes = bytes
    mutator.changeBytes(&bytes)
    return bytes
  }
}

/// Text with brackets and numbers, such as JSON.
struct TextStructure: FuzzStructure {
  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var bytes = bytes
    for _ in 0...mutator.dice.below(4) {
      if mutator.dice.oneIn(8) { mutator.changeBytes(&bytes, times: 1) } else { mutator.changeText(&bytes) }
    }
    return bytes
  }
}
