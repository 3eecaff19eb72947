import Foundation
import GraftCore
import GraftFormats
import Testing

/// The committed files beside `generate.py`.
enum Fixture {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] { try read(path(name)) }

  static func read(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// A folder that is removed with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "graft-formats-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// The error that `body` throws; nil if it throws none.
func error(_ body: () throws -> Void) -> GraftError? {
  do {
    try body()
    return nil
  } catch {
    return error as? GraftError
  }
}

/// Equal shapes and equal bits: a reader has no right to any tolerance.
func isIdentical(_ left: Tensor, _ right: Tensor) -> Bool {
  left.shape == right.shape
    && zip(left.elements, right.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
}
