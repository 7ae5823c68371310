/// The lines of an MPS file: section headers, which begin in the first column, and data lines, which begin with a
/// blank. Lines that begin with `*`, and empty lines, are passed over.
struct MPSCards {
  /// What the data lines of a section hold.
  enum Shape {
    /// A code and a name.
    case rows
    /// A name, then one or two pairs of a name and a number.
    case columns
    /// The same, the first name optional.
    case vectors
    /// A code, an optional name, a name, and a number where the code takes one.
    case bounds
    /// Words.
    case words
  }

  /// A data line. What is absent is an empty range.
  struct Fields {
    var code = 0..<0
    var name = 0..<0
    var first = 0..<0
    var firstNumber = 0..<0
    var second = 0..<0
    var secondNumber = 0..<0
  }

  private(set) var scanner: TextScanner
  private let layout: MPSLayout
  private var state = State.beforeFirstLine
  private var tokens: [Range<Int>] = []

  private enum State {
    case beforeFirstLine
    case taken
    /// On a line that was looked at but not taken.
    case pending
    case atEnd
  }

  init(_ text: [UInt8], file: String) {
    scanner = TextScanner(text, file: file, style: .blanks)
    layout = MPSLayout(of: scanner)
  }

  // MARK: Lines

  /// Takes the next line as a section header and gives its keyword in capitals and what follows on the line; `nil` at
  /// the end.
  mutating func nextSection() throws(FormatError) -> (keyword: String, argument: String)? {
    guard moveToLine() else { return nil }
    guard !isData else {
      throw scanner.fault(
        "a data line stands before any section", "begin the file with NAME or ROWS in the first column")
    }
    state = .taken
    let keyword = scanner.word()
    _ = scanner.isAtLineEnd()
    return (keyword.uppercased(), scanner.text(in: scanner.restOfLine()))
  }

  /// Takes the next line if it is a data line.
  mutating func nextDataLine() -> Bool {
    guard moveToLine(), isData else { return false }
    state = .taken
    return true
  }

  private var isData: Bool { scanner[scanner.position].isBlank }

  /// Moves to the next line that counts.
  private mutating func moveToLine() -> Bool {
    switch state {
    case .pending: return true
    case .atEnd: return false
    case .beforeFirstLine: state = .pending
    case .taken: state = scanner.moveToNextLine() ? .pending : .atEnd
    }
    while state == .pending, scanner.isAtEnd || scanner.next == Byte.star || scanner.restOfLine().isEmpty {
      state = scanner.moveToNextLine() ? .pending : .atEnd
    }
    return state == .pending
  }

  // MARK: Fields

  /// The fields of the data line just taken.
  mutating func fields(_ shape: Shape, of section: String) throws(FormatError) -> Fields {
    if layout.isFixed, shape != .words { return MPSLayout.fields(of: scanner) }
    splitIntoTokens()
    var fields = Fields()
    let count = tokens.count
    switch shape {
    case .rows:
      guard count == 2 else { throw misshapen(section, "a type and a name") }
      (fields.code, fields.name) = (tokens[0], tokens[1])
    case .columns, .vectors:
      let named = count == 3 || count == 5
      let allowed = named || count == 2 || count == 4
      guard count > 0, shape == .vectors ? allowed : named else {
        throw misshapen(section, "a name, then one or two pairs of a name and a number")
      }
      if named { fields.name = tokens.removeFirst() }
      (fields.first, fields.firstNumber) = (tokens[0], tokens[1])
      if tokens.count == 4 { (fields.second, fields.secondNumber) = (tokens[2], tokens[3]) }
    case .bounds:
      guard (2...4).contains(count) else {
        throw misshapen(section, "a type, the name of the bounds, a column and, where the type takes one, a number")
      }
      fields.code = tokens.removeFirst()
      let takesNumber = MPSBoundType(rawValue: scanner.text(in: fields.code).uppercased())?.takesNumber ?? false
      if count == 4 || (count == 3 && !takesNumber) { fields.name = tokens.removeFirst() }
      fields.first = tokens[0]
      if tokens.count == 2 { fields.firstNumber = tokens[1] }
    case .words:
      fields.name = tokens[0]
    }
    return fields
  }

  private mutating func splitIntoTokens() {
    tokens.removeAll(keepingCapacity: true)
    let line = scanner.restOfLine()
    var start = line.lowerBound
    for place in line where scanner[place].isBlank {
      if place > start { tokens.append(start..<place) }
      start = place + 1
    }
    if start < line.upperBound { tokens.append(start..<line.upperBound) }
  }

  func text(_ range: Range<Int>) -> String { scanner.text(in: range) }

  mutating func number(_ range: Range<Int>, _ what: @autoclosure () -> String) throws(FormatError) -> Double {
    guard !range.isEmpty else { throw fault("\(what()) is missing", "complete the line") }
    scanner.move(to: range.lowerBound)
    return try scanner.number(what())
  }

  // MARK: Faults

  var line: Int { scanner.line }
  var file: String { scanner.file }

  func fault(_ what: String, _ remedy: String, kind: FormatError.Kind = .syntax) -> FormatError {
    scanner.fault(what, remedy, kind: kind)
  }

  private func misshapen(_ section: String, _ shape: String) -> FormatError {
    var remedy = "write \(shape)"
    if let line = layout.firstLineOffColumns, line != scanner.line {
      remedy += "; names with blanks need every line in the fixed columns, which line \(line) leaves"
    } else {
      remedy += ", or, where names hold blanks, put every field in its fixed columns"
    }
    return fault("this line of \(section) holds \(tokens.count) entries", remedy)
  }
}
