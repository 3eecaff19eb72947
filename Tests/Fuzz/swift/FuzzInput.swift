/// What a reader gets: the same bytes in memory and in a file.
struct FuzzInput {
  let bytes: [UInt8]
  let path: String
}
