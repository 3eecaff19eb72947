internal import Foundation
internal import GraftCore

/// A folder of its own for a test, gone when the test is.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "graft-command-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A path in the folder.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Makes a folder in the folder.
  @discardableResult func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    return self(name)
  }

  /// Writes a file, and the folders that it is in.
  @discardableResult func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(filePath: self(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return self(name)
  }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: self(name)))) }

  /// The files below a folder with their bytes.
  func contents(_ name: String = "") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: self(name)) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: self(name) + "/" + file, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      found[file] = try bytes(name + "/" + file)
    }
    return found
  }

  /// Writes class folders of noise in one colour each, which anything learns: `photos/red/0.bmp`, …
  @discardableResult func photos(
    _ name: String = "photos", classes: [String] = ["blue", "green", "red"], count: Int = 12, seed: UInt64 = 1,
    side: Int = 16
  ) throws -> String {
    for (index, className) in classes.enumerated() {
      for number in 0..<count {
        let random = RandomNumbers(seed: seed, stream: UInt64(index * count + number))
        try write("\(name)/\(className)/\(number).bmp", Bitmap.noise(side: side, channel: index % 3, random))
      }
    }
    return self(name)
  }
}
