import CPixels
import Testing

@testable import GraftImages

/// What processors with wide vectors run, beside what every processor runs: equal to the byte.
@Suite struct ResizeLoopsTests {
  @Test(arguments: [
    (500, 375, 224, 224), (1, 1, 9, 9), (5, 3, 2, 8), (16, 16, 17, 7), (37, 40, 5, 3), (2000, 40, 130, 15),
    (37, 100, 5, 3),
  ])
  func equalBasicOnes(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) {
    var state: UInt32 = 11
    let source = (0..<(width * height * 3)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    let rows = ResizeTable(.init(length: height, start: 0, extent: Double(height), count: newHeight))
    let columns = ResizeTable(.init(length: width, start: 0, extent: Double(width), count: newWidth))
    let results = [graft_resize, graft_resize_basic]
      .map { resize in
        rows.withTable { rows in
          columns.withTable { columns in
            // One more than there is, to see that nothing else is written.
            var out = [UInt8](repeating: 201, count: newWidth * newHeight * 3 + 1)
            var scratch = [UInt16](repeating: 77, count: graft_resize_scratch(width * 3, columns) + 1)
            resize(source, width * 3, rows, columns, &scratch, &out)
            #expect(out.last == 201)
            #expect(scratch.last == 77)
            return out
          }
        }
      }
    #expect(results[0] == results[1])
    #expect(Set(results[0].dropLast()).count > 1)
  }

  @Test(arguments: [1, 8, 21], [false, true]) func preprocessingToo(_ count: Int, _ isReversed: Bool) {
    let pixels = (0..<(3 * count)).map { UInt8(truncatingIfNeeded: 59 &* $0 &+ 7) }
    let results = [graft_preprocess, graft_preprocess_basic]
      .map { preprocess in
        var out = [Float](repeating: 0, count: 3 * count)
        preprocess(pixels, count, isReversed, 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], &out)
        return out
      }
    #expect(results[0] == results[1])
    #expect(Set(results[0]).count > 1)
  }
}
