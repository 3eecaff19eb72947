internal import CFloats

/// The loops of the optimizers, each short enough for the compiler to prove that its arrays do not overlap and to make
/// vectors of it: with more than four arrays in one loop it gives up.
enum UpdateLoops {
  typealias Numbers = UnsafePointer<Float>
  typealias Mutable = UnsafeMutablePointer<Float>

  // MARK: Gradients

  static func scale(_ g: Numbers, by scale: Float, into result: Mutable, _ count: Int) {
    for i in 0..<count { result[i] = g[i] * scale }
  }

  static func clip(_ g: Numbers, to limit: Float, into result: Mutable, _ count: Int) {
    for i in 0..<count {
      let bounded = g[i] > limit ? limit : g[i]
      result[i] = bounded < -limit ? -limit : bounded
    }
  }

  static func decay(_ w: Mutable, _ decay: Float, _ rate: Float, _ count: Int) {
    for i in 0..<count { w[i] -= w[i] * decay * rate }
  }

  // MARK: Gradient descent

  static func descend(_ w: Mutable, _ g: Numbers, _ rate: Float, _ count: Int) {
    for i in 0..<count { w[i] -= rate * g[i] }
  }

  static func momentum(_ m: Mutable, _ g: Numbers, _ momentum: Float, _ rate: Float, _ count: Int) {
    for i in 0..<count { m[i] = momentum * m[i] - rate * g[i] }
  }

  static func nesterov(
    _ w: Mutable, _ m: Mutable, _ g: Numbers, _ momentum: Float, _ rate: Float, _ count: Int
  ) {
    for i in 0..<count { w[i] += momentum * m[i] - rate * g[i] }
  }

  static func add(_ m: Mutable, to w: Mutable, _ count: Int) {
    for i in 0..<count { w[i] += m[i] }
  }

  static func subtract(_ m: Mutable, from w: Mutable, _ count: Int) {
    for i in 0..<count { w[i] -= m[i] }
  }

  // MARK: Adam

  static func moments(
    _ m: Mutable, _ v: Mutable, _ g: Numbers, _ first: Float, _ second: Float, _ count: Int
  ) {
    for i in 0..<count {
      m[i] += (g[i] - m[i]) * first
      v[i] += (g[i] * g[i] - v[i]) * second
    }
  }

  static func maximum(_ largest: Mutable, _ v: Mutable, _ count: Int) {
    for i in 0..<count { largest[i] = v[i] > largest[i] ? v[i] : largest[i] }
  }

  static func adam(_ w: Mutable, _ m: Mutable, _ v: Mutable, _ alpha: Float, _ epsilon: Float, _ count: Int) {
    for i in 0..<count { w[i] -= m[i] * alpha / (graft_square_root(v[i]) + epsilon) }
  }

  // MARK: RMSprop

  static func meanSquare(_ v: Mutable, _ g: Numbers, _ rho: Float, _ rest: Float, _ count: Int) {
    for i in 0..<count { v[i] = rho * v[i] + rest * (g[i] * g[i]) }
  }

  static func mean(_ a: Mutable, _ g: Numbers, _ rho: Float, _ rest: Float, _ count: Int) {
    for i in 0..<count { a[i] = rho * a[i] + rest * g[i] }
  }

  static func increment(
    _ g: Numbers, _ v: Mutable, _ rate: Float, _ epsilon: Float, into result: Mutable, _ count: Int
  ) {
    for i in 0..<count { result[i] = rate * g[i] / graft_square_root(v[i] + epsilon) }
  }

  static func centeredIncrement(
    _ g: Numbers, _ v: Mutable, _ a: Mutable, _ rate: Float, _ epsilon: Float, into result: Mutable, _ count: Int
  ) {
    for i in 0..<count { result[i] = rate * g[i] / graft_square_root(v[i] - a[i] * a[i] + epsilon) }
  }

  static func accumulate(_ m: Mutable, _ increment: Mutable, _ momentum: Float, _ count: Int) {
    for i in 0..<count { m[i] = momentum * m[i] + increment[i] }
  }

  // MARK: Averages

  static func average(_ average: Mutable, _ w: Mutable, _ momentum: Float, _ count: Int) {
    let rest = 1 - momentum
    for i in 0..<count { average[i] = momentum * average[i] + rest * w[i] }
  }
}
