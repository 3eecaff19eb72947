internal import GraftCore

extension ImageFolder {
  /// The pictures with the classes as labels, several for a picture that lies in several class folders.
  ///
  /// Files with equal contents are one picture, whatever their names; it stands at the place of the first of them.
  ///
  /// ```swift
  /// // photos/beach/1.jpg and photos/sunset/evening.jpg hold the same bytes: one picture with two labels.
  /// let photos = try ImageFolder("photos").multiLabelImages
  /// ```
  public var multiLabelImages: MultiLabelImageSet {
    var places: [SHA256Digest: Int] = [:]
    var pictures: [(file: ImageFile, labels: Set<Int>)] = []
    for file in images.files {
      if let place = places[file.digest] {
        pictures[place].labels.insert(file.classIndex)
      } else {
        places[file.digest] = pictures.count
        pictures.append((file, [file.classIndex]))
      }
    }
    return MultiLabelImageSet(
      labelNames: images.classNames,
      files: pictures.map {
        MultiLabelImageFile(
          path: $0.file.path, relativePath: $0.file.relativePath, labels: $0.labels, digest: $0.file.digest)
      })
  }
}
