import Foundation

/// Files to begin with.
enum Corpus {
  static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw Fault("'\(path)' cannot be read") }
    return Array(data)
  }

  /// The files of a target in a fixed order: what it names, its own folder, what failed once, and the pool.
  static func inputs(of target: FuzzTarget, root: String, pool: String?) throws -> [[UInt8]] {
    let own = ["Tests/Fuzz/corpus/\(target.name)", "Tests/Fuzz/found/\(target.name)"].filter {
      FileManager.default.fileExists(atPath: "\(root)/\($0)")
    }
    let paths = (target.seeds + own).map { "\(root)/\($0)" } + (pool.map { [$0] } ?? [])
    return try paths.flatMap { path -> [[UInt8]] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Fault("there is no '\(path)'")
      }
      guard isFolder.boolValue else { return [try bytes(path)] }
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { try bytes("\(path)/\($0)") }
    }
  }
}
