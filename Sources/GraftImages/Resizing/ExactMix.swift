/// Weighted sums of rows and of columns in 32 bits: for sums too long for 16.
enum ExactMix {
  /// One output row before its columns are mixed, with 8 bits behind the point.
  static func rows(
    _ source: UnsafePointer<UInt8>, stride: Int, _ table: ResizeTable, _ y: Int,
    into row: UnsafeMutablePointer<UInt16>
  ) {
    let first = source + table.starts[y] * stride
    table.weights.withUnsafeBufferPointer { weights in
      for index in 0..<stride {
        var sum: UInt32 = 128
        for tap in 0..<table.counts[y] {
          sum &+= UInt32(first[tap * stride + index]) &* UInt32(weights[y * table.taps + tap])
        }
        row[index] = UInt16(truncatingIfNeeded: sum >> 8)
      }
    }
  }

  /// The pixels of an output row.
  static func columns(_ row: UnsafePointer<UInt16>, _ table: ResizeTable, into out: UnsafeMutablePointer<UInt8>) {
    for x in 0..<table.starts.count {
      for channel in 0..<3 {
        var sum: UInt32 = 1 << 23
        for tap in 0..<table.counts[x] {
          sum &+= UInt32(row[(table.starts[x] + tap) * 3 + channel]) &* UInt32(table.weights[x * table.taps + tap])
        }
        out[3 * x + channel] = UInt8(truncatingIfNeeded: sum >> 24)
      }
    }
  }
}
