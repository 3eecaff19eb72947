internal import Foundation
internal import GraftCore

/// The checksum of a row of features: over what it belongs to as well, so that no row passes for another.
enum StoredRow {
  static func checksum(_ region: FeatureRegion, _ key: FeatureKey, _ elements: UnsafeRawBufferPointer) -> Data {
    checksum(region.fingerprint.bytes, key.picture.bytes, key.view, key.variant?.bytes ?? [], elements)
  }

  static func checksum(
    _ fingerprint: [UInt8], _ picture: [UInt8], _ view: Int, _ variant: [UInt8], _ elements: UnsafeRawBufferPointer
  ) -> Data {
    let digest = SHA256Digest { update in
      for bytes in [fingerprint, picture, variant] { bytes.withUnsafeBytes(update) }
      withUnsafeBytes(of: Int64(view).littleEndian, update)
      update(elements)
    }
    return Data(digest.bytes)
  }
}
