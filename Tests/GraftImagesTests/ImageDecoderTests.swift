import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct ImageDecoderTests {
  @Test(arguments: Fixtures.good)
  func decodesAsPillowDoes(_ fixture: Fixtures.Good) throws {
    let image = try ImageDecoder().decode(Fixtures.picture(fixture.file), name: fixture.file)
    #expect(image.width == fixture.width)
    #expect(image.height == fixture.height)
    let expected = try Fixtures.bytes("expected/\(fixture.file).rgb")
    let difference = try #require(Fixtures.largestDifference(image.pixels, expected))
    #expect(difference <= fixture.tolerance)
  }

  @Test(arguments: Fixtures.bad)
  func namesWhatIsWrong(_ fixture: Fixtures.Bad) throws {
    let bytes = try Fixtures.picture(fixture.file)
    for decode in [
      { try ImageDecoder().decode(bytes, name: fixture.file) },
      { try ImageDecoder().decode(bytes, name: fixture.file, width: 8, height: 8) },
    ] {
      let error = #expect(throws: GraftError.self) { try decode() }
      #expect(error?.code.description == fixture.code)
      #expect(error?.message.hasPrefix("\(fixture.file): ") == true)
      #expect(error?.message.contains(fixture.words) == true, "\(error?.message ?? "")")
    }
  }

  @Test func aFileCutAnywhereIsAnError() throws {
    for file in [
      "plain.jpg", "progressive.jpg", "gray.jpg", "restarts.jpg", "exif6.jpg", "plain.png", "palette.png",
      "interlaced.png", "lossless.webp", "lossy.webp", "animated.webp", "plain.gif", "animated.gif", "plain.tif",
      "lzw.tif", "plain.bmp",
    ] {
      let bytes = try Fixtures.picture(file)
      for count in 0..<bytes.count {
        #expect(throws: GraftError.self, "\(file) cut to \(count) bytes") {
          try ImageDecoder().decode(Array(bytes[..<count]), name: file)
        }
      }
    }
  }

  @Test func damageNeverCrashes() throws {
    let random = RandomNumbers(seed: 1)
    let decoder = ImageDecoder()
    var index: UInt64 = 0
    for fixture in Fixtures.good {
      let bytes = try Fixtures.picture(fixture.file)
      for _ in 0..<20 {
        var damaged = bytes
        for _ in 0..<3 {
          let word = random.words(at: index)
          damaged[Int(word.x) % damaged.count] = UInt8(truncatingIfNeeded: word.y)
          index += 1
        }
        if let image = try? decoder.decode(damaged, name: "x", width: 9, height: 9) {
          #expect(image.pixels.count == 243)
        }
      }
    }
  }

  /// At whatever size: libjpeg-turbo 3.0 would write all of them, into room for an eighth.
  @Test(arguments: [0xC3, 0xC7, 0xCB, 0xCF] as [UInt8]) func jpegsWithoutLossAreRefused(_ marker: UInt8) throws {
    var bytes = try Fixtures.picture("exif6.jpg")
    let frame = try #require(
      bytes.indices.dropLast().first { bytes[$0] == 0xFF && (bytes[$0 + 1] == 0xC0 || bytes[$0 + 1] == 0xC2) })
    bytes[frame + 1] = marker
    let expected = GraftError(.unsupported, "a: unsupported JPEG: it is compressed without loss")
    #expect(throws: expected) { try ImageDecoder().decode(bytes, name: "a") }
    #expect(throws: expected) { try ImageDecoder().decode(bytes, name: "a", width: 2, height: 2) }
  }

  @Test func limitsAreCheckedOnTheHeader() throws {
    let bytes = try Fixtures.picture("plain.png")
    let decoder = ImageDecoder(limits: ImageLimits(maximumPixels: 279))
    let error = #expect(throws: GraftError.self) { try decoder.decode(bytes, name: "a") }
    #expect(error?.message == "a: 20×14 pixels are more than the limit of 279")
    #expect(throws: Never.self) { try ImageDecoder(limits: ImageLimits(maximumPixels: 280)).decode(bytes, name: "a") }

    let small = ImageDecoder(limits: ImageLimits(maximumBytes: bytes.count - 1))
    #expect(throws: GraftError(.invalidData, "a: \(bytes.count) bytes are more than the limit of \(bytes.count - 1)")) {
      try small.decode(bytes, name: "a")
    }
  }

  @Test func anEmptyTargetIsAnError() throws {
    let bytes = try Fixtures.picture("plain.jpg")
    #expect(throws: GraftError(.invalidArgument, "a: a target size of at least 1×1 is needed, received 0×8")) {
      try ImageDecoder().decode(bytes, name: "a", width: 0, height: 8)
    }
  }

  /// The same picture, stored in eight orientations, must be placed alike: the target is turned, not the source. The
  /// sizes lead to decodes at full size, a half, a quarter and an eighth, which must not move the picture.
  @Test(arguments: ImageFit.allCases, [(70, 99), (72, 52), (39, 27), (20, 9), (200, 200)])
  func orientationAndFitCommute(_ fit: ImageFit, _ size: (width: Int, height: Int)) throws {
    let decoder = ImageDecoder()
    for orientation in 1...8 {
      let bytes = try Fixtures.picture("large\(orientation).jpg")
      let sized = try decoder.decode(bytes, name: "a", width: size.width, height: size.height, fit: fit)
      let whole = try decoder.decode(bytes, name: "a")
      let expected = Resizer().resize(whole, width: size.width, height: size.height, fit: fit)
      let difference = try #require(Fixtures.largestDifference(sized.pixels, expected.pixels))
      // The reduced decode averages squares where the resizer has a triangle; half a pixel at 20×9 would make 4 and more.
      #expect(difference <= 3, "orientation \(orientation)")
    }
  }

  @Test func decodersWorkSideBySide() async throws {
    let pictures = try Fixtures.good.map {
      (try Fixtures.picture($0.file), try Fixtures.bytes("expected/\($0.file).rgb"), $0)
    }
    let worst = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let decoder = ImageDecoder()
          return pictures.map { bytes, expected, fixture in
            guard let image = try? decoder.decode(bytes, name: fixture.file),
              let difference = Fixtures.largestDifference(image.pixels, expected)
            else { return 256 }
            return max(0, difference - fixture.tolerance)
          }.max() ?? 0
        }
      }
      return await group.reduce(0, max)
    }
    #expect(worst == 0)
  }

  @Test func filesAreRead() throws {
    let image = try PixelImage(contentsOf: Fixtures.path("pictures/plain.png"))
    #expect(try image.pixels == Fixtures.bytes("expected/plain.png.rgb"))
    #expect(throws: GraftError(.fileNotFound, "/no/such.jpg: cannot be opened: No such file or directory")) {
      try PixelImage(contentsOf: "/no/such.jpg")
    }
    #expect(throws: GraftError(.unreadable, "/dev/zero: not a regular file")) {
      try PixelImage(contentsOf: "/dev/zero")
    }
  }
}
