import TestSupport
import Testing

@testable import ConeFormats

/// Whatever a file holds, a reader returns a well-formed program or an error with a line of the file, and soon.
@Suite struct FuzzTests {
  private static let budget = Duration.seconds(10)
  private static let longestSingle = Duration.seconds(2)

  private static let hostileTokens = [
    "0", "-1", "1", "2", "3", "7", "99", "1000000", "60000000", "2147483648", "1000000000000", "9223372036854775807",
    "-9223372036854775808", "99999999999999999999999", "1e308", "1e309", "-1e-400", "nan", "inf", ".", "-", "+", "1.5",
    "0x10", "{", ")", ",", "*", "\"", "#", "VER", "VAR", "CON", "PSDVAR", "PSDCON", "F", "L+", "L=", "Q", "QR", "EXP",
    "MAX", "CHANGE", "ACOORD", "HCOORD", "ROWS", "ENDATA", "RHS", "FX", "MI", "'MARKER'", "\t", "$",
    "\u{0}", "é", "1D5", "1\n", "\r", "\n\n",
  ]

  @Test func mutatedTextsNeverBreakAReader() throws {
    var random = SplitMix64(seed: 2024)
    let texts: [(ConicFileFormat, [UInt8])] = [
      (.sdpa, try instance("loose.dat-s")), (.sdpa, Array(try instanceText("truss1.dat-s.gz").utf8)),
      (.cbf, try instance("cones.cbf")), (.cbf, Array(try instanceText("sambal.cbf.gz").utf8)),
      (.mps, Array(try instanceText("HS53.SIF.gz").utf8)), (.mps, Array(try instanceText("afiro.mps.gz").utf8)),
    ]
    var outcomes = Outcomes()
    for (format, text) in texts {
      for _ in 0..<3000 {
        var mutated = text
        for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&mutated, &random) }
        try outcomes.record(mutated, format: format)
      }
    }
    try outcomes.check()
    // A generator that only ever fails or only ever succeeds would prove little.
    #expect(outcomes.programs > 300 && outcomes.errors > 3000)
  }

  /// Every prefix, so every place where a file can break off.
  @Test func everyPrefixIsReadOrRefused() throws {
    var outcomes = Outcomes()
    let texts = [
      (ConicFileFormat.sdpa, try instance("loose.dat-s")), (.cbf, try instance("cones.cbf")),
      (.mps, Array(try instanceText("HS53.SIF.gz").utf8)),
    ]
    for (format, text) in texts {
      for length in 0..<text.count { try outcomes.record(Array(text.prefix(length)), format: format) }
    }
    try outcomes.check()
  }

  @Test func damagedCompressionNeverBreaksAReader() throws {
    var random = SplitMix64(seed: 11)
    var outcomes = Outcomes()
    for name in ["truss1.dat-s.gz", "sambal.cbf.gz"] {
      let bytes = try instance(name)
      for _ in 0..<1500 {
        var mutated = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          mutated[Int.random(in: 2..<mutated.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) { mutated.removeLast(Int.random(in: 1..<mutated.count - 2, using: &random)) }
        try outcomes.record(mutated, format: nil, name: name)
      }
    }
    try outcomes.check()
    #expect(outcomes.errors > 2500)
  }

  @Test func noiseIsRefused() throws {
    var random = SplitMix64(seed: 12)
    var outcomes = Outcomes()
    let alphabet = Array("0123456789 \n.-+eDVAR#*\"(),{}".utf8)
    for round in 0..<2000 {
      let length = Int.random(in: 0...300, using: &random)
      let noise = (0..<length).map { _ in
        round % 2 == 0 ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random)!
      }
      try outcomes.record(noise, format: [.sdpa, .cbf, .mps, nil][round % 4])
    }
    try outcomes.check()
  }

  // MARK: Machinery

  private struct Outcomes {
    var programs = 0
    var errors = 0
    var total = Duration.zero
    var longest = Duration.zero

    mutating func record(_ bytes: [UInt8], format: ConicFileFormat?, name: String = "fuzz") throws {
      let clock = ContinuousClock()
      let start = clock.now
      let result = Result { () throws(FormatError) in try ConicFile.read(bytes: bytes, name: name, format: format) }
      let time = clock.now - start
      total += time
      longest = max(longest, time)
      switch result {
      case .success(let imported):
        programs += 1
        let found = fault(in: imported)
        #expect(found == nil, "\(String(decoding: bytes, as: UTF8.self))")
      case .failure(let error):
        errors += 1
        let lines = bytes.reduce(into: 1) { count, byte in if byte == Byte.newline { count += 1 } }
        let isCompressed = Gzip.isCompressed(bytes)
        #expect(error.line >= 1 && (isCompressed || error.line <= lines), "\(error)")
        #expect(!error.what.isEmpty && !error.remedy.isEmpty && error.file == name)
      }
    }

    func check() throws {
      #expect(total < FuzzTests.budget)
      #expect(longest < FuzzTests.longestSingle)
    }
  }

  private func mutate(_ text: inout [UInt8], _ random: inout SplitMix64) {
    guard text.count > 2 else { return }
    let at = Int.random(in: 0..<text.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: text.removeLast(text.count - at)
    case 1: text[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: text[at] = UInt8.random(in: 0...255, using: &random)
    case 3: text.remove(at: at)
    case 4: replaceToken(&text, at: at, by: Array(Self.hostileTokens.randomElement(using: &random)!.utf8))
    case 5: swapTokens(&text, at, Int.random(in: 0..<text.count, using: &random))
    case 6: repeatLine(&text, at: at)
    default: removeLine(&text, at: at)
    }
  }

  private func replaceToken(_ text: inout [UInt8], at place: Int, by replacement: [UInt8]) {
    text.replaceSubrange(token(text, at: place), with: replacement)
  }

  private func swapTokens(_ text: inout [UInt8], _ a: Int, _ b: Int) {
    let first = token(text, at: min(a, b))
    let second = token(text, at: max(a, b))
    guard first.upperBound <= second.lowerBound else { return }
    let (x, y) = (Array(text[first]), Array(text[second]))
    text.replaceSubrange(second, with: x)
    text.replaceSubrange(first, with: y)
  }

  private func repeatLine(_ text: inout [UInt8], at place: Int) {
    let range = span(text, at: place) { $0 == Byte.newline }
    text.insert(contentsOf: [Byte.newline] + text[range], at: range.upperBound)
  }

  private func removeLine(_ text: inout [UInt8], at place: Int) {
    let range = span(text, at: place) { $0 == Byte.newline }
    text.removeSubrange(range.lowerBound..<min(range.upperBound + 1, text.count))
  }

  private func token(_ text: [UInt8], at place: Int) -> Range<Int> {
    span(text, at: place) { $0 == Byte.newline || $0 == Byte.space }
  }

  /// The stretch around `place` that no delimiter interrupts.
  private func span(_ text: [UInt8], at place: Int, delimiter: (UInt8) -> Bool) -> Range<Int> {
    var start = place
    while start > 0, !delimiter(text[start - 1]) { start -= 1 }
    var end = max(place, start)
    while end < text.count, !delimiter(text[end]) { end += 1 }
    return min(start, end)..<end
  }
}
