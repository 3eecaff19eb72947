internal import CFloats
internal import Foundation

/// Threads that do one piece of work together, again and again, with the caller as the first of them.
///
/// Unlike `Workers`, which starts threads for a long run, a team's threads stay: a training step is too short to start any.
/// On the team's own threads denormal numbers are 0; the caller sets that for itself.
final class ThreadTeam {
  /// The number of threads, the caller's included.
  let count: Int
  private let state: TeamState

  init(count: Int) {
    self.count = max(1, count)
    let state = TeamState(helpers: self.count - 1)
    self.state = state
    for worker in 1..<max(1, self.count) {
      let thread = Thread {
        graft_flush_denormals()
        state.serve(worker)
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  deinit { state.dismiss() }

  /// Runs `body` once per thread, with the thread's number, and waits for all. The first thread's error is thrown.
  func run(_ body: (Int) throws -> Void) throws {
    guard count > 1 else { return try body(0) }
    try withoutActuallyEscaping(body) { body in
      state.begin(body)
      let own = Result { try body(0) }
      let others = state.finish()
      try own.get()
      if let error = others { throw error }
    }
  }
}

/// What the threads of a team share.
private final class TeamState: @unchecked Sendable {
  // Unchecked: everything is guarded by the condition's lock.
  private let condition = NSCondition()
  private let helpers: Int
  private var body: ((Int) throws -> Void)?
  private var round = 0
  private var working = 0
  private var isDismissed = false
  private var errors: [Int: any Error] = [:]

  init(helpers: Int) { self.helpers = helpers }

  func begin(_ body: @escaping (Int) throws -> Void) {
    condition.lock()
    self.body = body
    errors = [:]
    working = helpers
    round += 1
    condition.broadcast()
    condition.unlock()
  }

  func finish() -> (any Error)? {
    condition.lock()
    defer { condition.unlock() }
    while working > 0 { condition.wait() }
    body = nil
    return errors.min { $0.key < $1.key }?.value
  }

  func dismiss() {
    condition.lock()
    isDismissed = true
    condition.broadcast()
    condition.unlock()
  }

  func serve(_ worker: Int) {
    var seen = 0
    while let result = work(worker, after: &seen) {
      condition.lock()
      if case .failure(let error) = result { errors[worker] = error }
      working -= 1
      if working == 0 { condition.broadcast() }
      condition.unlock()
    }
  }

  /// Waits for the next piece of work and does a thread's part of it; nil once the team is dismissed.
  ///
  /// A function of its own: on return nothing holds the closure any more, which must not outlive the call of `run`.
  @inline(never) private func work(_ worker: Int, after seen: inout Int) -> Result<Void, any Error>? {
    condition.lock()
    while round == seen, !isDismissed { condition.wait() }
    guard !isDismissed else {
      condition.unlock()
      return nil
    }
    seen = round
    let body = body
    condition.unlock()
    return Result { try body?(worker) }
  }
}
