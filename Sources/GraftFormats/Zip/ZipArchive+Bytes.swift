extension ZipArchive {
  /// The bytes of one member of an archive that is in memory.
  ///
  /// - Throws: as opening the archive and reading the member do.
  package static func bytes(of name: String, inArchive bytes: [UInt8]) throws -> [UInt8] {
    let copy = try TemporaryCopy(of: bytes, suffix: ".zip")
    return try withExtendedLifetime(copy) { try ZipArchive(contentsOf: copy.path).bytes(of: name) }
  }
}
