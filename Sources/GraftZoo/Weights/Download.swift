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
    /// What came before anybody waited, as when the task is cancelled at once.
    var early: Result<Data, any Error>?

    /// The whole file, or why there is none.
    func result(_ error: (any Error)?) -> Result<Data, any Error> {
      if (error as? URLError)?.code == .cancelled {
        return .failure(GraftError(.cancelled, "The download was cancelled."))
      } else if let error {
        return .failure(GraftError(.network, error.localizedDescription))
      } else if status != 200 {
        return .failure(GraftError(.network, "the server answered with status \(status)."))
      } else if let expected, expected != Int64(data.count) {
        return .failure(
          GraftError(.network, "expected \(expected) bytes, received \(data.count): the transfer broke off."))
      }
      return .success(data)
    }
  }

  private let address: String
  private let state = Mutex(State())
  private let progress = Mutex<WeightCache.Progress?>(nil)

  private let patience: Double

  init(_ address: String, patience: Double) {
    self.address = address
    self.patience = patience
  }

  func data(progress: WeightCache.Progress?) async throws -> Data {
    guard let url = URL(string: address) else {
      throw GraftError(.network, "The address \(address) cannot be read.")
    }
    self.progress.withLock { $0 = progress }
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = patience
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: url)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let early = state.withLock { state in
          if state.early == nil { state.continuation = continuation }
          return state.early
        }
        if let early { continuation.resume(with: early) } else { task.resume() }
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
      let result = state.result(error)
      let continuation = state.continuation
      state.continuation = nil
      if continuation == nil { state.early = result }
      return (result, continuation)
    }
    continuation?.resume(with: result)
  }
}
