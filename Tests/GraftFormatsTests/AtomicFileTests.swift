import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct AtomicFileTests {
  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("The old file stays until the commit, and nothing else is left")
  func commit() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("old".utf8))
    let file = try AtomicFile(replacing: path)
    try file.write("new ")
    try file.write(Array("file".utf8))
    #expect(try text(path) == "old")
    try file.commit()
    #expect(try text(path) == "new file")
    #expect(try folder.contents == ["file"])
    #expect(error { try file.write("more") }?.code == .writeFailed)
    #expect(error { try file.commit() }?.code == .writeFailed)
  }

  @Test("A check sees the whole file before it takes its place, and can refuse it")
  func checking() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("old".utf8))
    let file = try AtomicFile(replacing: path)
    try file.write("new")
    var seen: [String] = []
    await #expect(throws: GraftError.self) {
      try await file.commit { temporary in
        seen.append(try text(temporary))
        throw GraftError(.corrupt, "no")
      }
    }
    #expect(try text(path) == "old")
    #expect(try folder.contents == ["file"])
    let second = try AtomicFile(replacing: path)
    try second.write("newer")
    try await second.commit { seen.append(try text($0)) }
    #expect(seen == ["new", "newer"])
    #expect(try text(path) == "newer")
  }

  @Test("Given up or forgotten, it leaves the old file and no temporary")
  func cancel() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("old".utf8))
    let file = try AtomicFile(replacing: path)
    try file.write("new")
    #expect(try folder.contents.count == 2)
    file.cancel()
    #expect(try folder.contents == ["file"])
    #expect(error { try file.commit() }?.code == .writeFailed)
    do { try AtomicFile(replacing: path).write("new") }
    #expect(try folder.contents == ["file"])
    #expect(try text(path) == "old")
  }

  @Test("A new file has the usual permissions, an old one keeps its own")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let mask = umask(0)
    umask(mask)
    try AtomicFile.write("x", to: folder.file("new"))
    #expect(try mode(folder.file("new")) == Int(0o666 & ~mask))
    let path = try folder.write([1], "old")
    for bits in [0o600, 0o664, 0o755] {
      try FileManager.default.setAttributes([.posixPermissions: bits], ofItemAtPath: path)
      try AtomicFile.write("x", to: path)
      #expect(try mode(path) == bits)
    }
  }

  @Test("A symbolic link stays one, and its target is replaced")
  func links() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write(Array("old".utf8), "target")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: target)
    try AtomicFile.write("new", to: folder.file("link"))
    #expect(try text(target) == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == target)
  }

  @Test("Impossible targets are refused with the reason")
  func refusals() throws {
    let folder = try TemporaryFolder()
    for (path, reason) in [
      (folder.path, "a folder is there"), (folder.path + "/", "folder"),
      (folder.file("no/such/file"), "make its folder"),
      ("/dev/null", "something else than a file"), (folder.file(String(repeating: "x", count: 300)), "name too long"),
    ] {
      let refused = try #require(error { try AtomicFile.write("x", to: path) })
      #expect(refused.code == .writeFailed)
      #expect(refused.message.lowercased().contains(reason), "\(refused)")
      #expect(refused.message.contains(path))
    }
    let longest = folder.file(String(repeating: "ü", count: 127))
    try AtomicFile.write("x", to: longest)
    #expect(try text(longest) == "x")
  }

  @Test("When the disk takes no more, the old file stays and the temporary goes")
  func diskFull() async {
    // In a process of its own, for the limit holds for all of its files.
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = try folder.write(Array("old".utf8))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 8192, rlim_max: rlim_t.max)
      try #require(getrlimit(RLIMIT_FSIZE.resource, &limit) == 0)
      limit.rlim_cur = 8192
      try #require(setrlimit(RLIMIT_FSIZE.resource, &limit) == 0)
      let many = Tensor(zeros: [100_000])
      let attempts: [() throws -> Void] = [
        { try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: path) },
        { try SafetensorsWriter.write(tensors: [("a", many)], to: path, checksums: true) },
        { try NPYFile.write(many, to: path) },
        {
          let writer = try NPYRowWriter(path: path, rowCount: 100, rowShape: [1000])
          for _ in 0..<100 { try writer.append(Tensor(zeros: [1, 1000])) }
          try writer.finish()
        },
      ]
      for attempt in attempts {
        let refused = try #require(error(attempt))
        try #require(refused.code == .writeFailed)
        try #require(refused.message.contains(path) && refused.message.contains("File too large"))
        try #require(try folder.contents == ["file"])
        try #require(try String(contentsOfFile: path, encoding: .utf8) == "old")
      }
    }
  }
}

#if canImport(Glibc)
  extension __rlimit_resource {
    fileprivate var resource: __rlimit_resource_t { __rlimit_resource_t(rawValue) }
  }
#else
  extension Int32 {
    fileprivate var resource: Int32 { self }
  }
#endif
