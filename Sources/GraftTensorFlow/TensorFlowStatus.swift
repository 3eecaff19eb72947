#if TensorFlow
  internal import CTensorFlow

  /// What a call of TensorFlow's says of itself.
  final class TensorFlowStatus {
    let pointer: OpaquePointer?

    init() { pointer = TF_NewStatus() }

    deinit { TF_DeleteStatus(pointer) }

    var isGood: Bool { TF_GetCode(pointer).rawValue == 0 }

    /// The first words of the message: TensorFlow may print a graph.
    var message: String { isGood ? "it gives no result." : String(String(cString: TF_Message(pointer)).prefix(600)) }
  }
#endif
