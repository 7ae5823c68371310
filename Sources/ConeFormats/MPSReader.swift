import ConeSolver

/// Reader for the MPS format, fixed and free, with the sections that QPS adds for a quadratic objective (`.mps`,
/// `.qps`, and the `.SIF` files of the Maros–Mészáros collection), continuous programs only.
///
/// Sections: `NAME`, `OBJSENSE`, `ROWS`, `COLUMNS`, `RHS`, `RANGES`, `BOUNDS`, `QUADOBJ` or `QSECTION` or `QMATRIX`,
/// `ENDATA`; each at most once, `ROWS` before `COLUMNS` before those that refer to them. Whether lines are read by
/// columns or by words is decided once for the whole file (`MPSLayout`).
///
/// The objective is `½xᵀQx + cᵀx + β` with `c` in the first `N` row and `β` the negative of its right-hand side. An
/// entry of `QUADOBJ` or `QSECTION` off the diagonal stands for its mirror image too; `QMATRIX` holds both. Where a file
/// has several sets of right-hand sides, ranges or bounds, the first of each counts.
///
/// Sources: IBM, Mathematical Programming System/360, 1971; Maros and Mészáros, A repository of convex quadratic
/// programming problems, Optimization Methods and Software 11 (1999).
struct MPSReader {
  /// What stands in the third field of the lines around integer columns.
  static let marker = "'MARKER'"

  var cards: MPSCards
  var instance = MPSInstance()
  /// Sections met so far with the lines of their headers.
  var seen: [String: Int] = [:]

  static func read(_ text: [UInt8], file: String) throws(FormatError) -> ImportedProblem {
    var reader = MPSReader(cards: MPSCards(text, file: file))
    try reader.readSections()
    return reader.instance.imported()
  }

  // MARK: Sections

  private mutating func readSections() throws(FormatError) {
    while let (keyword, argument) = try cards.nextSection() {
      if keyword == "ENDATA" {
        guard instance.columns.count > 0 else {
          throw cards.fault("the file declares no columns", "add a COLUMNS section")
        }
        return try checkRows()
      }
      if let line = seen.updateValue(cards.line, forKey: keyword) {
        throw cards.fault("\(keyword) was already given on line \(line)", "join the two sections")
      }
      try readSection(keyword, argument: argument)
    }
    throw cards.fault("the file ends without ENDATA", "complete the file")
  }

  private mutating func readSection(_ keyword: String, argument: String) throws(FormatError) {
    switch keyword {
    case "NAME": break
    case "OBJSENSE": try readObjectiveSense(argument)
    case "ROWS": try readRows()
    case "COLUMNS":
      try need("ROWS", before: keyword)
      try readColumns()
    case "RHS", "RANGES":
      try need("COLUMNS", before: keyword)
      try readVector(keyword)
    case "BOUNDS":
      try need("COLUMNS", before: keyword)
      try readBounds()
    case "QUADOBJ", "QMATRIX", "QSECTION":
      try need("COLUMNS", before: keyword)
      try readQuadratic(keyword, argument: argument)
    case "QCMATRIX", "CSECTION", "SOS", "SOS1", "SOS2", "SETS", "INDICATORS", "GENCONS", "LAZYCONS", "USERCUTS",
      "PWLOBJ", "GROUPS", "VARIABLES", "CONSTANTS", "START", "ELEMENT", "ELEMENTS", "GROUP":
      throw unsupported(
        "the section \(keyword)", "restate the program by linear rows, bounds and a quadratic objective")
    default:
      throw cards.fault(
        "'\(keyword.prefix(32))' is not a section of MPS", "correct it; data lines begin with a blank")
    }
    if cards.nextDataLine() {
      throw cards.fault("\(keyword) holds no such line", "remove it, or put a section header before it")
    }
  }

  private func need(_ other: String, before keyword: String) throws(FormatError) {
    if seen[other] != nil { return }
    throw cards.fault("\(keyword) comes before \(other)", "put \(other) first")
  }

  func unsupported(_ what: String, _ remedy: String) -> FormatError {
    cards.fault("\(what) is not supported", remedy, kind: .unsupported)
  }

