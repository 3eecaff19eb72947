internal import Testing

@testable import GraftTraining

@Suite struct WidthChoiceTests {
  @Test("All cores only once it is known how long one takes; after slow answers longer and longer rests")
  func course() {
    var choice = WidthChoice()
    /// How many requests stay on one core before all are taken again.
    func rest() -> Int {
      var count = 0
      while !choice.takesWide(), count < 10_000 { count += 1 }
      return count
    }
    #expect(rest() == 10_000)
    choice.record(narrow: 9)
    #expect(rest() == 10_000)
    choice.record(narrow: 6)
    #expect(rest() == 0)
    choice.record(wide: 3)
    #expect(rest() == 0)
    choice.record(wide: 100)
    #expect(rest() == 16)
    choice.record(wide: 7)
    #expect(rest() == 32)
    choice.record(wide: 3)
    choice.record(wide: 7)
    #expect(rest() == 16)
    for _ in 0..<20 {
      choice.record(wide: 7)
      _ = rest()
    }
    choice.record(wide: 7)
    #expect(rest() == 4096)
  }
}
