internal import Testing

@testable import GraftTraining

@Suite struct WidthChoiceTests {
  /// How many requests stay on one core before all are taken again.
  private func rest(_ choice: inout WidthChoice) -> Int {
    var count = 0
    while !choice.takesWide(), count < 10_000 { count += 1 }
    return count
  }

  private func started(_ narrow: Double) -> WidthChoice {
    var choice = WidthChoice()
    for seconds in [narrow, narrow] { choice.record(narrow: seconds) }
    return choice
  }

  @Test("All cores only once it is known how long one takes")
  func start() {
    var choice = WidthChoice()
    for _ in 0..<2 {
      #expect(rest(&choice) == 10_000)
      choice.record(narrow: 6)
    }
    #expect(rest(&choice) == 0)
    for _ in 0..<3 { choice.record(wide: 7) }
    #expect(rest(&choice) == 16)
  }

  @Test("After three slow answers in a row longer and longer rests; a fast one ends them")
  func rests() {
    var choice = started(6)
    for seconds in [3.0, 100, 100, 3, 100, 100] {
      choice.record(wide: seconds)
      #expect(rest(&choice) == 0)
    }
    choice.record(wide: 100)
    #expect(rest(&choice) == 16)
    for _ in 0..<3 { choice.record(wide: 7) }
    #expect(rest(&choice) == 32)
    for seconds in [3.0, 7, 7, 7] { choice.record(wide: seconds) }
    #expect(rest(&choice) == 16)
    for _ in 0..<60 {
      choice.record(wide: 7)
      _ = rest(&choice)
    }
    for _ in 0..<3 { choice.record(wide: 7) }
    #expect(rest(&choice) == 4096)
  }

  @Test("One core's time follows the machine, both ways")
  func follows() {
    var choice = started(4)
    for _ in 0..<16 { choice.record(narrow: 10) }
    for _ in 0..<9 { choice.record(wide: 6) }
    #expect(rest(&choice) == 0)

    // Slow when its time was taken, fast now: now and then one core is asked again.
    choice = started(18)
    var requests = 0
    while rest(&choice) < 16, requests < 2000 {
      requests += 1
      choice.record(wide: 15)
      // What `rest` let pass ran on one core.
      if requests % 127 == 0 { choice.record(narrow: 11) }
    }
    #expect((128...1000).contains(requests))
  }
}
