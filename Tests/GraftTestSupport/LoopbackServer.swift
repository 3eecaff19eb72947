internal import Foundation
internal import GraftCore
internal import Synchronization

/// A web server on the loopback interface that gives out what a test puts into it, one connection after another.
package final class LoopbackServer: Sendable {
  /// What the server answers to one path.
  package struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
    let declaredCount: Int
    let isEndless: Bool

    /// - Parameters:
    ///   - declaredCount: The length that the header promises; by default the truth.
    ///   - isEndless: Whether the connection stays open after the body, as when a transfer stalls.
    package init(status: Int = 200, _ body: [UInt8] = [], declaredCount: Int? = nil, isEndless: Bool = false) {
      self.status = status
      self.body = body
      self.declaredCount = declaredCount ?? body.count
      self.isEndless = isEndless
    }
  }

  /// The port that the server listens on.
  package let port: UInt16
  private let answers: [String: Answer]
  private let listener: Int32
  private let requests = Mutex<[String]>([])

  /// Starts a server that answers each path; unknown ones with 404.
  package init(_ answers: [String: Answer]) throws {
    self.answers = answers
    (listener, port) = try Self.listen()
    Thread.detachNewThread { [weak self, listener] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        self?.serve(connection)
      }
    }
  }

  deinit {
    // Wakes the thread that waits in accept.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// The address of a path.
  package func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// The paths that were asked for.
  package var requestedPaths: [String] { requests.withLock { $0 } }

  /// A port that nothing listens on.
  package static func closedPort() throws -> UInt16 {
    let (listener, port) = try listen()
    close(listener)
    return port
  }

  private static func listen() throws -> (listener: Int32, port: UInt16) {
    #if canImport(Glibc)
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && Foundation.listen(listener, 8) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard listener >= 0, isListening else {
      throw GraftError(.network, "The test's server cannot listen on the loopback interface.")
    }
    return (listener, UInt16(bigEndian: place.sin_port))
  }

  private func serve(_ connection: Int32) {
    var request = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection, &request, request.count, 0)
    let line = String(decoding: request.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
    let path = line.count > 1 ? String(line[1]) : ""
    requests.withLock { $0.append(path) }
    let answer = answers[path] ?? Answer(status: 404, Array("no such file".utf8))
    let head = "HTTP/1.1 \(answer.status) Test\r\nContent-Length: \(answer.declaredCount)\r\nConnection: close\r\n\r\n"
    var rest = (Array(head.utf8) + answer.body)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Self.noSignal) }
      guard sent > 0 else { break }
      rest = rest.dropFirst(sent)
    }
    if answer.isEndless { _ = recv(connection, &request, request.count, 0) }
    close(connection)
  }

  private static var noSignal: Int32 {
    #if canImport(Glibc)
      Int32(MSG_NOSIGNAL)
    #else
      0
    #endif
  }
}
