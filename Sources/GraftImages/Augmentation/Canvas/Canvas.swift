/// A picture under change: four floats per pixel (red, green, blue, nothing), 0…255.
///
/// It keeps its memory between pictures, and belongs to one worker at a time.
package struct Canvas {
  private(set) var width = 0
  private(set) var height = 0
  /// A multiple of four pixels, so that colour arithmetic can take four at a time.
  var pixels: [SIMD4<Float>] = []
  /// Where steps put their result that read more than one pixel for each; taken when the first of them comes.
  private var spare: [SIMD4<Float>] = []

  /// Makes an empty canvas.
  package init() {}

  /// The number of pixels.
  var count: Int { width * height }

  /// Copies a picture.
  package mutating func load(_ image: PixelImage) {
    (width, height) = (image.width, image.height)
    let room = (count + 3) & ~3
    if pixels.count != room {
      pixels = [SIMD4<Float>](repeating: .zero, count: room)
      spare = []
    }
    let count = count
    image.pixels.withUnsafeBufferPointer { source in
      pixels.withUnsafeMutableBufferPointer { pixels in
        guard var source = source.baseAddress else { return }
        for index in 0..<count {
          pixels[index] = SIMD4(Float(source[0]), Float(source[1]), Float(source[2]), 0)
          source += 3
        }
      }
    }
  }

  /// The picture, each value rounded to the nearest whole number.
  package func image() -> PixelImage {
    PixelImage(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        var out = out
        for index in 0..<count {
          // Adding 2²³ leaves the rounded integer in the low bits. All operations keep to 0…255.
          let bits = unsafeBitCast(pixels[index] + 0x1p23, to: SIMD4<UInt32>.self)
          out[0] = UInt8(truncatingIfNeeded: bits.x)
          out[1] = UInt8(truncatingIfNeeded: bits.y)
          out[2] = UInt8(truncatingIfNeeded: bits.z)
          out += 3
        }
      }
    }
  }

  /// The values before they are rounded: `height × width × 3`.
  package var values: [Float] { pixels[..<count].flatMap { [$0.x, $0.y, $0.z] } }

  /// Applies one step.
  package mutating func apply(_ step: PixelStep) {
    switch step {
    case .transform(let transform, let fill): resample(transform, fill)
    case .brightness(let delta): add(delta)
    case .gain(let factor): multiply(factor)
    case .contrast(let factor): stretchContrast(factor)
    case .saturation(let factor): scaleSaturation(factor)
    case .hue(let turn): turnHue(turn)
    case .color(let factor): blendWithGray(factor)
    case .sharpness(let factor): sharpen(factor)
    case .posterize(let bits): posterize(bits: bits)
    case .solarize(let threshold): solarize(threshold)
    case .autoContrast: stretchToFullRange()
    case .equalize: equalize()
    case .erase(let box, let erasure): erase(box, erasure)
    }
  }

  /// Replaces the whole picture: `make` reads one and writes `count` pixels of the other.
  mutating func replace(_ make: (UnsafePointer<SIMD4<Float>>, UnsafeMutablePointer<SIMD4<Float>>) -> Void) {
    if spare.count != pixels.count { spare = [SIMD4<Float>](repeating: .zero, count: pixels.count) }
    pixels.withUnsafeBufferPointer { source in
      spare.withUnsafeMutableBufferPointer { result in
        if let source = source.baseAddress, let result = result.baseAddress { make(source, result) }
      }
    }
    swap(&pixels, &spare)
  }

  /// Replaces every pixel by itself changed.
  @inline(__always) mutating func map(_ change: (SIMD4<Float>) -> SIMD4<Float>) {
    pixels.withUnsafeMutableBufferPointer { pixels in
      for index in pixels.indices { pixels[index] = change(pixels[index]) }
    }
  }
}

extension SIMD4<Float> {
  /// The lesser of each pair of values.
  @inline(__always) func lesser(_ other: SIMD4<Float>) -> SIMD4<Float> {
    other.replacing(with: self, where: self .< other)
  }
  /// The greater of each pair of values.
  @inline(__always) func greater(_ other: SIMD4<Float>) -> SIMD4<Float> {
    other.replacing(with: self, where: self .> other)
  }
  /// Each value brought into 0 … `limit`.
  @inline(__always) func within(_ limit: Float) -> SIMD4<Float> {
    greater(.zero).lesser(SIMD4(repeating: limit))
  }
}
