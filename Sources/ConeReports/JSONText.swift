import Foundation

/// A number of a JSON text. JSON knows neither infinities nor NaN: they become `null`.
package struct JSONNumber: Encodable, Equatable {
  package let value: Double

  package init(_ value: Double) { self.value = value }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isFinite { try container.encode(value) } else { try container.encodeNil() }
  }

  package static func == (a: Self, b: Self) -> Bool { a.value == b.value || !(a.value.isFinite || b.value.isFinite) }
}

extension Encodable {
  /// The JSON text of the value: keys in alphabetical order, every double with as many digits as bring it back, a
  /// newline at the end.
  package func jsonText(indented: Bool) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
