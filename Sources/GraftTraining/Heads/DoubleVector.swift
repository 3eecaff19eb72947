/// A vector of doubles at a fixed address, and the few operations on such vectors that L-BFGS is made of.
///
/// Sums run in one order, whatever the machine.
final class DoubleVector {
  let count: Int
  let base: UnsafeMutablePointer<Double>

  /// Makes a vector of zeros.
  init(count: Int) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { base.deallocate() }

  var elements: UnsafeMutableBufferPointer<Double> { UnsafeMutableBufferPointer(start: base, count: count) }

  func copy(_ other: DoubleVector) { base.update(from: other.base, count: count) }

  /// Σ aᵢ bᵢ
  func dot(_ other: DoubleVector) -> Double {
    let (a, b) = (base, other.base)
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    var i = 0
    while i &+ 3 < count {
      s0 += a[i] * b[i]
      s1 += a[i &+ 1] * b[i &+ 1]
      s2 += a[i &+ 2] * b[i &+ 2]
      s3 += a[i &+ 3] * b[i &+ 3]
      i &+= 4
    }
    while i < count {
      s0 += a[i] * b[i]
      i &+= 1
    }
    return (s0 + s1) + (s2 + s3)
  }

  /// a ← a + factor · b, over the first `length` elements, or all.
  func add(_ factor: Double, _ other: DoubleVector, first length: Int? = nil) {
    let (a, b, end) = (base, other.base, length ?? count)
    var i = 0
    while i < end {
      a[i] += factor * b[i]
      i &+= 1
    }
  }

  /// a ← x + factor · y
  func set(_ x: DoubleVector, plus factor: Double, _ y: DoubleVector) {
    let (a, x, y) = (base, x.base, y.base)
    var i = 0
    while i < count {
      a[i] = x[i] + factor * y[i]
      i &+= 1
    }
  }

  func scale(by factor: Double) {
    var i = 0
    while i < count {
      base[i] *= factor
      i &+= 1
    }
  }

  /// max |aᵢ|; infinite if an element is not a number.
  var largestMagnitude: Double {
    var largest = 0.0
    var i = 0
    while i < count {
      let magnitude = abs(base[i])
      if !(magnitude <= largest) { largest = magnitude.isNaN ? .infinity : magnitude }
      i &+= 1
    }
    return largest
  }
}
