import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct PreprocessingTests {
  private func apply(_ preprocessing: Preprocessing, _ image: PixelImage) -> [Float] {
    var result = [Float](repeating: .nan, count: image.pixels.count)
    result.withUnsafeMutableBufferPointer { preprocessing.apply(image, into: $0) }
    return result
  }

  /// Bit for bit: atol and rtol are 0.
  @Test(arguments: [("tf", 0), ("caffe", 1), ("torch", 2)])
  func equalsKeras(_ name: String, _ position: Int) throws {
    // 8-bit arithmetic wraps as the generator's "mod 256" does.
    let pixels = (UInt8.min...UInt8.max).flatMap { (x: UInt8) -> [UInt8] in [x, 255 - x, 7 &* x &+ 3] }
    let bytes = try Fixtures.bytes("preprocessing.f32")
    let expected = bytes.withUnsafeBytes { raw in
      (0..<768).map { raw.loadUnaligned(fromByteOffset: 4 * (768 * position + $0), as: Float.self) }
    }
    let preprocessing = try #require(Preprocessing(name: name))
    #expect(apply(preprocessing, PixelImage(width: 256, height: 1, pixels: pixels)) == expected)
    #expect(preprocessing.name == name)
  }

  @Test func plainAndUnit() {
    let image = PixelImage(width: 1, height: 1, pixels: [0, 51, 255])
    #expect(apply(.none, image) == [0, 51, 255])
    #expect(apply(.unit, image) == [0, 51 / 255, 1])
  }

  /// Sizes around the eight pixels that are worked on at a time, every step alone and with the others.
  @Test(arguments: [1, 7, 8, 9, 16, 63]) func isItsFormula(_ count: Int) throws {
    let pixels = (0..<(3 * count)).map { UInt8(truncatingIfNeeded: 37 &* $0 &+ 5) }
    let image = PixelImage(width: count, height: 1, pixels: pixels)
    for order in [Preprocessing.ChannelOrder.rgb, .bgr] {
      for (divisor, deviation) in [
        (Float(1), [Float(1), 1, 1]), (127.5, [1, 1, 1]), (1, [3, 5, 7]), (255, [0.2, 1, 0.3]),
      ] {
        let mean: [Float] = [0.5, 1, 2]
        let preprocessing = try Preprocessing(
          channelOrder: order, divisor: divisor, mean: mean, deviation: deviation)
        var result = [Float](repeating: .nan, count: pixels.count + 1)
        result.withUnsafeMutableBufferPointer { preprocessing.apply(image, into: $0) }
        #expect(result.last?.isNaN == true)
        for index in pixels.indices {
          let (pixel, channel) = (index / 3, index % 3)
          let byte = pixels[3 * pixel + (order == .bgr ? 2 - channel : channel)]
          #expect(result[index] == (Float(byte) / divisor - mean[channel]) / deviation[channel])
        }
      }
    }
  }

  @Test func namesLeadBack() {
    for name in Preprocessing.names { #expect(Preprocessing(name: name)?.name == name) }
    #expect(Preprocessing(name: "imagenet") == nil)
  }

  @Test func travelsThroughJSON() throws {
    let custom = try Preprocessing(divisor: 1, mean: [127, 127, 127], deviation: [128, 128, 128])
    #expect(custom.name == "custom")
    for preprocessing in [custom, .caffe, .torch] {
      let data = try JSONEncoder().encode(preprocessing)
      #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
    }
  }

  @Test(arguments: [
    #"{"channelOrder":"rgb","divisor":0,"mean":[0,0,0],"deviation":[1,1,1]}"#,
    #"{"channelOrder":"rgb","divisor":1,"mean":[0,0],"deviation":[1,1,1]}"#,
    #"{"channelOrder":"rgb","divisor":1,"mean":[0,0,0],"deviation":[1,0,1]}"#,
  ])
  func nonsenseIsRefused(_ json: String) {
    #expect(throws: GraftError.self) { try JSONDecoder().decode(Preprocessing.self, from: Data(json.utf8)) }
  }

  @Test func loaderGoesFromFileToFloats() throws {
    let path = Fixtures.path("pictures/exif6.jpg")
    let loader = ImageLoader(width: 9, height: 7, fit: .pad, preprocessing: .caffe)
    var output = [Float](repeating: .nan, count: loader.elementCount)
    try output.withUnsafeMutableBufferPointer { try loader.load(path, into: $0) }
    let bytes = try Fixtures.picture("exif6.jpg")
    let image = try ImageDecoder().decode(bytes, name: "a", width: 9, height: 7, fit: .pad)
    #expect(output == apply(.caffe, image))

    var again = [Float](repeating: .nan, count: loader.elementCount)
    try again.withUnsafeMutableBufferPointer { try loader.load(bytes, name: "a", into: $0) }
    #expect(again == output)
  }

  @Test func loaderNamesBadFilesAndWritesNothing() {
    let loader = ImageLoader(width: 2, height: 2, preprocessing: .none)
    var output = [Float](repeating: -7, count: 12)
    let path = Fixtures.path("pictures/truncated.jpg")
    let reason = "truncated JPEG: the file ends before its picture does"
    output.withUnsafeMutableBufferPointer { buffer in
      #expect(loader.tryLoad(path, into: buffer) == BadFile(path: path, reason: reason))
      #expect(throws: GraftError(.corrupt, "\(path): \(reason)")) { try loader.load(path, into: buffer) }
      #expect(
        loader.tryLoad(Fixtures.path("pictures/plain.gif"), into: UnsafeMutableBufferPointer(rebasing: buffer[...]))
          == nil)
    }
    #expect(!output.contains(-7))
  }
}
