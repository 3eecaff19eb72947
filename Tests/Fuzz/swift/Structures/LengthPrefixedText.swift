/// A number of bytes, a text of so many bytes, and data: the forms of safetensors and of NumPy's arrays.
struct LengthPrefixedText: FuzzStructure {
  /// What stands before the length.
  let prefix: Int
  /// How many bytes the length has.
  let width: Int

  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var result = bytes
    let start = prefix + width
    if !mutator.dice.oneIn(3), bytes.count > start {
      let length = bytes[prefix..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
      let end = length >= 0 && length <= bytes.count - start ? start + length : bytes.count
      var text = Array(bytes[start..<end])
      for _ in 0...mutator.dice.below(3) { mutator.changeText(&text) }
      var data = Array(bytes[end...])
      if mutator.dice.oneIn(4) { mutator.changeBytes(&data, times: 1) }
      result =
        bytes[..<prefix] + (0..<width).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
      guard mutator.dice.oneIn(6) else { return result }
    }
    mutator.changeBytes(&result)
    return result
  }
}
