/// (x, sums): the sum of each column of a matrix, row by row.
///
/// oneDNN 3.2 runs its reference loop for it: on a processor with AVX2 a bias took a quarter of a head's training.
struct ColumnSumKernel: NativeKernel {
  let rows: Int
  let columns: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, sums) = (memory.floats(0), memory.floats(1))
    sums.update(from: x, count: columns)
    for row in 1..<max(rows, 1) { add(x + row * columns, to: sums) }
  }

  private func add(_ x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>) {
    for column in 0..<columns { sums[column] += x[column] }
  }
}
