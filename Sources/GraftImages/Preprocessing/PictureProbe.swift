internal import Foundation
package import GraftCore

/// What becomes of pictures that never change, brought in like others.
///
/// Its digest is another one as soon as the same file gives other numbers: after a change of the decoder, the resizer or the
/// preprocessing, or with another version of a library. Whoever keeps what was computed from pictures keeps it under this
/// digest.
package enum PictureProbe {
  /// The digest of two small pictures as a network of this input size sees them: a JPEG that is enlarged, and a bitmap of
  /// noise that is made smaller.
  package static func digest(width: Int, height: Int, fit: ImageFit, preprocessing: Preprocessing) -> String {
    let loader = ImageLoader(width: width, height: height, fit: fit, preprocessing: preprocessing)
    var values = [Float](repeating: 0, count: loader.elementCount)
    var digests: [String] = []
    for bytes in [[UInt8](Data(base64Encoded: jpeg) ?? Data()), bitmap(width: 2 * width + 9, height: 2 * height + 5)] {
      do {
        try values.withUnsafeMutableBufferPointer { try loader.load(bytes, name: "probe", into: $0) }
        digests.append(values.withUnsafeBytes { "\(SHA256Digest(of: $0))" })
      } catch {
        digests.append("\(error)")
      }
    }
    return digests.joined(separator: " ")
  }

  /// A BMP of 24 bits with noise in it.
  private static func bitmap(width: Int, height: Int) -> [UInt8] {
    func word(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let stride = (3 * width + 3) / 4 * 4
    var bytes = Array("BM".utf8) + word(54 + stride * height, 4) + word(0, 4) + word(54, 4)
    bytes += word(40, 4) + word(width, 4) + word(height, 4) + word(1, 2) + word(24, 2) + word(0, 24)
    var state: UInt32 = 1
    bytes.reserveCapacity(bytes.count + stride * height)
    for _ in 0..<(stride * height) {
      // Numerical Recipes' generator; its high bits are noise enough.
      state = state &* 1_664_525 &+ 1_013_904_223
      bytes.append(UInt8(state >> 24))
    }
    return bytes
  }

  /// Waves, squares and a slope, 48×40 in 4:2:0.
  private static let jpeg = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCN
    l4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAAR
    CAAoADADASIAAhEBAxEB/8QAGQAAAwEBAQAAAAAAAAAAAAAAAAMEBQIB/8QAKhAAAQIEBgEEAwEBAAAAAAAAAQQRAAMSEwIFFSExQlEUI4KR
    FiRUJWT/xAAVAQEBAAAAAAAAAAAAAAAAAAAEBf/EACsRAAECAwYEBwEAAAAAAAAAAAECEQADQQQSMVFh8CEyQmIiI3GBoaLB0f/aAAwDAQAC
    EQMRAD8A4y1DPy1TLVK5duTLerE4LOCBsN+SIZnOPVhL0/3rT19Wdm5bwY7xZpqw9Das3e9VTNvww8RHOx/j5/ov/Cmn7fmJkm8pYUoeOgo2
    3rDLTMUhiR5lBRtvWGI10hAmwJVcy3OlvVhYlnJI3G3BEIyrL1GXq5apXLtyZb1YnBZww2G/JEEvK9ZPrrtm70pqZtuXHiNCQv1Yehs2bveq
    pm34YeIppN0G7Xm09PnOJlnllalFNebT0+c4fmA1YStP9609fVnZuW8GO0+YJ8uSYEquZbnS3qwsSzkkbjbgwvHi/HR/Rf8AhTT9vzEU1BrB
    9des3elNTNty48QqSlKgArkoavt6Qq1LQiUEE+XQ1fb0h+aJk+XJJipJgtzpbU4qiWcgHY7cGMzLTrJm6h71pqOrO78N4EKTJVCBZgVK5duT
    LerFUCzggbDfkiHrsOsmVp/vWnr6s7Ny3gxHkpuhnfuy02awaeozF3Ap+7LTZrHs5Soy9XjSpMduTLanDSCzgE7nfkmN1YiT5ajxqkku3Olt
    TiclnIB2O3BhOVqk+XI5aVXMtzpb1YaSWcuNxtwREiVJPy1TgVK5duTLerFUCzggbDfkiEpN45N9t++MPlIEtD4N9/6/vjHaLHq931/vWmo6
    s7vw3gRmrlqhAsxpUky3JltThYFnAJ3O/JMU5xj1gytP9609fVnZuW8GKcsVSECWWlVzLc6W9WGklnLjcbcERVk+EXmfty12KxLnLMxb3X7c
    tdisZepazi9Das3e9VTNvww8RYnl/j3/AEX/AIU0/b8wQRCKQmYJQ5Tv8hMiWkWgSek8SN8aRaMt1Yeuu2bvSmpm25ceImnZtq/6Nqzd71VM
    2/DDxBBCbMLxU/ThptoTaFEpWD0YaY/wYxOP8DF/Rf8AhTT9vzFqfKdX/eu2bvSmpm25ceIIIolakyhNHMd/kTbOSJYn9RLE74Uj/9k=
    """.filter { !$0.isWhitespace }
}
