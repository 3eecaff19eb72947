internal import Graft
internal import Synchronization

/// Progress that several threads report.
final class ProgressCounter: Sendable {
  private struct State {
    var renderer = ProgressRenderer(.terminal)
    var shown = 0
  }

  private let what: String
  private let state = Mutex(State())

  init(_ what: String) { self.what = what }

  /// Shows that so many are done. Threads may be late with theirs; it never counts back.
  func show(_ done: Int, of total: Int) {
    state.withLock { state in
      guard done > state.shown else { return }
      state.shown = done
      state.renderer.show(what, done: done, total: total)
    }
  }
}
