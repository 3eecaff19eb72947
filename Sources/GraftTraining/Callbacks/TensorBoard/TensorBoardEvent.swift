internal import GraftFormats

/// One record of an event file: tensorflow.Event of tensorboard/compat/proto/event.proto and summary.proto.
struct TensorBoardEvent {
  enum Content {
    /// The first record of every file.
    case fileVersion
    /// One number.
    case scalar(tag: String, value: Float)
  }

  /// Seconds since 1970.
  let wallTime: Double
  var step = 0
  let content: Content

  private var message: ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, wallTime)
    // Fields that are 0 are left out, as protobuf's own writers do.
    if step != 0 { event.add(2, step) }
    switch content {
    case .fileVersion: event.add(3, "brain.Event:2")
    case .scalar(let tag, let value):
      var entry = ProtobufMessage()
      entry.add(1, tag)
      entry.add(2, value)
      var summary = ProtobufMessage()
      summary.add(1, entry)
      event.add(5, summary)
    }
    return event
  }

  /// The event as a TFRecord: length, its checksum, content, its checksum.
  var record: [UInt8] {
    let content = message.bytes
    func little(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let length = little(UInt64(content.count), 8)
    return length + little(UInt64(CRC32C.masked(length)), 4) + content
      + little(UInt64(CRC32C.masked(content)), 4)
  }
}
