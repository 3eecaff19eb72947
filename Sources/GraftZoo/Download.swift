internal import Foundation
internal import GraftCore
internal import Synchronization

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// One file fetched over HTTP, with progress, and refused unless it arrives whole.
final class Download: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var data = Data()
    var expected: Int64?
    var status = 0
    var continuation: CheckedContinuation<Data, any Error>?
  }

  private let address: String
  private let state = Mutex(State())
  private let progress = Mutex<WeightCache.Progress?>(nil)

  init(_ address: String) { self.address = address }

  func data(progress: WeightCache.Progress?) async throws -> Data {
    guard let url = URL(string: address) else {
      throw GraftError(.network, "The address \(address) cannot be read.")
    }
    self.progress.withLock { $0 = progress }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 30
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: url)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.continuation = continuation }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    state.withLock {
      $0.status = (response as? HTTPURLResponse)?.statusCode ?? 0
      $0.expected = response.expectedContentLength > 0 ? response.expectedContentLength : nil
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let (received, total) = state.withLock { state in
      state.data.append(data)
      return (Int64(state.data.count), state.expected)
    }
    progress.withLock { $0 }?(received, total)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let (result, continuation) = state.withLock { state in
      let result: Result<Data, GraftError>
      if let error {
        result = .failure(GraftError(.network, error.localizedDescription))
      } else if state.status != 200 {
        result = .failure(GraftError(.network, "the server answered with status \(state.status)."))
      } else if let expected = state.expected, expected != Int64(state.data.count) {
        result = .failure(
          GraftError(.network, "expected \(expected) bytes, received \(state.data.count): the transfer broke off."))
      } else {
        result = .success(state.data)
      }
      let continuation = state.continuation
      state.continuation = nil
      return (result, continuation)
    }
    continuation?.resume(with: result.mapError { $0 as any Error })
  }
}
