/// How a stored picture lies, as EXIF and TIFF number it (tag 0x0112, values 1 to 8).
///
/// The first stored row and column are at: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right
/// top, 7 right bottom, 8 left bottom (TIFF 6.0, "Orientation").
enum Orientation: Int, Sendable, CaseIterable {
  case up = 1
  case mirrored, rotated180, flipped, transposed, rotated90, transversed, rotated270

  /// Whether upright columns are stored rows.
  var swapsAxes: Bool { rawValue >= 5 }

  /// Whether the upright picture's origin lies in the last stored column.
  var mirrorsStoredX: Bool {
    switch self {
    case .mirrored, .rotated180, .transversed, .rotated270: true
    case .up, .flipped, .transposed, .rotated90: false
    }
  }

  /// Whether the upright picture's origin lies in the last stored row.
  var mirrorsStoredY: Bool {
    switch self {
    case .rotated180, .flipped, .rotated90, .transversed: true
    case .up, .mirrored, .transposed, .rotated270: false
    }
  }
}
