extension String {
  /// FNV-1a of the text's UTF-8: the same in every process, unlike `hashValue`. It names streams of random numbers.
  package var stableHash: UInt64 {
    utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
