internal import COneDNN

/// The type of one number in memory.
package enum ElementType: Sendable {
  case float32, uint8, int8

  var handle: dnnl_data_type_t {
    switch self {
    case .float32: dnnl_f32
    case .uint8: dnnl_u8
    case .int8: dnnl_s8
    }
  }
}
