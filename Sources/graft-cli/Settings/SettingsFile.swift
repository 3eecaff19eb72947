internal import ArgumentParser
internal import Foundation
internal import Graft
internal import Yams

/// A YAML file of settings: the names of options without dashes, and their values.
struct SettingsFile {
  /// The settings in the file's order.
  let settings: [(name: String, value: String)]

  /// Reads a file.
  ///
  /// A value is a number, a text, `true` or `false` for a flag, or a list, whose items are parted by commas on a command
  /// line.
  ///
  /// - Throws: `ValidationError`, naming the file, for text that is no such YAML, for names that are no option's and for
  ///   values that are none; `GraftError` if the file cannot be read.
  init(contentsOf path: String, names: OptionNames) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw GraftError(.fileNotFound, "There is no settings file '\(path)' that can be read.")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ValidationError("'\(path)' is no YAML: it is not UTF-8.")
    }
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw ValidationError("'\(path)' is no YAML that can be read: \(error)")
    }
    guard let root else {
      settings = []
      return
    }
    guard let mapping = root.mapping else {
      throw ValidationError("'\(path)' must hold settings, one 'name: value' a line.")
    }
    settings = try mapping.map { key, value in
      let name = key.string ?? ""
      let place = "'\(path)'\(key.mark.map { ", line \($0.line)" } ?? "")"
      guard names.all.contains(name), name != "config" else {
        throw ValidationError(
          name == "config"
            ? "\(place): a settings file cannot name another one."
            : "\(place): there is no setting '\(name)'. The nearest: '\(names.nearest(to: name))'.")
      }
      guard let text = Self.text(value) else {
        throw ValidationError("\(place): '\(name)' needs a value or a list of values.")
      }
      if names.flags.contains(name), text != "true", text != "false" {
        throw ValidationError("\(place): '\(name)' is true or false. Received: \(text).")
      }
      return (name, text)
    }
  }

  private static func text(_ node: Yams.Node) -> String? {
    switch node {
    // As it is written: 1e-4 and 0.10 stay what they are.
    case .scalar(let scalar): scalar.string.isEmpty ? nil : scalar.string
    case .sequence(let sequence):
      sequence.isEmpty || sequence.contains { $0.scalar == nil }
        ? nil : sequence.compactMap { $0.scalar?.string }.joined(separator: ",")
    default: nil
    }
  }

  /// Settings as YAML.
  static func yaml(_ settings: [Setting]) throws -> String {
    let pairs = settings.compactMap { setting in setting.value.map { (Yams.Node(setting.name), Yams.Node($0)) } }
    return try Yams.serialize(node: Yams.Node(pairs), allowUnicode: true)
  }
}
