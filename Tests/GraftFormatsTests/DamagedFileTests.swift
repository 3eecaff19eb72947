import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct DamagedFileTests {
  @Test(
    "Random damage is an error or goes unnoticed; it never ends the process",
    arguments: [
      "keras2_nested_model.h5", "keras3_nested_model.h5", "keras3_nested_weights.weights.h5", "chunked_attributes.h5",
      "types.h5", "latest.h5",
    ])
  func randomFlips(file: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes(file)
    for seed in 0..<300 {
      let random = RandomNumbers(seed: UInt64(seed))
      var bytes = whole
      for flip in 0...(random.words(at: 0).x % 4) {
        let word = random.words(at: UInt64(flip) + 1)
        bytes[Int(word.x) % bytes.count] ^= UInt8(truncatingIfNeeded: word.y) | 1
      }
      let path = try folder.write(bytes)
      // HDF5 has no checksums in its older formats, so a changed number cannot be told from a right one.
      do {
        let opened = try HDF5File(contentsOf: path)
        for dataset in opened.datasetPaths {
          var tensor: Tensor?
          let refused = error { tensor = try opened.tensor(at: dataset) }
          #expect(refused?.message.isEmpty != true)
          #expect(tensor?.shape == (refused == nil ? opened.shape(of: dataset) : nil))
        }
        _ = try KerasWeightFile(contentsOf: path).modelConfiguration
      } catch let error as GraftError {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test("A text's reference that leads out of the file is an error", arguments: [0, 4, 8, 12])
  func textReferences(offset: Int) throws {
    let folder = try TemporaryFolder()
    var bytes = try Fixture.bytes("keras3_nested_model.h5")
    // Every reference is 16 bytes: length, address of a collection, index. Those of `keras_version` come after its name.
    let name = try #require(bytes.firstRange(of: Array("keras_version\0".utf8)))
    let version = Array("3.15.1".utf8)
    let reference = try #require(
      bytes[name.upperBound...].indices.first { bytes[$0...].starts(with: [UInt8(version.count), 0, 0, 0]) })
    bytes.replaceSubrange((reference + offset)..<(reference + offset + 4), with: [0xFF, 0xFF, 0xFF, 0x7F])
    let refused = try #require(error { _ = try KerasWeightFile(contentsOf: folder.write(bytes)) })
    #expect(refused.code == .corrupt)
  }

  @Test("A dataset that claims more than its file holds is refused before memory is taken")
  func impossibleShape() throws {
    let folder = try TemporaryFolder()
    var bytes = try Fixture.bytes("latest.h5")
    // Shapes are 8-byte lengths: 6 × 5 of float32.
    let shape: [UInt8] = [6, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
    var old = try Fixture.bytes("types.h5")
    var changed = 0
    for start in old.indices.dropLast(16) where old[start..<(start + 16)].elementsEqual(shape) {
      old[start + 4] = 1
      changed += 1
    }
    #expect(changed >= 14)
    let file = try HDF5File(contentsOf: folder.write(old, "old"))
    let refused = try #require(error { _ = try file.tensor(at: "types/<f4") })
    #expect(refused.code == .corrupt)
    #expect(refused.message.contains("(4294967302, 5)"), "\(refused)")
    // The newest format has checksums on its metadata.
    let place = try #require(bytes.firstRange(of: shape)).lowerBound
    bytes[place + 4] = 1
    #expect(error { _ = try HDF5File(contentsOf: folder.write(bytes, "new")) }?.code == .corrupt)
  }
}
