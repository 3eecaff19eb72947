import Foundation
import GraftCore
import Testing

@Suite struct JSONValueTests {
  private func code(_ text: String) -> GraftError.Code? {
    do {
      _ = try JSONValue(parsing: text)
      return nil
    } catch {
      return (error as? GraftError)?.code
    }
  }

  @Test("Every kind of value is read")
  func values() throws {
    let value = try JSONValue(
      parsing: #" { "a" : [ null , true , false , -3 , 2.5e-3 , "x" ] , "b" : { } , "c" : [ ] } "#)
    #expect(
      value == ["a": [nil, true, false, -3, 0.0025, "x"], "b": [:], "c": []])
    #expect(value["a"]?[3]?.int == -3)
    #expect(value["a"]?[9] == nil)
    #expect(value["z"] == nil)
    #expect(try JSONValue(parsing: Data("7".utf8)) == 7)
  }

  @Test("Whole numbers stay exact; others are as exact as a Double")
  func numbers() throws {
    #expect(try JSONValue(parsing: "9223372036854775807") == .int(.max))
    #expect(try JSONValue(parsing: "-9223372036854775808") == .int(.min))
    #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: "2.0").int == 2)
    #expect(try JSONValue(parsing: "2.5").int == nil)
    #expect(try JSONValue(parsing: "0.1").double == 0.1)
    #expect(try JSONValue(parsing: "1E+2") == .number(100))
    let minusZero = try JSONValue(parsing: "-0").double
    #expect(minusZero?.sign == .minus)
  }

  @Test("Escapes and characters beyond U+FFFF are read and written")
  func strings() throws {
    let text = #""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00ü""#
    let value = try JSONValue(parsing: text)
    #expect(value.string == "\"\\/\u{8}\u{C}\n\r\tAé😀ü")
    #expect(try JSONValue(parsing: value.serialized()) == value)
    #expect(try JSONValue.string("\u{1}\u{1F}").serialized() == #""\u0001\u001f""#)
  }

  @Test("Keys are sorted by their bytes, so equal values give equal text")
  func serialisation() throws {
    let value: JSONValue = ["b": [1, 2.5, 1e-7], "a": nil, "B": ["x": []], "é": true]
    let text = #"{"B":{"x":[]},"a":null,"b":[1,2.5,1e-07],"é":true}"#
    #expect(try value.serialized() == text)
    #expect(try JSONValue(parsing: text) == value)
    #expect(try (["a": [1], "b": [:]] as JSONValue).prettyPrinted() == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}")
    #expect(throws: GraftError.self) { try JSONValue.number(.nan).serialized() }
  }

  @Test(
    "What is not JSON is refused",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "-", "1.", ".5", "1e", "+1", "0x1", "tru", "nul",
      "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\n\"", "[1] 2", "NaN", "Infinity", "-Infinity",
      "1e999",
      "{\"a\":1,\"a\":2}", "'a'",
    ])
  func malformed(text: String) {
    #expect(code(text) == .corrupt)
  }

  @Test("NaN is explained, and the place is told")
  func messages() throws {
    do {
      _ = try JSONValue(parsing: #"{"epsilon": NaN}"#)
      Issue.record("NaN was read.")
    } catch let error as GraftError {
      #expect(error.message.contains("byte 12"))
      #expect(error.message.contains("NaN and Infinity are not JSON"))
    }
  }

  @Test("Bytes that are not UTF-8 and endless nesting are refused")
  func hostile() {
    #expect(throws: GraftError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22] as [UInt8]) }
    #expect(code(String(repeating: "[", count: 100_000)) == .corrupt)
    #expect(code(String(repeating: "[", count: 128) + String(repeating: "]", count: 128)) == nil)
    #expect(code(String(repeating: "[", count: 129) + String(repeating: "]", count: 129)) == .corrupt)
    #expect(code(String(repeating: #"{"a":"#, count: 129) + "1" + String(repeating: "}", count: 129)) == .corrupt)
  }

  @Test("The deepest document that is read fits the smallest of stacks")
  func stack() {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      let text = String(repeating: #"{"a":["#, count: 64) + String(repeating: "]}", count: 64)
      #expect((try? JSONValue(parsing: text).serialized()) == text)
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
  }

  @Test("Numbers of any length are read, those beyond a double refused")
  func hugeNumbers() throws {
    #expect(try JSONValue(parsing: String(repeating: "9", count: 300)).double == Double("1e300"))
    #expect(code(String(repeating: "9", count: 100_000)) == .corrupt)
    #expect(try JSONValue(parsing: "1" + String(repeating: "0", count: 18)).int == 1_000_000_000_000_000_000)
    #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: "9223372036854775808").int == nil)
    #expect(try JSONValue(parsing: "1e-400") == .number(0))
    #expect(code("1e400") == .corrupt)
    #expect(code(#"{"a":1,"b":2,"a":1}"#) == .corrupt)
    #expect(code(#"{"a":1,"\u0061":1}"#) == .corrupt)
  }

  @Test("Foundation's coders read and write the same document")
  func codable() throws {
    let value: JSONValue = ["a": [nil, true, 3, 2.5, "x"], "b": ["c": [:]]]
    let data = try JSONEncoder().encode(value)
    #expect(try JSONValue(parsing: data) == value)
    #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
  }
}
