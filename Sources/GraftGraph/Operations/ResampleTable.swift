internal import Foundation

/// Which pixels of a row make which pixels of a longer or shorter one.
///
/// Definitions: tensorflow/core/kernels/image: resize_nearest_neighbor_op, resize_bilinear_op, resize_bicubic_op and
/// scale_and_translate_op, all with half-pixel centers; bins as PyTorch has them.
package struct ResampleTable: Sendable {
  /// For each pixel of the result where its sources begin in `sources` and `weights`, and at last where they end.
  package private(set) var starts: [Int] = [0]
  /// Places of the sources.
  package private(set) var sources: [Int] = []
  /// Their weights.
  package private(set) var weights: [Float] = []

  init(from input: Int, to output: Int, method: ResampleOperation.Method, antialiases: Bool) {
    let scale = Float(input) / Float(output)
    for pixel in 0..<output {
      let center = (Float(pixel) + 0.5) * scale
      switch method {
      case .nearest: add([(min(max(Int(center.rounded(.down)), 0), input - 1), 1)])
      case .bins:
        let bin = (pixel * input / output)..<((pixel + 1) * input + output - 1) / output
        add(bin.map { ($0, 1 / Float(bin.count)) })
      case .bicubic where !antialiases: add(Self.cubic(center - 0.5, input))
      case .bilinear, .bicubic, .lanczos3, .lanczos5:
        add(Self.span(center, input, method, stretch: antialiases ? max(scale, 1) : 1))
      }
    }
  }

  private mutating func add(_ taps: [(source: Int, weight: Float)]) {
    sources += taps.map(\.source)
    weights += taps.map(\.weight)
    starts.append(sources.count)
  }

  /// TensorFlow takes cubic weights from a table of 1024 steps; what lies outside of the row does not count.
  private static func cubic(_ place: Float, _ input: Int) -> [(Int, Float)] {
    let first = place.rounded(.down)
    let step = ((place - first) * 1024).rounded(.toNearestOrEven) / 1024
    let taps = [(-1, 1 + step), (0, step), (1, 1 - step), (2, 2 - step)]
      .map { (Int(first) + $0.0, keys($0.1)) }.filter { (0..<input).contains($0.0) }
    return normalized(taps)
  }

  /// All pixels under a kernel around a place.
  private static func span(
    _ center: Float, _ input: Int, _ method: ResampleOperation.Method, stretch: Float
  ) -> [(Int, Float)] {
    let reach = radius(method) * stretch
    let first = min(max(Int((center - reach - 0.5).rounded(.up)), 0), input - 1)
    let last = min(max(Int((center + reach - 0.5).rounded(.down)), first), input - 1)
    return normalized(
      (first...last).map { ($0, kernel(method, abs(Float($0) + 0.5 - center) / stretch)) })
  }

  private static func normalized(_ taps: [(Int, Float)]) -> [(Int, Float)] {
    let sum = taps.reduce(Float(0)) { $0 + $1.1 }
    // Nothing under the kernel: a pixel at the very border, which stands for itself.
    guard abs(sum) > 1e-6 else { return [(taps.first?.0 ?? 0, 1)] }
    return taps.map { ($0.0, $0.1 / sum) }
  }

  private static func radius(_ method: ResampleOperation.Method) -> Float {
    switch method {
    case .nearest, .bilinear, .bins: 1
    case .bicubic: 2
    case .lanczos3: 3
    case .lanczos5: 5
    }
  }

  private static func kernel(_ method: ResampleOperation.Method, _ x: Float) -> Float {
    switch method {
    case .nearest, .bilinear, .bins: max(0, 1 - x)
    case .bicubic: keys(x)
    case .lanczos3, .lanczos5: lanczos(x, radius(method))
    }
  }

  private static func keys(_ x: Float) -> Float {
    if x >= 2 { return 0 }
    return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1
  }

  private static func lanczos(_ x: Float, _ radius: Float) -> Float {
    if x > radius { return 0 }
    if x <= 1e-3 { return 1 }
    return radius * sin(.pi * x) * sin(.pi * x / radius) / (.pi * .pi * x * x)
  }
}
