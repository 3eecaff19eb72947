import Foundation
import GraftCore
import GraftImages
import Testing

/// Every pixel of what Keras's layers make of one picture: see `Fixtures/generate_augmentation.py`.
@Suite struct AugmentationGoldenTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let operation: String?
    let step: String?
    let value: Double?
    let word: String?
    let box: [Double]?
    let dull: Bool?
    let flat: Bool?
    var testDescription: String { operation ?? "\(step ?? "") \(value ?? 0) \(word ?? "") \(box ?? [])" }
  }

  private struct Manifest: Decodable {
    let width: Int
    let height: Int
    let cases: [Case]
  }

  private static let manifest = Fixtures.json(Manifest.self, "augmentation.json")
  static let indices = manifest.cases.indices

  private func floats(_ position: Int) throws -> [Float] {
    let count = Self.manifest.width * Self.manifest.height * 3
    let bytes = try Fixtures.bytes("augmentation.f32")
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: 4 * (position * count + $0), as: Float.self) }
    }
  }

  private func picture(_ golden: Case) throws -> PixelImage {
    var values = try floats(0)
    if golden.dull == true { values = values.map { ($0 * 0.4 + 60).rounded(.down) } }
    if golden.flat == true { for index in stride(from: 1, to: values.count, by: 3) { values[index] = 77 } }
    return PixelImage(width: Self.manifest.width, height: Self.manifest.height, pixels: values.map { UInt8($0) })
  }

  private func steps(_ golden: Case) throws -> [PixelStep] {
    let (width, height) = (Self.manifest.width, Self.manifest.height)
    if let operation = golden.operation {
      let key = AugmentationKey(seed: 1, view: 2, sample: 3)
      return try Augmentation(parsing: operation).steps(for: key, width: width, height: height)
    }
    let value = Float(golden.value ?? 0)
    switch golden.step {
    case "flip":
      let mode = try #require(FlipMode(rawValue: golden.word ?? ""))
      return [.transform(.flip(mode, width: width, height: height), .reflect)]
    case "contrast": return [.contrast(value)]
    case "hue": return [.hue(value)]
    case "color": return [.color(value)]
    case "sharpness": return [.sharpness(value)]
    case "posterize": return [.posterize(Int(value))]
    case "solarize": return [.solarize(value)]
    case "autoContrast": return [.autoContrast]
    case "equalize": return [.equalize]
    case "erase":
      let box = try #require(golden.box)
      return [.erase(PixelBox(left: box[0], top: box[2], right: box[1], bottom: box[3]), .constant(99))]
    default:
      Issue.record("unknown step \(golden.step ?? "")")
      return []
    }
  }

  /// Positions and mixtures in float32, values of 0…255: rounding makes some 10⁻³. Keras rounds to whole numbers nowhere.
  private let tolerance: Float = 4e-3

  @Test(arguments: indices)
  func equalsKeras(_ index: Int) throws {
    let golden = Self.manifest.cases[index]
    let source = try picture(golden)
    var expected = try floats(index + 1)
    if golden.step == "sharpness" {
      // The border stays as it is, which is not Keras's way: see Canvas.sharpen.
      for row in 0..<source.height {
        for column in 0..<source.width
        where row == 0 || column == 0 || row == source.height - 1 || column == source.width - 1 {
          for place in (3 * (row * source.width + column))..<(3 * (row * source.width + column) + 3) {
            expected[place] = Float(source.pixels[place])
          }
        }
      }
    }
    var canvas = Canvas()
    canvas.load(source)
    let steps = try steps(golden)
    #expect(!steps.isEmpty)
    for step in steps { canvas.apply(step) }
    for (place, (received, expected)) in zip(canvas.values, expected).enumerated()
    where !(abs(received - expected) <= tolerance) {
      Issue.record("\(golden.testDescription), element \(place): expected \(expected), received \(received)")
    }
    // What the network sees is the nearest whole number.
    let rounded = canvas.image().pixels
    #expect(zip(rounded, canvas.values).allSatisfy { abs(Float($0) - $1) <= 0.5001 })
  }
}
