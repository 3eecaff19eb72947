import Foundation
import Graft

/// Files on disk to pictures, and to features.
enum PictureCases {
  private static let size = 224

  /// JPEG files to sized pictures on one thread: pictures per second. `decode FOLDER`
  static func decode(_ arguments: [String]) async throws -> [String: JSONValue] {
    let paths = try ImageFolder(arguments.first ?? ".").images.files.map(\.path)
    let loader = ImageLoader(width: size, height: size, preprocessing: .scaledToMinusOneToOne)
    let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: loader.elementCount)
    defer { room.deallocate() }
    let rate = try await Measuring.rate(paths.count) { for path in paths { try loader.load(path, into: room) } }
    return ["images_per_second": .number(rate)]
  }

  /// Files to features on all cores: pictures per second. `extract FOLDER`
  static func extract(_ arguments: [String]) async throws -> [String: JSONValue] {
    let images = try ImageFolder(arguments.first ?? ".").images
    let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [size, size, 3], pooling: .average)
    let rate = try await Measuring.rate(images.files.count, seconds: 10, rounds: 3) {
      _ = try await base.features(of: images)
    }
    return ["images_per_second": .number(rate)]
  }
}
