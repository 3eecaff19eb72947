internal import ArgumentParser
internal import Graft

/// `graft augment`
struct AugmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Show what an augmentation does to photos: a sheet of pictures (PNG).",
    discussion: """
      A row per picture, chosen evenly over the folder: first as it is, then its variants, as training sees them.

        graft augment photos/ --augment standard -o sheet.png
        graft augment photos/ --augment flip,rotation=0.1,mixup=0.2 --rows 2 --views 10 -o sheet.png
      """)

  @Argument(help: "The folder of photos, with one folder per class.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "What is shown: light, standard, strong, or a list such as flip,rotation=0.1,mixup=0.2.", valueName: "list"))
  var augment: String

  @Option(help: ArgumentHelp("How many pictures.", valueName: "count"))
  var rows = 4

  @Option(help: ArgumentHelp("How many variants of each.", valueName: "count"))
  var views = 6

  @Option(help: ArgumentHelp("Height and width of each picture.", valueName: "pixels"))
  var imageSize = 224

  @Option(
    help: ArgumentHelp("How pictures of other proportions fill the square: stretch, crop, pad.", valueName: "way"))
  var fit: ImageFit = .stretch

  @Option(help: ArgumentHelp("Decides the variants.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "sheet.png"))
  var output: String

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if !(1...100).contains(rows) { throw ValidationError("--rows must lie between 1 and 100. Received: \(rows).") }
    if !(1...100).contains(views) { throw ValidationError("--views must lie between 1 and 100. Received: \(views).") }
    if !(8...1024).contains(imageSize) {
      throw ValidationError("--image-size must lie between 8 and 1024. Received: \(imageSize).")
    }
    do {
      _ = try Augmentation(parsing: augment)
    } catch let error as GraftError {
      throw ValidationError(error.message)
    }
  }

  func run() async throws {
    let command = self
    let document = try await Interrupt.guarding { try command.draw() }
    if json { return try Console.print(document) }
    Console.print("\(document["rows"] ?? 0) pictures with \(views) variants each in \(output)")
    Console.print("augmentation: \(document["augmentation"]?.string ?? "")")
  }

  private func draw() throws -> JSONValue {
    _ = try OutputPath(output)
    let augmentation = try Augmentation(parsing: augment)
    let photos = try ImageFolder(ImageFolder.detectSplits(folder)?.train ?? folder)
    let files = photos.images.files.map(\.path)
    let count = min(rows, files.count)
    // One of each stretch: the classes come one after the other.
    let chosen = (0..<count).map { $0 * files.count / count }
    let sheet = try ContactSheet(
      of: augmentation, files: files, rows: chosen, views: views, seed: seed, width: imageSize, height: imageSize,
      fit: fit)
    let image = sheet.image()
    try image.writePNG(to: output)
    return [
      "output": .string(output), "rows": .int(count), "views": .int(views), "width": .int(image.width),
      "height": .int(image.height), "augmentation": .string(augmentation.description),
      "pictures": .array(chosen.map { .string(files[$0]) }),
    ]
  }
}
