/// One of two forms, by what a file begins with.
struct EitherStructure: FuzzStructure {
  let isFirst: @Sendable ([UInt8]) -> Bool
  let first: any FuzzStructure
  let second: any FuzzStructure

  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    isFirst(bytes) ? first.changed(bytes, by: &mutator) : second.changed(bytes, by: &mutator)
  }
}
