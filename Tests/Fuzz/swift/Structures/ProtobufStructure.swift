/// Messages in messages: a field deep inside is changed, and the lengths around it agree again.
struct ProtobufStructure: FuzzStructure {
  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var result = bytes
    if !mutator.dice.oneIn(3) {
      result = changed(message: bytes[...], depth: 0, &mutator)
      guard mutator.dice.oneIn(8) else { return Array(result.prefix(Mutator.longest)) }
    }
    mutator.changeBytes(&result)
    return result
  }

  private func changed(message: ArraySlice<UInt8>, depth: Int, _ mutator: inout Mutator) -> [UInt8] {
    var fields = Self.fields(of: message)
    guard !fields.isEmpty else {
      var bytes = Array(message)
      mutator.changeBytes(&bytes, times: 1)
      return bytes
    }
    let chosen = mutator.dice.below(fields.count)
    if depth < 8, let content = fields[chosen].content, !mutator.dice.oneIn(4) {
      // Going down: texts and numbers look like messages at times, which does no harm.
      let inner = changed(message: message[content], depth: depth + 1, &mutator)
      fields[chosen].bytes = fields[chosen].key + Self.variable(UInt64(inner.count)) + inner
    } else {
      switch mutator.dice.below(5) {
      case 0: fields.remove(at: chosen)
      case 1: fields.insert(fields[chosen], at: mutator.dice.below(fields.count + 1))
      case 2: fields.swapAt(chosen, mutator.dice.below(fields.count))
      case 3: fields[chosen].bytes = fields[chosen].key + Self.variable(mutator.extreme(message.count))
      default: mutator.changeBytes(&fields[chosen].bytes, times: 1)
      }
    }
    return fields.flatMap(\.bytes)
  }

  private struct Field {
    let key: [UInt8]
    var bytes: [UInt8]
    /// Where the content of a field with a length lies.
    let content: Range<Int>?
  }

  /// The fields up to the first that is none.
  private static func fields(of message: ArraySlice<UInt8>) -> [Field] {
    var fields: [Field] = []
    var place = message.startIndex
    while place < message.endIndex {
      let start = place
      guard let key = number(message, &place) else { break }
      let keyEnd = place
      var content: Range<Int>?
      switch key & 7 {
      case 0: guard number(message, &place) != nil else { return fields }
      case 1: place += 8
      case 5: place += 4
      case 2:
        guard let count = number(message, &place), count <= UInt64(message.endIndex - place) else { return fields }
        content = place..<(place + Int(count))
        place += Int(count)
      default: return fields
      }
      guard place <= message.endIndex else { break }
      fields.append(Field(key: Array(message[start..<keyEnd]), bytes: Array(message[start..<place]), content: content))
    }
    return fields
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard place < bytes.endIndex else { return nil }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private static func variable(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
  }
}
