internal import CHDF5
internal import GraftCore

/// Reads shapes out of HDF5's dataspaces; only inside the HDF5 lock.
enum HDF5Dataspace {
  /// The shape of a dataspace: `()` for a scalar, `(0,)` for an empty one.
  static func shape(of space: borrowing HDF5Handle, _ what: String) throws -> Shape {
    switch H5Sget_simple_extent_type(space.id) {
    case H5S_SCALAR: return []
    case H5S_NULL: return [0]
    case H5S_SIMPLE: break
    default: throw GraftError(.corrupt, "HDF5 could not read the shape of \(what): \(HDF5Library.reason).")
    }
    let rank = Int(try HDF5Library.check(H5Sget_simple_extent_ndims(space.id), "read the rank of \(what)"))
    var lengths = [hsize_t](repeating: 0, count: rank)
    try HDF5Library.check(
      H5Sget_simple_extent_dims(space.id, &lengths, nil), "read the shape of \(what)")
    var count = 1
    for length in lengths {
      // A count that overflows could not be allocated; a product that wraps would pass every later check.
      let product = count.multipliedReportingOverflow(by: Int(clamping: length))
      guard !product.overflow, product.partialValue < 1 << 48 else {
        throw GraftError(.corrupt, "\(what) claims the impossible shape \(lengths).")
      }
      count = product.partialValue
    }
    return Shape(lengths.map { Int($0) })
  }
}
