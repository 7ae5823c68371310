/// Reads integers, numbers and words from the bytes of a text and knows the line it is on.
///
/// Works on bytes throughout: no string is made unless an error quotes one. Separators stand between tokens on a line;
/// a newline is never skipped unasked, so that a reader can hold each entry to its line.
struct TextScanner {
  /// What stands between tokens.
  enum Style {
    /// Blanks; `#` begins a comment that runs to the end of its line.
    case hashComments
    /// Blanks, commas, parentheses and braces.
    case loosePunctuation
    /// Blanks only.
    case blanks
  }

  let file: String
  let style: Style
  private let bytes: [UInt8]
  private(set) var position = 0
  private var newlines = 0

  init(_ bytes: [UInt8], file: String, style: Style) {
    self.bytes = bytes
    self.file = file
    self.style = style
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  // MARK: Place

  var isAtEnd: Bool { position >= bytes.count }

  /// The line being read, counted from one. At the end of the text it is the last line that holds anything.
  var line: Int {
    let afterFinalNewline = isAtEnd && bytes.last == Byte.newline && newlines > 0
    return afterFinalNewline ? newlines : newlines + 1
  }

  /// Bytes not yet read: an upper bound on the tokens still to come.
  var remaining: Int { bytes.count - position }

  /// The byte to be read next; `nil` at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  // MARK: Skipping

  /// Moves to the next token or the end of the line.
  mutating func skipSeparators() {
    while position < bytes.count, isSeparator(bytes[position]) { position += 1 }
    if style == .hashComments, position < bytes.count, bytes[position] == Byte.hash { skipToLineEnd() }
  }

  mutating func skipToLineEnd() {
    while position < bytes.count, bytes[position] != Byte.newline { position += 1 }
  }

  /// Moves past separators and line ends to the next token or the end of the text.
  mutating func skipToToken() {
    skipSeparators()
    while position < bytes.count, bytes[position] == Byte.newline {
      position += 1
      newlines += 1
      skipSeparators()
    }
  }

  /// True when nothing but separators is left on the line; moves up to its end.
  mutating func isAtLineEnd() -> Bool {
    skipSeparators()
    return isAtEnd || bytes[position] == Byte.newline
  }

  /// True when the next token begins as a number does.
  func startsNumber() -> Bool {
    guard position < bytes.count else { return false }
    var lead = bytes[position]
    if lead == Byte.minus || lead == Byte.plus {
      guard position + 1 < bytes.count else { return false }
      lead = bytes[position + 1]
    }
    return lead.isDigit || lead == Byte.point
  }

  // MARK: Lines and fields

  /// Moves to the beginning of the next line; false where there is none.
  mutating func moveToNextLine() -> Bool {
    skipToLineEnd()
    if isAtEnd { return false }
    position += 1
    newlines += 1
    return !isAtEnd
  }

  /// The bytes from here to the end of the line, without the blanks that end it.
  func restOfLine() -> Range<Int> {
    var end = position
    while end < bytes.count, bytes[end] != Byte.newline { end += 1 }
    while end > position, isSeparator(bytes[end - 1]) { end -= 1 }
    return position..<end
  }

  /// Moves within the line being read.
  mutating func move(to place: Int) { position = place }

  subscript(place: Int) -> UInt8 { bytes[place] }

  /// The bytes of a range as text, control characters masked.
  func text(in range: Range<Int>) -> String {
    let bytes = bytes[range]
    if bytes.allSatisfy({ $0 >= Byte.space }) { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes.map { $0 < Byte.space ? Byte.question : $0 }, as: UTF8.self)
  }

  // MARK: Tokens

  /// The next token on the line as text, control characters masked; empty at the end of the line.
  mutating func word() -> String {
    skipSeparators()
    let start = position
    while position < bytes.count, !isTokenEnd(bytes[position]) { position += 1 }
    return text(in: start..<position)
  }

  /// The next token on the line as an integer.
  ///
  /// - Parameter textMayFollow: a sign other than a letter, digit or point may end the integer, as in `2=mDIM`.
  mutating func integer(_ what: @autoclosure () -> String, textMayFollow: Bool = false) throws(FormatError) -> Int {
    skipSeparators()
    let start = position
    var at = start
    var negative = false
    if at < bytes.count, bytes[at] == Byte.minus || bytes[at] == Byte.plus {
      negative = bytes[at] == Byte.minus
      at += 1
    }
    let firstDigit = at
    var value = 0
    var overflow = false
    while at < bytes.count, bytes[at].isDigit {
      let (tens, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, past) = tens.addingReportingOverflow(Int(bytes[at] &- Byte.zero))
      overflow = overflow || over || past
      value = sum
      at += 1
    }
    let ends = at >= bytes.count || isTokenEnd(bytes[at]) || (textMayFollow && bytes[at].endsInteger)
    guard at > firstDigit, ends else { throw misread(what(), as: "an integer") }
    guard !overflow else {
      throw fault("\(what()) is \(quoted(from: start)), beyond every limit", "write its true value", kind: .tooLarge)
    }
    position = at
    return negative ? -value : value
  }

  /// The next token on the line as a finite number; the exponent may be marked `e`, `E`, `d` or `D`.
  mutating func number(_ what: @autoclosure () -> String) throws(FormatError) -> Double {
    skipSeparators()
    let start = position
    guard let literal = decimalLiteral(), literal.end >= bytes.count || isTokenEnd(bytes[literal.end]) else {
      throw misread(what(), as: "a finite number")
    }
    let magnitude =
      DecimalNumber.nearest(literal.digits, tenTo: literal.exponent, truncated: literal.truncated)
      ?? standardLibraryValue(start + literal.signLength..<literal.end)
    guard magnitude.isFinite else {
      throw fault("\(what()) is \(quoted(from: start)), too large for double precision", "rescale the program")
    }
    position = literal.end
    return literal.negative ? -magnitude : magnitude
  }

  /// A decimal literal `± digits · 10^exponent` and where it ends.
  private struct Literal {
    var negative = false
    var signLength = 0
    var digits: UInt64 = 0
    var exponent = 0
    /// Nonzero digits beyond those that `digits` holds.
    var truncated = false
    var end = 0
  }

  /// The literal at the current position, or `nil` when there is none.
  private func decimalLiteral() -> Literal? {
    var literal = Literal()
    var at = position
    if at < bytes.count, bytes[at] == Byte.minus || bytes[at] == Byte.plus {
      literal.negative = bytes[at] == Byte.minus
      literal.signLength = 1
      at += 1
    }
    var significant = 0
    var anyDigit = false
    var pastPoint = false
    while at < bytes.count {
      let byte = bytes[at]
      if byte == Byte.point, !pastPoint {
        pastPoint = true
      } else if byte.isDigit {
        anyDigit = true
        let digit = UInt64(byte &- Byte.zero)
        if significant < DecimalNumber.exactDigits {
          literal.digits = literal.digits &* 10 &+ digit
          if literal.digits != 0 { significant += 1 }
          if pastPoint { literal.exponent -= 1 }
        } else {
          if digit != 0 { literal.truncated = true }
          if !pastPoint { literal.exponent += 1 }
        }
      } else {
        break
      }
      at += 1
    }
    guard anyDigit else { return nil }
    if at < bytes.count, bytes[at].marksExponent {
      guard let (power, end) = exponent(at + 1) else { return nil }
      literal.exponent += power
      at = end
    }
    literal.end = at
    return literal
  }

  /// The signed exponent at `start`, held within a range that cannot overflow and where it is zero or infinite anyway.
  private func exponent(_ start: Int) -> (value: Int, end: Int)? {
    var at = start
    var negative = false
    if at < bytes.count, bytes[at] == Byte.minus || bytes[at] == Byte.plus {
      negative = bytes[at] == Byte.minus
      at += 1
    }
    let firstDigit = at
    var value = 0
    let saturation = 1 << 40
    while at < bytes.count, bytes[at].isDigit {
      value = min(value * 10 + Int(bytes[at] &- Byte.zero), saturation)
      at += 1
    }
    guard at > firstDigit else { return nil }
    return (negative ? -value : value, at)
  }

  /// The standard library's correctly rounded value of an unsigned literal already known to be well formed.
  private func standardLibraryValue(_ range: Range<Int>) -> Double {
    let text = bytes[range].map { $0.marksExponent ? Byte.lowerE : $0 }
    return Double(String(decoding: text, as: UTF8.self)) ?? .nan
  }

  // MARK: Faults

  /// An error at the line being read.
  func fault(_ what: String, _ remedy: String, kind: FormatError.Kind = .syntax) -> FormatError {
    FormatError(kind: kind, file: file, line: line, what: what, remedy: remedy)
  }

  /// The error for a token that is missing or is not what it should be.
  private func misread(_ what: String, as kind: String) -> FormatError {
    if isAtEnd { return fault("the file ends where \(what) is needed", "complete the file") }
    if bytes[position] == Byte.newline {
      return fault("the line ends where \(what) is needed", "complete the line")
    }
    return fault("\(quoted(from: position)) is not \(kind)", "write \(what) as \(kind)")
  }

  /// The token at `start` between quotes, shortened when long.
  private func quoted(from start: Int) -> String {
    let longest = 32
    var end = start
    while end < bytes.count, end - start < longest, !isTokenEnd(bytes[end]) { end += 1 }
    let shown = bytes[start..<end].map { $0 < Byte.space || $0 > Byte.tilde ? Byte.question : $0 }
    let cut = end < bytes.count && !isTokenEnd(bytes[end])
    return "'" + String(decoding: shown, as: UTF8.self) + (cut ? "…'" : "'")
  }

  // MARK: Bytes

  private func isSeparator(_ byte: UInt8) -> Bool {
    if byte == Byte.space || byte == Byte.tab || byte == Byte.carriageReturn { return true }
    return style == .loosePunctuation && byte.isLoosePunctuation
  }

  private func isTokenEnd(_ byte: UInt8) -> Bool {
    byte == Byte.newline || isSeparator(byte) || (style == .hashComments && byte == Byte.hash)
  }
}

/// The characters the readers tell apart.
enum Byte {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let hash = UInt8(ascii: "#")
  static let quote = UInt8(ascii: "\"")
  static let star = UInt8(ascii: "*")
  static let plus = UInt8(ascii: "+")
  static let minus = UInt8(ascii: "-")
  static let point = UInt8(ascii: ".")
  static let zero = UInt8(ascii: "0")
  static let question = UInt8(ascii: "?")
  static let lowerE = UInt8(ascii: "e")
  static let tilde = UInt8(ascii: "~")
  static let dollar = UInt8(ascii: "$")
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- Byte.zero < 10 }

  fileprivate var marksExponent: Bool {
    switch self {
    case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "d"), UInt8(ascii: "D"): true
    default: false
    }
  }

  fileprivate var isLoosePunctuation: Bool {
    switch self {
    case UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// True for a sign that cannot continue a number or a name.
  fileprivate var endsInteger: Bool {
    let lower = self | 0x20
    let isLetter = lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    return !isLetter && !isDigit && self != Byte.point && self < 0x80
  }
}
