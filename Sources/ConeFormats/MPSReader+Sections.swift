/// The sections that refer to rows and columns.
extension MPSReader {
  // MARK: Right-hand sides and ranges

  mutating func readVector(_ keyword: String) throws(FormatError) {
    var set: String?
    var given = CoordinateVector()
    while cards.nextDataLine() {
      let fields = try cards.fields(.vectors, of: keyword)
      let name = cards.text(fields.name)
      if name != set ?? name { continue }
      set = name
      try setEntry(of: keyword, fields.first, fields.firstNumber, &given)
      if !fields.second.isEmpty { try setEntry(of: keyword, fields.second, fields.secondNumber, &given) }
    }
  }

  private mutating func setEntry(
    of keyword: String, _ name: Range<Int>, _ number: Range<Int>, _ given: inout CoordinateVector
  ) throws(FormatError) {
    let i = try row(name)
    let value = MPSInstance.extended(
      try cards.number(number, keyword == "RHS" ? "the right-hand side" : "the range"))
    try given.append(index: i, value: value, line: cards.line, file: cards.file)
    if keyword == "RHS" {
      // An infinite side of an inequality is no restriction; elsewhere infinity says nothing.
      let type = instance.rowTypes[i]
      let allowed = value.isFinite || (type == .less && value > 0) || (type == .greater && value < 0)
      guard allowed else { throw cards.fault("the right-hand side is infinite", "give a finite one") }
      instance.rightHandSides[i] = value
    } else {
      guard instance.rowTypes[i] != .free else {
        throw cards.fault("the row '\(cards.text(name))' is of type N, which has no range", "remove the range")
      }
      instance.ranges[i] = value
    }
  }

  // MARK: Bounds

  mutating func readBounds() throws(FormatError) {
    var set: String?
    while cards.nextDataLine() {
      let fields = try cards.fields(.bounds, of: "BOUNDS")
      let code = cards.text(fields.code).uppercased()
      if ["BV", "LI", "UI", "SC"].contains(code) {
        throw unsupported("\(code) declares an integer or semicontinuous column, which", "use LO and UP to relax it")
      }
      guard let type = MPSBoundType(rawValue: code) else {
        let known = MPSBoundType.allCases.map(\.rawValue).joined(separator: ", ")
        throw cards.fault("'\(code.prefix(32))' is not a type of bound", "write one of \(known)")
      }
      let name = cards.text(fields.name)
      if name != set ?? name { continue }
      set = name
      let j = try column(fields.first)
      let value = type.takesNumber ? try bound(fields.firstNumber, type) : 0
      if let line = instance.bounds[j].earlierLine(of: type) {
        throw cards.fault(
          "a bound on this side of '\(cards.text(fields.first))' was already given on line \(line)", "give it once")
      }
      instance.bounds[j].set(type, to: value, line: cards.line)
    }
  }

  private mutating func bound(_ field: Range<Int>, _ type: MPSBoundType) throws(FormatError) -> Double {
    let infinities = ["INF": Double.infinity, "INFINITY": .infinity]
    let text = cards.text(field).uppercased()
    let unsigned = text.drop { $0 == "+" || $0 == "-" }
    let value: Double
    if let infinity = infinities[String(unsigned)] {
      value = text.hasPrefix("-") ? -infinity : infinity
    } else {
      value = MPSInstance.extended(try cards.number(field, "the bound"))
    }
    let excluding: Double = type == .upper ? -.infinity : .infinity
    guard value.isFinite || (type != .fixed && value != excluding) else {
      throw cards.fault("this bound leaves no value", "correct it")
    }
    return value
  }

  // MARK: Quadratic objective

  mutating func readQuadratic(_ keyword: String, argument: String) throws(FormatError) {
    if let other = ["QUADOBJ", "QMATRIX", "QSECTION"].first(where: { $0 != keyword && seen[$0] != nil }) {
      throw cards.fault("\(keyword) follows \(other)", "state the quadratic objective in one section")
    }
    if !argument.isEmpty, let i = instance.rows[argument], i != instance.objectiveRow {
      throw unsupported("a quadratic term of the row '\(argument.prefix(64))'", "only the objective may have one")
    }
    var entries = CoordinateList()
    while cards.nextDataLine() {
      let fields = try cards.fields(.columns, of: keyword)
      let j = try column(fields.name)
      for (name, number) in [(fields.first, fields.firstNumber), (fields.second, fields.secondNumber)]
      where !name.isEmpty {
        let i = try column(name)
        let value = try cards.number(number, "the coefficient")
        let isWhole = keyword == "QMATRIX"
        entries.append(row: isWhole ? i : min(i, j), column: isWhole ? j : max(i, j), value: value, line: cards.line)
      }
    }
    let n = instance.columns.count
    try entries.checkNoRepetition(rowCount: n, columnCount: n, file: cards.file)
    instance.quadratic = keyword == "QMATRIX" ? try upperTriangle(of: entries) : entries
  }

  /// The upper triangle of a matrix given whole, which must be symmetric.
  private func upperTriangle(of entries: CoordinateList) throws(FormatError) -> CoordinateList {
    struct Place: Hashable { var row, column: Int }
    var values: [Place: Double] = [:]
    for k in 0..<entries.count { values[Place(row: entries.rows[k], column: entries.columns[k])] = entries.values[k] }
    var upper = CoordinateList()
    for k in 0..<entries.count {
      let (i, j, value, line) = (entries.rows[k], entries.columns[k], entries.values[k], entries.lines[k])
      guard values[Place(row: j, column: i)] ?? 0 == value else {
        throw FormatError(
          file: cards.file, line: line,
          what: "QMATRIX is not symmetric: this coefficient differs from its mirror image",
          remedy: "give both triangles, or one of them in QUADOBJ")
      }
      if i <= j { upper.append(row: i, column: j, value: value, line: line) }
    }
    return upper
  }
}
