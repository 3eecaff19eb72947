/// The checksums of HDF5.
enum HDF5Checksum {
  /// That of metadata: Bob Jenkins's lookup3, `hashlittle` with an initial value of 0.
  static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
    var (b, c) = (a, a)
    func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
    func words(_ place: Int) -> (UInt32, UInt32, UInt32) {
      func word(_ start: Int) -> UInt32 {
        (0..<4).reduce(0) { word, index in
          let place = start + index
          return place < bytes.endIndex ? word | UInt32(bytes[place]) << UInt32(8 * index) : word
        }
      }
      return (word(place), word(place + 4), word(place + 8))
    }
    guard !bytes.isEmpty else { return c }
    var place = bytes.startIndex
    while bytes.endIndex - place > 12 {
      let next = words(place)
      (a, b, c) = (a &+ next.0, b &+ next.1, c &+ next.2)
      a = (a &- c) ^ rotated(c, 4)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 6)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 8)
      b = b &+ a
      a = (a &- c) ^ rotated(c, 16)
      c = c &+ b
      b = (b &- a) ^ rotated(a, 19)
      a = a &+ c
      c = (c &- b) ^ rotated(b, 4)
      b = b &+ a
      place += 12
    }
    let last = words(place)
    (a, b, c) = (a &+ last.0, b &+ last.1, c &+ last.2)
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    return (c ^ b) &- rotated(b, 24)
  }

  /// That of chunks' data, the filter `fletcher32`: sums of 16-bit words, the high byte first.
  static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var (low, high): (UInt64, UInt64) = (0, 0)
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let second = place + 1 < bytes.endIndex ? UInt64(bytes[place + 1]) : 0
      low = (low + (UInt64(bytes[place]) << 8 | second)) % 0xFFFF
      high = (high + low) % 0xFFFF
      place += 2
    }
    return UInt32(high << 16 | low)
  }
}
