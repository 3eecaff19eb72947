internal import GraftCore
internal import GraftRuntime

/// One of the workers of a `Trainer`: runs parts of batches, and adds up their gradients. It belongs to one thread at a time.
final class TrainingWorker {
  private let store: ParameterStore
  private let gradients: GradientBlock
  private var sums: GradientBlock?
  private let reader: PreparedReader
  private var contexts: [Int: ExecutionContext] = [:]
  private var partCount = 0
  private var partsSoFar = 0

  /// - Parameter gradients: Where this worker's gradients are written.
  init(store: ParameterStore, gradients: GradientBlock, set: PreparedSet) {
    self.store = store
    self.gradients = gradients
    reader = set.makeReader()
  }

  /// Begins a step of some parts, whose gradients will be added up from nothing.
  func begin(_ parts: Int) {
    partCount = parts
    partsSoFar = 0
    if parts > 1, sums == nil { sums = GradientBlock(store.layout) }
  }

  /// The gradients of all parts since `begin`.
  var total: UnsafeMutableBufferPointer<Float> { partCount > 1 ? (sums ?? gradients).floats : gradients.floats }

  /// Runs a part of a batch.
  ///
  /// - Parameters:
  ///   - plan: The training step for as many samples as the part has.
  ///   - rows: The whole batch, as samples of the set, with the view of each.
  ///   - weights: What each of the set's samples counts.
  func run(
    _ part: StepPart, _ plan: ExecutionPlan, rows: ArraySlice<Int>, views: (Int) -> Int, weights: [Float],
    environment: RunEnvironment, results: StepResults
  ) throws {
    let count = part.samples.count
    let context = try context(plan)
    let share = 1 / Float(rows.count)
    for slot in 0..<count {
      let row = rows[rows.startIndex + part.samples.lowerBound + slot]
      try reader.read(row, view: views(row), slot: slot, of: count) { context.withInput($0, $1) }
      context.withInput(reader.featureCount + 1) { $0[slot] = weights[row] * share }
    }
    context.environment = environment
    context.environment.firstSample = part.samples.lowerBound
    try context.run()
    context.withOutput(0) { results.storePredictions($0, at: part.samples.lowerBound) }
    context.withOutput(1) { results.storeLosses($0, at: part.samples.lowerBound) }
    addUp()
  }

  private func addUp() {
    partsSoFar += 1
    // The gradients of a step's only part stay where they are.
    guard partCount > 1, let total = sums?.floats.baseAddress, let part = gradients.floats.baseAddress else { return }
    let count = gradients.floats.count
    if partsSoFar == 1 {
      total.update(from: part, count: count)
    } else {
      for index in 0..<count { total[index] += part[index] }
    }
  }

  private func context(_ plan: ExecutionPlan) throws -> ExecutionContext {
    if let context = contexts[plan.batchSize] { return context }
    let context = try ExecutionContext(plan, store: store, gradients: gradients)
    contexts[plan.batchSize] = context
    return context
  }
}
