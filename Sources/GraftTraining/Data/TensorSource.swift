package import GraftCore
internal import GraftImages

/// Samples from the rows of a tensor.
package struct TensorSource: SampleSource {
  package let tensor: Tensor

  package init(_ tensor: Tensor) { self.tensor = tensor }

  package var count: Int { tensor.shape[0] }
  package func makeLoader() -> any SampleLoader { Loader(tensor: tensor) }

  private struct Loader: SampleLoader {
    let tensor: Tensor

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let stride = tensor.shape.droppingFirst.count
      tensor.withUnsafeBufferPointer { source in
        _ = output.update(from: source[(index * stride)..<((index + 1) * stride)])
      }
      return nil
    }
  }
}
