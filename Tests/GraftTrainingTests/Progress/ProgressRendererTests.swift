import GraftImages
import Testing

@testable import GraftTraining

/// What people see, as text: a bar on a terminal, lines elsewhere.
@Suite struct ProgressRendererTests {
  private final class Output {
    var text = ""
  }

  private func render(_ events: [TrainingEvent], isTerminal: Bool, isSilent: Bool = false) -> String {
    let output = Output()
    var renderer = ProgressRenderer(isSilent: isSilent, isTerminal: isTerminal, width: 10) { output.text += $0 }
    for event in events { renderer.show(event) }
    return output.text.replacing("\r\u{1B}[K", with: "<")
  }

  private func extracting(_ done: Int, of total: Int, known: Int = 0, seconds: Double) -> TrainingEvent {
    .extracting(ExtractionProgress(done: done, total: total, known: known, seconds: seconds))
  }

  private func batch(_ batch: Int, of count: Int, secondsLeft: Double) -> TrainingEvent {
    .batch(
      BatchProgress(
        epoch: 2, epochCount: 10, batch: batch, batchCount: count, values: ["accuracy": 0.5, "loss": 1.23456],
        samplesPerSecond: 812.4, secondsLeft: secondsLeft))
  }

  private let record = EpochRecord(
    epoch: 2, values: ["val_loss": 0.8, "accuracy": 0.75, "val_accuracy": 0.625, "loss": 0.5], seconds: 0.317)

  @Test func terminal() {
    let events = [
      extracting(10, of: 40, seconds: 2), extracting(40, of: 40, seconds: 8), batch(4, of: 4, secondsLeft: 12.4),
      batch(4, of: 4, secondsLeft: 300), .epoch(record), .finished(History()),
    ]
    #expect(
      render(events, isTerminal: true) == """
        <Pictures  [==........]  10/40  5 images/s  6 s left<Pictures  [==========]  40/40  5 images/s
        <Epoch 2/10  [==========]  loss 1.2346  accuracy 0.5000  812 images/s  12 s left\
        <Epoch 2/10  [==========]  loss 1.2346  accuracy 0.5000  812 images/s  6 min left\
        <Epoch 2  loss 0.5000  accuracy 0.7500  val_loss 0.8000  val_accuracy 0.6250  0.32 s

        """)
  }

  @Test func aTerminalIsNotFlooded() {
    // Events within 80 ms of the last one shown are left out, but never the end of something.
    let text = render((1...500).map { extracting($0, of: 500, seconds: 1) }, isTerminal: true)
    #expect(text.count { $0 == "<" } < 50)
    #expect(text.hasSuffix("<Pictures  [==========]  500/500  500 images/s\n"))
  }

  @Test func plainLines() {
    let pictures = (1...100).map { extracting($0, of: 100, seconds: Double($0) / 20) }
    let text = render(pictures + [batch(1, of: 4, secondsLeft: 1), .epoch(record)], isTerminal: false)
    #expect(
      text == """
        Pictures  10/100  20 images/s  5 s left
        Pictures  20/100  20 images/s  4 s left
        Pictures  30/100  20 images/s  4 s left
        Pictures  40/100  20 images/s  3 s left
        Pictures  50/100  20 images/s  3 s left
        Pictures  60/100  20 images/s  2 s left
        Pictures  70/100  20 images/s  2 s left
        Pictures  80/100  20 images/s  1 s left
        Pictures  90/100  20 images/s  1 s left
        Pictures  100/100  20 images/s
        Epoch 2  loss 0.5000  accuracy 0.7500  val_loss 0.8000  val_accuracy 0.6250  0.32 s

        """)
  }

  @Test func plainCountsBeginAnew() {
    let output = Output()
    var renderer = ProgressRenderer(isTerminal: false) { output.text += $0 }
    for what in ["Download", "Pictures"] {
      for done in 1...3 { renderer.show(what, done: done, total: 3, details: ["so far"]) }
    }
    renderer.show("Nothing", done: 0, total: 0)
    #expect(
      output.text == """
        Download  1/3  so far
        Download  2/3  so far
        Download  3/3  so far
        Pictures  1/3  so far
        Pictures  2/3  so far
        Pictures  3/3  so far

        """)
  }

  @Test func numbersThatAreNone() {
    let text = render(
      [
        .batch(
          BatchProgress(
            epoch: 1, epochCount: 1, batch: 1, batchCount: 1, values: ["loss": .nan], samplesPerSecond: .infinity,
            secondsLeft: .nan))
      ], isTerminal: true)
    #expect(text == "<Epoch 1/1  [==========]  loss nan  – images/s")
  }

  @Test func silence() {
    #expect(render([extracting(1, of: 1, seconds: 1), .epoch(record)], isTerminal: true, isSilent: true) == "")
  }

  @Test func paces() {
    let progress = ExtractionProgress(done: 20, total: 50, known: 0, seconds: 4)
    #expect(progress.imagesPerSecond == 5 && progress.secondsLeft == 6)
    let begun = ExtractionProgress(done: 0, total: 50, known: 0, seconds: 0)
    #expect(begun.imagesPerSecond == 0 && begun.secondsLeft == 0)
    // What was known took no time.
    let known = ExtractionProgress(done: 40, total: 50, known: 20, seconds: 4)
    #expect(known.imagesPerSecond == 5 && known.secondsLeft == 2)
  }

  @Test func whatAStoreKnew() {
    let events = [
      extracting(1000, of: 1010, known: 1000, seconds: 0.1), extracting(1010, of: 1010, known: 1000, seconds: 1.1),
    ]
    #expect(
      render(events, isTerminal: false) == """
        Pictures  1000/1010  1,000 known, 0 new
        Pictures  1010/1010  1,000 known, 10 new  9 images/s

        """)
  }
}
