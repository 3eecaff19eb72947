internal import GraftCore

/// 24-bit BMP files.
enum Bitmap {
  /// A square of dark noise with one bright channel, 0 for blue, 1 for green, 2 for red.
  static func noise(side: Int, channel: Int, _ random: RandomNumbers) -> [UInt8] {
    let stride = (side * 3 + 3) / 4 * 4
    var bytes = header(width: side, height: side)
    for _ in 0..<side {
      for column in 0..<stride {
        let value = UInt8(random.words(at: UInt64(bytes.count))[0] % 80)
        bytes.append(column >= side * 3 ? 0 : column % 3 == channel ? 170 + value : value)
      }
    }
    return bytes
  }

  /// The header of a file of so many pixels.
  static func header(width: Int, height: Int) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = (width * 3 + 3) / 4 * 4 * height
    var bytes = Array("BM".utf8) + little(54 + size, 4) + little(0, 4) + little(54, 4)
    bytes += little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2)
    return bytes + [UInt8](repeating: 0, count: 24)
  }
}
