/// Weighted sums of rows and of columns in 16 bits, eight numbers at a time: what every processor has an instruction for.
///
/// Between the two passes pixels have 8 bits behind the point. A product's lower half is cut off, which takes half of a
/// 256th away on average; half of the number of products is added for that. Black stays 0 and white stays 255 as long as
/// there are few products.
enum FixedPointMix {
  /// The longest sums for which the argument above holds.
  static let maximumTaps = 32

  /// One output row before its columns are mixed: the weighted sum of source rows, with 8 bits behind the point.
  static func rows(
    _ source: UnsafePointer<UInt8>, stride: Int, _ table: ResizeTable, _ y: Int, into row: UnsafeMutablePointer<UInt16>
  ) {
    let count = table.counts[y]
    let first = source + table.starts[y] * stride
    let bias = UInt16(truncatingIfNeeded: count / 2)
    table.weights.withUnsafeBufferPointer { weights in
      // Rows that do not exist have no weight: the first one stands for them.
      func line(_ tap: Int) -> UnsafePointer<UInt8> { tap < count ? first + tap * stride : first }
      func weight(_ tap: Int) -> UInt16 { tap < count ? weights[y * table.taps + tap] : 0 }
      var tap = 0
      while tap < max(count, 1) {
        let isFirst = tap == 0
        if count - tap > 2 {
          let lines = (line(tap), line(tap + 1), line(tap + 2), line(tap + 3))
          mix(
            lines, SIMD4(weight(tap), weight(tap + 1), weight(tap + 2), weight(tap + 3)), stride, isFirst ? bias : nil,
            row)
          tap += 4
        } else {
          mix((line(tap), line(tap + 1)), SIMD2(weight(tap), weight(tap + 1)), stride, isFirst ? bias : nil, row)
          tap += 2
        }
      }
    }
    ExactMix.rows(source, stride: stride, from: stride / 8 * 8, table, y, into: row)
  }

  /// The pixels of an output row.
  ///
  /// - Parameter sums: Room for one vector per pixel.
  static func columns(
    _ row: UnsafePointer<UInt16>, _ table: ResizeTable, sums: UnsafeMutablePointer<SIMD8<UInt16>>,
    into out: UnsafeMutablePointer<UInt8>
  ) {
    let (count, pairCount) = (table.starts.count, table.pairCount)
    table.pairs.withUnsafeBufferPointer { pairs in
      table.starts.withUnsafeBufferPointer { starts in
        guard var pair = pairs.baseAddress else { return }
        for x in 0..<count {
          var pixel = UnsafeRawPointer(row + starts[x] &* 3)
          var sum = SIMD8<UInt16>(repeating: 0)
          // All entries, those without weight too: a count that is always the same costs less than it saves.
          for _ in 0..<pairCount {
            sum &+= upper(numbers(pixel), pair.pointee)
            pixel += 6 &* MemoryLayout<UInt16>.stride
            pair += 1
          }
          sums[x] = sum
        }
      }
    }
    // A loop of its own, for the compiler would take the vectors above to pieces for the two lanes that are not needed here.
    table.counts.withUnsafeBufferPointer { counts in
      for x in 0..<count {
        let lanes = unsafeBitCast(sums[x], to: SIMD2<UInt64>.self)
        // Half of what was cut off, and half of 256 to round.
        let added = UInt64(truncatingIfNeeded: 128 &+ counts[x] &>> 1) &* 0x0001_0001_0001
        // The second pixel's lanes move over the first one's: no sum carries into its neighbour.
        let folded = lanes.x &+ (lanes.x &>> 48 | lanes.y &<< 16) &+ added
        out[3 &* x] = UInt8(truncatingIfNeeded: folded &>> 8)
        out[3 &* x &+ 1] = UInt8(truncatingIfNeeded: folded &>> 24)
        out[3 &* x &+ 2] = UInt8(truncatingIfNeeded: folded &>> 40)
      }
    }
  }

  private typealias Line = UnsafePointer<UInt8>

  private static func mix(
    _ lines: (Line, Line, Line, Line), _ weights: SIMD4<UInt16>, _ count: Int, _ bias: UInt16?,
    _ row: UnsafeMutablePointer<UInt16>
  ) {
    let w = (
      SIMD8(repeating: weights.x), SIMD8(repeating: weights.y), SIMD8(repeating: weights.z), SIMD8(repeating: weights.w)
    )
    each(count, bias, row) { sum, index in
      sum &+= upper(widened(lines.0, index), w.0)
      sum &+= upper(widened(lines.1, index), w.1)
      sum &+= upper(widened(lines.2, index), w.2)
      sum &+= upper(widened(lines.3, index), w.3)
    }
  }

  private static func mix(
    _ lines: (Line, Line), _ weights: SIMD2<UInt16>, _ count: Int, _ bias: UInt16?, _ row: UnsafeMutablePointer<UInt16>
  ) {
    let w = (SIMD8(repeating: weights.x), SIMD8(repeating: weights.y))
    each(count, bias, row) { sum, index in
      sum &+= upper(widened(lines.0, index), w.0)
      sum &+= upper(widened(lines.1, index), w.1)
    }
  }

  /// Eight numbers of a row at a time, as long as there are eight.
  @inline(__always)
  private static func each(
    _ count: Int, _ bias: UInt16?, _ row: UnsafeMutablePointer<UInt16>, _ add: (inout SIMD8<UInt16>, Int) -> Void
  ) {
    let room = UnsafeMutableRawPointer(row)
    var index = 0
    if let bias {
      while index &+ 8 <= count {
        var sum = SIMD8(repeating: bias)
        add(&sum, index)
        room.storeBytes(of: sum, toByteOffset: 2 &* index, as: SIMD8<UInt16>.self)
        index = index &+ 8
      }
    } else {
      while index &+ 8 <= count {
        var sum = room.loadUnaligned(fromByteOffset: 2 &* index, as: SIMD8<UInt16>.self)
        add(&sum, index)
        room.storeBytes(of: sum, toByteOffset: 2 &* index, as: SIMD8<UInt16>.self)
        index = index &+ 8
      }
    }
  }

  /// Eight bytes with 8 bits behind the point.
  @inline(__always)
  private static func widened(_ line: Line, _ index: Int) -> SIMD8<UInt16> {
    SIMD8(truncatingIfNeeded: UnsafeRawPointer(line + index).loadUnaligned(as: SIMD8<UInt8>.self)) &<< 8
  }

  /// Eight numbers from any address, by way of bytes: the compiler would take a vector of eight to pieces.
  @inline(__always)
  private static func numbers(_ address: UnsafeRawPointer) -> SIMD8<UInt16> {
    unsafeBitCast(address.loadUnaligned(as: SIMD16<UInt8>.self), to: SIMD8<UInt16>.self)
  }

  /// The upper halves of products: one instruction, written so that the compiler finds it.
  @inline(__always)
  private static func upper(_ a: SIMD8<UInt16>, _ b: SIMD8<UInt16>) -> SIMD8<UInt16> {
    SIMD8(truncatingIfNeeded: (SIMD8<UInt32>(truncatingIfNeeded: a) &* SIMD8<UInt32>(truncatingIfNeeded: b)) &>> 16)
  }
}
