import Foundation

/// A number of a JSON text. JSON knows neither infinities nor NaN: they become `null`.
struct JSONNumber: Encodable, Equatable {
  let value: Double

  init(_ value: Double) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isFinite { try container.encode(value) } else { try container.encodeNil() }
  }

  static func == (a: Self, b: Self) -> Bool { a.value == b.value || !(a.value.isFinite || b.value.isFinite) }
}

extension Encodable {
  /// The JSON text of the value: keys in alphabetical order, every double with as many digits as bring it back, a
  /// newline at the end.
  func jsonText(indented: Bool) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
