/// Plain Unicode scalar order: the same everywhere, whatever the locale. (It is also the order of UTF-8 bytes.)
func scalarOrder(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}
