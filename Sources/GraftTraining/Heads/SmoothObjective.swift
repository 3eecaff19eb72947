/// A smooth function with its gradient, which `LBFGS` makes small.
protocol SmoothObjective: AnyObject {
  /// The number of parameters.
  var parameterCount: Int { get }
  /// How far rounding may throw a value off, relative to it.
  var relativeNoise: Double { get }
  /// The value at some parameters; writes the gradient there.
  func evaluate(_ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) throws -> Double
}
