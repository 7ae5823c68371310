/// Whether an MPS file keeps to the fixed columns.
///
/// | field | 1 | 2 | 3 | 4 | 5 | 6 |
/// |---|---|---|---|---|---|---|
/// | columns, from one | 2–3 | 5–12 | 15–22 | 25–36 | 40–47 | 50–61 |
/// | holds | code | name | name | number | name | number |
///
/// Names may hold blanks there, and the name of a set may be missing. A file whose data lines all leave the columns
/// between the fields blank, and hold in each field what their section asks for, is read by columns; any other by
/// words. Where no name holds a blank both readings agree. A `$` in column 15 or 40 begins a comment.
struct MPSLayout {
  /// The first data line that leaves the columns; `nil` when the file is fixed.
  private(set) var firstLineOffColumns: Int?
  var isFixed: Bool { firstLineOffColumns == nil }

  /// Complexity: one pass over the text.
  init(of scanner: TextScanner) {
    var scanner = scanner
    var section = ""
    repeat {
      let line = scanner.restOfLine()
      if line.isEmpty || scanner[line.lowerBound] == Byte.star { continue }
      if scanner[line.lowerBound].isBlank {
        if section == "OBJSENSE" || Self.fits(line, section: section, of: scanner) { continue }
        firstLineOffColumns = scanner.line
        return
      }
      section = scanner.word().uppercased()
      if section == "ENDATA" { return }
    } while scanner.moveToNextLine()
  }

  /// The fields of the line at whose beginning `scanner` stands, blanks around them left out.
  static func fields(of scanner: TextScanner) -> MPSCards.Fields {
    let line = content(of: scanner.restOfLine(), of: scanner)
    func field(_ columns: ClosedRange<Int>) -> Range<Int> {
      let start = line.lowerBound + columns.lowerBound - 1
      var range = (start..<start + columns.count).clamped(to: line)
      while let last = range.last, scanner[last] == Byte.space { range = range.lowerBound..<last }
      while let first = range.first, scanner[first] == Byte.space { range = first + 1..<range.upperBound }
      return range
    }
    return MPSCards.Fields(
      code: field(2...3), name: field(5...12), first: field(15...22), firstNumber: field(25...36),
      second: field(40...47), secondNumber: field(50...61))
  }

  /// Zero-based columns that belong to no field.
  private static let gaps = [0..<1, 3..<4, 12..<14, 22..<24, 36..<39, 47..<49, 61..<Int.max]

  private static func fits(_ line: Range<Int>, section: String, of scanner: TextScanner) -> Bool {
    // Columns are counted in bytes, so tabs and letters beyond ASCII leave them.
    guard line.allSatisfy({ scanner[$0] >= Byte.space && scanner[$0] < 0x80 }) else { return false }
    let fields = fields(of: scanner)
    if scanner.text(in: fields.first) == MPSReader.marker { return true }
    let content = content(of: line, of: scanner)
    for gap in gaps {
      for column in gap.clamped(to: 0..<content.count) where scanner[line.lowerBound + column] != Byte.space {
        return false
      }
    }
    func isWord(_ field: Range<Int>) -> Bool { !field.isEmpty && !field.contains { scanner[$0] == Byte.space } }
    let isPair = !fields.first.isEmpty && isWord(fields.firstNumber)
    let endsAfterFirst = fields.second.isEmpty && fields.secondNumber.isEmpty
    let isLine = isPair && (endsAfterFirst || (!fields.second.isEmpty && isWord(fields.secondNumber)))
    switch section {
    case "ROWS":
      return isWord(fields.code) && !fields.name.isEmpty && fields.first.isEmpty && fields.firstNumber.isEmpty
        && endsAfterFirst
    case "BOUNDS":
      return isWord(fields.code) && !fields.first.isEmpty && (fields.firstNumber.isEmpty || isPair) && endsAfterFirst
    case "RHS", "RANGES": return fields.code.isEmpty && isLine
    default: return fields.code.isEmpty && !fields.name.isEmpty && isLine
    }
  }

  /// The line up to its comment.
  private static func content(of line: Range<Int>, of scanner: TextScanner) -> Range<Int> {
    for column in [14, 39] where column < line.count && scanner[line.lowerBound + column] == Byte.dollar {
      return line.lowerBound..<line.lowerBound + column
    }
    return line
  }
}

extension UInt8 {
  var isBlank: Bool { self == Byte.space || self == Byte.tab || self == Byte.carriageReturn }
}
