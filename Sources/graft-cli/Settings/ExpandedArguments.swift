internal import ArgumentParser
internal import Graft

/// A command line with the settings of a file and of a recipe put into it.
///
/// The parser then sees nothing but options: all that a flag can say, a file can say, and it is checked in the same place.
/// What the command line says wins over the file, the file over the recipe, the recipe over the options' own defaults.
enum ExpandedArguments {
  /// Of these only one can be given: what wins over one wins over the others.
  private static let rivals: [Set<String>] = [["validation", "validation-split"]]

  /// - Parameter arguments: The command line without the program's name.
  static func expand(_ arguments: [String]) throws -> [String] {
    guard arguments.first == TrainCommand.configuration.commandName,
      !arguments.contains(where: { ["--help", "-h", "--version"].contains($0) })
    else { return arguments }
    let names = try OptionNames(TrainCommand.self)
    let given = names.given(in: arguments)
    var taken = Set(given.keys)
    var added: [String] = []

    func add(_ settings: [(name: String, value: String)]) {
      let before = taken
      for (name, value) in settings {
        let same = (rivals.first { $0.contains(name) } ?? []).union([name])
        guard before.isDisjoint(with: same) else { continue }
        taken.insert(name)
        if names.options.contains(name) {
          added.append("--\(name)=\(value)")
        } else if value == "true" {
          added.append("--\(name)")
        }
      }
    }
    var recipe = given["recipe"]
    if let path = given["config"] {
      let file = try SettingsFile(contentsOf: path, names: names)
      add(file.settings)
      recipe = recipe ?? file.settings.last { $0.name == "recipe" }?.value
    }
    // An unknown name is left to the parser, which knows how to say it.
    if let recipe = recipe.flatMap(Recipe.init(rawValue:)) { add(recipe.settings) }
    return [arguments[0]] + added + arguments.dropFirst()
  }
}
