import Foundation
import Testing

/// The committed fixtures: see `Fixtures/generate.py`.
enum Fixtures {
  struct Good: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let width: Int
    let height: Int
    let tolerance: Int
    var testDescription: String { file }
  }

  struct Bad: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let code: String
    let words: String
    var testDescription: String { file }
  }

  struct Resizes: Decodable {
    struct Case: Decodable {
      let width: Int
      let height: Int
    }
    let width: Int
    let height: Int
    let cases: [Case]
  }

  private struct Manifest: Decodable {
    let good: [Good]
    let bad: [Bad]
  }

  static let good = manifest.good
  static let bad = manifest.bad
  private static let manifest = json(Manifest.self, "manifest.json")

  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  static func picture(_ name: String) throws -> [UInt8] { try bytes("pictures/\(name)") }

  static func json<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes(name)))
    } catch {
      preconditionFailure("Fixture \(name) cannot be read: \(error). Run Fixtures/generate.py.")
    }
  }

  /// The largest difference of two lists of bytes; nil if their lengths differ.
  static func largestDifference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
    guard left.count == right.count else { return nil }
    return zip(left, right).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}
