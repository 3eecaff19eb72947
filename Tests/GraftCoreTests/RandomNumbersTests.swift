import GraftCore
import Testing

@Suite struct RandomNumbersTests {
  @Test("Philox 4×32-10 gives the published test vectors")
  func knownAnswers() {
    // Random123's kat_vectors: counter and key all zero, and all ones.
    #expect(RandomNumbers(seed: 0, stream: 0).words(at: 0) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      RandomNumbers(seed: .max, stream: .max).words(at: .max)
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  }

  @Test("A permutation holds every number once, and depends on the seed")
  func permutation() {
    let first = RandomNumbers(seed: 1).permutation(of: 100)
    #expect(first.sorted() == Array(0..<100))
    #expect(first == RandomNumbers(seed: 1).permutation(of: 100))
    #expect(first != RandomNumbers(seed: 2).permutation(of: 100))
  }
}