  private mutating func readObjectiveSense(_ argument: String) throws(FormatError) {
    var word = argument
    if word.isEmpty {
      let empty = cards.fault("OBJSENSE is empty", "write MIN or MAX on the line after it")
      guard cards.nextDataLine() else { throw empty }
      word = cards.text(try cards.fields(.words, of: "OBJSENSE").name)
    }
    switch word.uppercased() {
    case "MIN", "MINIMIZE", "MINIMISE": instance.objectiveSense = .minimize
    case "MAX", "MAXIMIZE", "MAXIMISE": instance.objectiveSense = .maximize
    default: throw cards.fault("'\(word.prefix(32))' is not an objective sense", "write MIN or MAX")
    }
  }

  // MARK: Rows and columns

  private mutating func readRows() throws(FormatError) {
    while cards.nextDataLine() {
      let fields = try cards.fields(.rows, of: "ROWS")
      let code = cards.text(fields.code)
      guard let type = MPSRowType(rawValue: code.uppercased()) else {
        throw cards.fault("'\(code.prefix(32))' is not a type of row", "write N, E, L or G")
      }
      let name = cards.text(fields.name)
      guard instance.rows.append(name) else {
        throw cards.fault("the row '\(name.prefix(64))' is declared twice", "give each row its own name")
      }
      if type == .free, instance.objectiveRow == nil { instance.objectiveRow = instance.rowTypes.count }
      instance.rowTypes.append(type)
    }
    instance.rightHandSides = [Double](repeating: 0, count: instance.rows.count)
    instance.ranges = [Double?](repeating: nil, count: instance.rows.count)
  }

  private mutating func readColumns() throws(FormatError) {
    var name = ""
    while cards.nextDataLine() {
      let fields = try cards.fields(.columns, of: "COLUMNS")
      if cards.text(fields.first) == Self.marker {
        throw unsupported("a marker of integer columns", "remove the markers to solve the continuous relaxation")
      }
      let column = cards.text(fields.name)
      if column != name || instance.columns.count == 0 {
        guard instance.columns.append(column) else {
          throw cards.fault(
            "the column '\(column.prefix(64))' was already given further above",
            "give each column its own name, and its lines one after the other")
        }
        name = column
      }
      try addCoefficient(fields.first, fields.firstNumber)
      if !fields.second.isEmpty { try addCoefficient(fields.second, fields.secondNumber) }
    }
    instance.bounds = [MPSBounds](repeating: MPSBounds(), count: instance.columns.count)
    try instance.coefficients.checkNoRepetition(
      rowCount: instance.rows.count, columnCount: instance.columns.count, file: cards.file)
  }

  private mutating func addCoefficient(_ row: Range<Int>, _ number: Range<Int>) throws(FormatError) {
    let i = try self.row(row)
    let value = try cards.number(number, "the coefficient")
    instance.coefficients.append(row: i, column: instance.columns.count - 1, value: value, line: cards.line)
  }

  func row(_ field: Range<Int>) throws(FormatError) -> Int {
    let name = cards.text(field)
    if let i = instance.rows[name] { return i }
    throw cards.fault("the row '\(name.prefix(64))' does not exist", "declare it in ROWS, or correct its name")
  }

  func column(_ field: Range<Int>) throws(FormatError) -> Int {
    let name = cards.text(field)
    if let j = instance.columns[name] { return j }
    throw cards.fault("the column '\(name.prefix(64))' does not exist", "give it in COLUMNS, or correct its name")
  }

  // MARK: Size

  /// Checks what can be known only after the last section.
  private func checkRows() throws(FormatError) {
    var total = instance.columns.count <= SizeLimit.dimension ? 0 : nil
    func add(_ interval: MPSInterval, of name: String) throws(FormatError) {
      guard interval.lower < .infinity, interval.upper > -.infinity else {
        throw cards.fault("'\(name.prefix(64))' has a range and an infinite right-hand side", "remove one of them")
      }
      let sides = interval.isPoint ? 1 : (interval.lower.isFinite ? 1 : 0) + (interval.upper.isFinite ? 1 : 0)
      total = total.flatMap { SizeLimit.sum($0, sides) }
    }
    for i in 0..<instance.rows.count { try add(instance.interval(ofRow: i), of: instance.rows.names[i]) }
    for j in 0..<instance.columns.count { try add(instance.bounds[j].interval, of: instance.columns.names[j]) }
    guard total != nil else {
      throw cards.fault(
        "the program is over the limit",
        "at most \(SizeLimit.dimension) columns and as many rows and bounds can be read",
        kind: .tooLarge)
    }
  }
}
