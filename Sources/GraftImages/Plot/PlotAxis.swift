internal import Foundation

/// Where values lie along one side of a plot, and which of them are named.
struct PlotAxis: Sendable {
  struct Tick: Sendable, Hashable {
    let value: Double
    /// nil for a line without a name.
    let label: String?
  }

  let isLogarithmic: Bool
  let lower: Double
  let upper: Double

  /// An axis for the values that it can show: finite ones, and positive ones on a logarithmic axis. Equal or no values
  /// get some room around them.
  init(_ values: some Sequence<Double>, isLogarithmic: Bool, margin: Double) {
    self.isLogarithmic = isLogarithmic
    let shown = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }.map { isLogarithmic ? log10($0) : $0 }
    var (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    if high - low < 1e-12 * max(1, abs(high)) {
      let room = isLogarithmic ? 0.5 : max(0.5, abs(high) / 2)
      (low, high) = (low - room, high + room)
    }
    let extra = (high - low) * margin
    (lower, upper) = (low - extra, high + extra)
  }

  /// From 0 at the lower end to 1 at the upper; nil for what the axis cannot show.
  func position(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    return ((isLogarithmic ? log10(value) : value) - lower) / (upper - lower)
  }

  /// Round values along the axis.
  var ticks: [Tick] { isLogarithmic && upper - lower > 1 ? decades : steps }

  /// Powers of ten, with lines between them where there is room.
  private var decades: [Tick] {
    let stride = max(1, Int(((upper - lower) / 12).rounded(.up)))
    var ticks: [Tick] = []
    for exponent in Int(lower.rounded(.down))...Int(upper.rounded(.up)) {
      if exponent.isMultiple(of: stride) { ticks.append(tick(Double(exponent), logarithmic: true)) }
      guard stride == 1 else { continue }
      for factor in 2...9 { ticks.append(Tick(value: Double(factor) * pow(10, Double(exponent)), label: nil)) }
    }
    return ticks.filter { position($0.value).map { $0 > -1e-9 && $0 < 1 + 1e-9 } ?? false }
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private var steps: [Tick] {
    let (low, high) = isLogarithmic ? (pow(10, lower), pow(10, upper)) : (lower, upper)
    let rough = (high - low) / 6
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { tick(Double($0) * step, logarithmic: false) }
  }

  private func tick(_ value: Double, logarithmic: Bool) -> Tick {
    let value = logarithmic ? pow(10, value) : value
    return Tick(value: value, label: Self.label(value))
  }

  /// A short name of a round number: `0.001`, `25`, `1e-7`.
  static func label(_ value: Double) -> String {
    if value == 0 { return "0" }
    if (0.999e-3..<1e5).contains(abs(value)) { return String(format: "%.6g", value) }
    var exponent = Int(log10(abs(value)).rounded(.down))
    var mantissa = value / pow(10, Double(exponent))
    if abs(mantissa) >= 9.9999995 {
      mantissa /= 10
      exponent += 1
    }
    return "\(String(format: "%.4g", mantissa))e\(exponent)"
  }
}
