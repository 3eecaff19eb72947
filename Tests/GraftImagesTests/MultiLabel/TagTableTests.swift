import Foundation
import GraftCore
import Testing

@testable import GraftImages

@Suite struct TagTableTests {
  private func failure(_ text: String, labelNames: [String]? = nil) -> String? {
    do {
      _ = try TagRows(Array(text.utf8), name: "t.csv", labelNames: labelNames)
      return nil
    } catch {
      #expect(error.code == .invalidData)
      return error.message
    }
  }

  private func rows(_ text: String, labelNames: [String]? = nil) throws -> TagRows {
    try TagRows(Array(text.utf8), name: "t.csv", labelNames: labelNames)
  }

  @Test func tagsInOneColumn() throws {
    let table = try rows("path,tags\na/1.jpg,sunset|beach\r\n\n a 2.jpg , \n\"b,3.jpg\",\"sea | beach\"")
    #expect(table.labelNames == ["beach", "sea", "sunset"])
    #expect(
      table.pictures == [
        .init(path: "a/1.jpg", labels: [0, 2]), .init(path: "a 2.jpg", labels: []),
        .init(path: "b,3.jpg", labels: [0, 1]),
      ])
  }

  @Test func aColumnPerTag() throws {
    let table = try rows("\u{FEFF}path,sunset,beach\n1.jpg,1,0\n2.jpg, 1 ,1\n3.jpg,0,0\r\n")
    #expect(table.labelNames == ["sunset", "beach"])
    #expect(table.pictures.map(\.labels) == [[0], [0, 1], []])
    // Two columns are a table of one tag, unless the second is called tags.
    #expect(try rows("path,cat\n1.jpg,1").labelNames == ["cat"])
    #expect(try rows("path,tags,cat\n1.jpg,1,0").labelNames == ["tags", "cat"])
  }

  @Test func otherLabelsOrder() throws {
    let lists = try rows("path,tags\n1.jpg,a|c", labelNames: ["c", "b", "a"])
    #expect(lists.labelNames == ["c", "b", "a"])
    #expect(lists.pictures[0].labels == [0, 2])
    #expect(try rows("path,a\n1.jpg,1", labelNames: ["b", "a"]).pictures[0].labels == [1])
    #expect(failure("path,tags\n1.jpg,a\n2.jpg,d", labelNames: ["a", "b"])?.contains("line 3: the tag 'd'") == true)
    #expect(failure("path,a,d\n1.jpg,1,0", labelNames: ["a"])?.contains("line 1: the tag 'd'") == true)
  }

  @Test(arguments: [
    ("", "is empty. Expected a first line of 'path,tags'"),
    ("1.jpg,beach\n", "line 1: Expected a first line of 'path,tags'"),
    ("path\n1.jpg\n", "Received: path"),
    ("path,tags\n", "No picture of 't.csv' has a tag"),
    ("path,a\n", "'t.csv' names no pictures"),
    ("path,tags\n1.jpg,\n2.jpg,\n", "has a tag"),
    ("path,tags\n1.jpg,a\n2.jpg\n", "line 3: expected 2 cells, as in the first line. Received: 1"),
    ("path,tags\n1.jpg,a,b\n", "line 2: expected 2 cells, as in the first line. Received: 3"),
    ("path,tags\n1.jpg,a||b\n", "line 2: a tag between bars is empty. Received: a||b"),
    ("path,tags\n1.jpg,a|b|a\n", "line 2: a tag is given twice"),
    ("path,tags\n,a\n", "line 2: the path is empty"),
    ("path,tags\n1.jpg,a\n\n1.jpg,b\n", "line 4: '1.jpg' has a row of its own on line 2 already"),
    ("path,a,b\n1.jpg,1,yes\n", "line 2: expected 0 or 1 for the tag 'b'. Received: 'yes'"),
    ("path,a,a\n1.jpg,1,1\n", "line 1: two columns are named 'a'"),
    ("path,a,\n1.jpg,1,1\n", "line 1: a column has no name"),
    ("path,tags\n\"1\n2.jpg\",a\n3.jpg,\"a\n", "line 4: a quote is not closed"),
    ("path,tags\n1.jpg,a\"b\n", "line 2: a quote stands inside a cell"),
    ("path,tags\n\"1.jpg\"x,a\n", "line 2: a closing quote must be followed by a comma"),
  ]) func everyMistakeIsNamed(_ text: String, _ expected: String) {
    let message = failure(text)
    #expect(message?.contains(expected) == true, "\(message ?? "no error")")
    #expect(message?.contains("'t.csv'") == true)
  }

  @Test func bytesThatAreNoText() {
    #expect(throws: GraftError.self) {
      _ = try TagRows(Array("path,tags\n1.jpg,".utf8) + [0xFF], name: "t.csv")
    }
  }

  @Test func quotedCells() throws {
    let rows = try CSVReader.rows(Array("\"a\"\"b\",\"c\r\nd\"\r\ne,\n".utf8), name: "t.csv")
    #expect(rows == [.init(line: 1, cells: ["a\"b", "c\r\nd"]), .init(line: 3, cells: ["e", ""])])
  }

  @Test func readsPicturesBesideTheTable() throws {
    let folder = try TemporaryFolder([
      "my tags/t.csv": "path,tags\n1.jpg,b|a\nin/2.jpg,\nlarge.jpg,a\ngone.jpg,b\n", "my tags/1.jpg": "one",
      "my tags/in/2.jpg": "two", "my tags/large.jpg": "123456789", "1.jpg": "other",
    ])
    let table = try TagTable(folder.path + "/my tags/t.csv", limits: ImageLimits(maximumBytes: 8))
    #expect(table.images.labelNames == ["a", "b"])
    #expect(table.images.files.map(\.relativePath) == ["1.jpg", "in/2.jpg"])
    #expect(table.images.files.map(\.labels) == [[0, 1], []])
    #expect(table.images.labelCounts == [1, 1])
    #expect(table.images.files[0].digest == SHA256Digest(of: Data("one".utf8)))
    #expect(table.badFiles.map(\.path) == ["large.jpg", "gone.jpg"].map { folder.path + "/my tags/" + $0 })
    #expect(table.badFiles[0].reason == "9 bytes are more than the limit of 8")

    let elsewhere = try TagTable(folder.path + "/my tags/t.csv", folder: folder.path)
    #expect(elsewhere.images.files.map(\.path) == [folder.path + "/1.jpg"])
    try folder.write("path,tags\n\(folder.path)/1.jpg,x\n", to: "absolute.csv")
    #expect(try TagTable(folder.path + "/absolute.csv", folder: "/nowhere").images.count == 1)
  }

  @Test func whatCannotBeReadIsTold() throws {
    let folder = try TemporaryFolder(["t.csv": "path,tags\n1.jpg,a\n"])
    var error: GraftError?
    do { _ = try TagTable(folder.path + "/no.csv") } catch let failure as GraftError { error = failure }
    #expect(error?.code == .fileNotFound)
    do { _ = try TagTable(folder.path + "/t.csv") } catch let failure as GraftError { error = failure }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("1.jpg: cannot be opened") == true)
    do { _ = try TagTable(folder.path) } catch let failure as GraftError { error = failure }
    #expect(error?.code == .unreadable)
  }
}
