import Foundation
import GraftCore
import GraftImages

/// A folder of small generated pictures in classes of different colours, which goes with its test.
final class PictureFolder: Sendable {
  static let classNames = ["amber", "blue", "cyan"]
  static let colors: [SIMD3<Int>] = [[220, 150, 30], [40, 60, 200], [60, 190, 190]]

  let path = NSTemporaryDirectory() + "graft-training-" + UUID().uuidString

  /// Makes a folder with so many pictures per class, all different unless they are plain colours.
  init(perClass count: Int, spread: Int = 60) throws {
    for (label, name) in Self.classNames.enumerated() {
      for number in 0..<count {
        try write(Self.picture(label: label, number: number, spread: spread), to: "\(name)/\(number + 10).bmp")
      }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func images() throws -> ImageSet { try ImageFolder(path).images }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Every path with its contents and times.
  func state() throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      let file = path + "/" + name
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      let contents = FileManager.default.contents(atPath: file).map { SHA256Digest(of: $0).description } ?? "folder"
      result[name] = "\(contents) \(String(describing: attributes[.modificationDate]))"
    }
    return result
  }

  /// A BMP of 24 bits with noise of up to so many steps about the class's colour.
  static func picture(label: Int, number: Int, side: Int = 20, spread: Int = 60) -> [UInt8] {
    let random = RandomNumbers(seed: UInt64(number), stream: UInt64(label))
    func word(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
    let stride = (3 * side + 3) / 4 * 4
    var bytes = Array("BM".utf8) + word(54 + stride * side, 4) + word(0, 4) + word(54, 4)
    bytes += word(40, 4) + word(side, 4) + word(side, 4) + word(1, 2) + word(24, 2) + [UInt8](repeating: 0, count: 24)
    for y in 0..<side {
      for x in 0..<side {
        let noise = random.words(at: UInt64(y * side + x))
        for channel in [2, 1, 0] {
          bytes.append(UInt8(clamping: colors[label][channel] + Int(noise[channel] % UInt32(2 * spread + 1)) - spread))
        }
      }
      bytes += [UInt8](repeating: 0, count: stride - 3 * side)
    }
    return bytes
  }
}
