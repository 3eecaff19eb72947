internal import ArgumentParser

/// Where settings come from beside the command line.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A named set of settings: fast, balanced, best. Its meaning is shown at the start; what is said beside it wins.",
      valueName: "name"))
  var recipe: Recipe?

  @Option(
    help: ArgumentHelp(
      "A YAML file of settings: the names of these options without dashes. The command line wins.",
      valueName: "file.yaml"))
  var config: String?

  @Option(help: ArgumentHelp("Writes the settings that are in effect to a YAML file.", valueName: "file.yaml"))
  var writeConfig: String?
}

extension SettingsOptions: SettingsGroup {
  var settings: [Setting] { [Setting("recipe", recipe?.rawValue)] }
}
