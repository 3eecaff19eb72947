internal import Foundation
package import GraftCore
package import GraftGraph

/// Reads the arguments of a layer from Keras's configuration, of Keras 2 or 3.
package struct ConfigurationReader {
  /// Sizes that networks have. Larger ones would overflow in products, or take all memory.
  static let sensible = -(1 << 20)...(1 << 20)

  private let values: JSONValue
  /// The layer's class, for messages.
  package let className: String
  /// The layer's name.
  package let name: String

  /// Takes the `config` object of a layer.
  package init(_ values: JSONValue, className: String) throws {
    guard let name = values["name"]?.string else {
      throw GraftError(.corrupt, "A layer of class \(className) has no name in its configuration.")
    }
    self.values = values
    self.className = className
    self.name = name
  }

  /// All arguments but the name and what every layer has.
  package var arguments: [String: JSONValue] {
    (values.object ?? [:]).filter { !["name", "trainable", "dtype", "batch_input_shape"].contains($0.key) }
  }

  package subscript(key: String) -> JSONValue? {
    guard let value = values[key], !value.isNull else { return nil }
    return value
  }

  package func error(_ key: String, expected: String) -> GraftError {
    GraftError(
      .unsupported,
      """
      Layer "\(name)" (\(className)): expected \(expected) for "\(key)". Received: \
      \(values[key].map { "\($0)" } ?? "nothing").
      """)
  }

  package func int(_ key: String, default fallback: Int? = nil) throws -> Int {
    guard let value = self[key]?.int ?? (self[key] == nil ? fallback : nil), Self.sensible.contains(value) else {
      throw error(key, expected: "a whole number")
    }
    return value
  }

  package func ints(_ key: String) throws -> [Int] {
    guard let values = self[key]?.array else { throw error(key, expected: "a list of whole numbers") }
    return try values.map {
      guard let value = $0.int, Self.sensible.contains(value) else {
        throw error(key, expected: "a list of whole numbers")
      }
      return value
    }
  }

  package func number(_ key: String, default fallback: Double? = nil) throws -> Double {
    guard let value = try optionalNumber(key) ?? fallback else { throw error(key, expected: "a number") }
    return value
  }

  package func optionalNumber(_ key: String) throws -> Double? {
    guard let value = self[key] else { return nil }
    let only = value.array?.count == 1 ? value[0] : value
    guard let number = only?.double else { throw error(key, expected: "a number") }
    return number
  }

  /// A list of numbers; one number is a list of one, and lists in lists are one list.
  package func numbers(_ key: String) throws -> [Double] {
    func flat(_ value: JSONValue?) throws -> [Double] {
      if let number = value?.double { return [number] }
      guard let values = value?.array, !values.isEmpty else { throw error(key, expected: "a list of numbers") }
      return try values.flatMap { try flat($0) }
    }
    return try flat(self[key])
  }

  package func bool(_ key: String, default fallback: Bool) throws -> Bool {
    guard let value = self[key] else { return fallback }
    guard let bool = value.bool else { throw error(key, expected: "true or false") }
    return bool
  }

  /// Axes: a number or a list of numbers.
  package func axes(_ key: String) throws -> [Int] {
    guard self[key]?.array == nil else { return try ints(key) }
    return [try int(key)]
  }

  /// A height and a width, each positive, or at least 0.
  package func extent(_ key: String, default fallback: Extent? = nil, atLeast least: Int = 1) throws -> Extent {
    if self[key] == nil, let fallback { return fallback }
    let lengths = self[key]?.int.map { [$0, $0] } ?? self[key]?.array?.compactMap(\.int) ?? []
    guard lengths.count == 2, lengths.allSatisfy({ $0 >= least && Self.sensible.contains($0) }) else {
      throw error(key, expected: "two \(least > 0 ? "positive " : "")whole numbers")
    }
    return Extent(height: lengths[0], width: lengths[1])
  }

  /// Rows and columns at the four sides of a picture: `[[top, bottom], [left, right]]`, none negative.
  package func sides(_ key: String) throws -> Padding {
    guard let sides = self[key], let top = sides[0]?[0]?.int, let bottom = sides[0]?[1]?.int,
      let left = sides[1]?[0]?.int, let right = sides[1]?[1]?.int, min(top, bottom, left, right) >= 0,
      Self.sensible.contains(max(top, bottom, left, right))
    else { throw error(key, expected: "[[top, bottom], [left, right]]") }
    return Padding(top: top, bottom: bottom, left: left, right: right)
  }

  /// The one axis of a normalisation: Keras saves a number or a list of one, counted from either end.
  package func axis() throws -> Int {
    let written = self["axis"] ?? -1
    guard let axis = written.int ?? (written.array?.count == 1 ? written[0]?.int : nil) else {
      throw error("axis", expected: "a whole number")
    }
    return axis
  }

  package func padding() throws -> ConvolutionPadding {
    guard let padding = ConvolutionPadding(rawValue: self["padding"]?.string?.lowercased() ?? "valid") else {
      throw error("padding", expected: "valid or same")
    }
    return padding
  }

  package func activation() throws -> Activation {
    guard let value = self["activation"] else { return .linear }
    let name = value.string ?? value["config"]?.string ?? value["class_name"]?.string
    guard let name, let activation = Activation(kerasName: name) else {
      throw error("activation", expected: "one of \(Activation.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return activation
  }

  package func initializer(_ key: String, default fallback: Initializer) -> Initializer {
    // First values matter only until weights are read, which follows at once: an unknown initializer is no error.
    Initializer(configuration: self[key]) ?? fallback
  }

  package func require(_ key: String, toBe expected: Double) throws {
    guard try number(key, default: expected) == expected else { throw error(key, expected: "\(expected)") }
  }

  package func requireChannelsLast() throws {
    guard self["data_format"]?.string ?? "channels_last" == "channels_last" else {
      throw error("data_format", expected: "channels_last")
    }
  }
}

extension Extent {
  package var configuration: JSONValue { [.int(height), .int(width)] }
}

extension Padding {
  package var configuration: JSONValue { [[.int(top), .int(bottom)], [.int(left), .int(right)]] }
}

extension Float {
  /// The double that prints as shortly as this float does: 0.99, not 0.9900000095.
  package var shortest: Double { Double(description) ?? Double(self) }
}
