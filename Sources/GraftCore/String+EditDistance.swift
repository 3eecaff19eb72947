extension String {
  /// The number of insertions, deletions and replacements that turn one string into another (Levenshtein).
  package func editDistance(to other: String) -> Int {
    let a = Array(self)
    let b = Array(other)
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let replaced = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
