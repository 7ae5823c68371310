import TestSupport
import Testing

@testable import ConeFormats

/// The reference is the standard library's correctly rounded conversion.
@Suite struct DecimalNumberTests {
  /// A literal as the readers read it.
  private func read(_ literal: String) throws -> Double {
    var scanner = TextScanner(Array(literal.utf8), file: "number", style: .hashComments)
    return try scanner.number("the number")
  }

  @Test func everyDoubleSurvivesItsShortestText() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<100_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(try read("\(value)").bitPattern == value.bitPattern)
    }
  }

  @Test func digitsOfAnyNumberAndAnyPointRoundCorrectly() throws {
    var random = SplitMix64(seed: 2)
    for _ in 0..<100_000 {
      let count = Int.random(in: 1...24, using: &random)
      var digits = (0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &random))) }
      digits.insert(".", at: Int.random(in: 0...count, using: &random))
      let text = String(digits) + "e\(Int.random(in: -40...40, using: &random))"
      let expected = try #require(Double(digits[0] == "." ? "0" + text : text))
      #expect(try read(text).bitPattern == expected.bitPattern, "\(text)")
    }
  }

  /// Halfway points between doubles and their neighbours on either side, where a second rounding would show.
  @Test func tiesGoToEvenAndTheLeastExcessDecides() throws {
    #expect(try read("9007199254740993") == 9007199254740992)
    #expect(try read("9007199254740995") == 9007199254740996)
    #expect(try read("9007199254740993.0000000000000000001") == 9007199254740994)
    #expect(try read("0.50000000000000005551115123125782702118158340454101562500") == 0.5)
    #expect(try read("0.50000000000000005551115123125782702118158340454101562501") == 0.5.nextUp)
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      // An odd integer of 54 bits lies exactly between two doubles.
      let odd = UInt64.random(in: 1 << 53..<1 << 54, using: &random) | 1
      for text in ["\(odd)", "\(odd)e3", "\(odd)e-3", "\(odd)000000001e-9"] {
        let expected = try #require(Double(text))
        #expect(try read(text) == expected, "\(text)")
      }
    }
  }

  @Test(arguments: [
    ("1.D0", 1.0), ("-2.5d-1", -0.25), (".25d+1", 2.5), ("+7", 7), ("1E+00", 1), ("007", 7), ("0e999999999999", 0),
    ("1e-999", 0), ("5e-324", 5e-324), ("1.7976931348623157e308", .greatestFiniteMagnitude),
    ("100000000000000000000000000000000000000000000000000", 1e50),
    ("0.00000000000000000000000000000000000000001", 1e-41),
  ])
  func spellings(text: String, value: Double) throws { #expect(try read(text) == value) }

  @Test func negativeZeroKeepsItsSign() throws { #expect(try read("-0.0").sign == .minus) }

  @Test(arguments: [
    "nan", "inf", "-infinity", "1e999", "-1e400", "", "-", ".", "+.e1", "1e", "1e+", "1.2.3", "0x10", "1,5", "12a",
    "--1", "1f0", "１",
  ])
  func refusals(text: String) { #expect(throws: FormatError.self) { try read(text) } }
}
