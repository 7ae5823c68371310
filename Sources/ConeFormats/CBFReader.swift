/// Reader for the Conic Benchmark Format (`.cbf`), versions 1 to 4, continuous part.
///
/// A file is a list of blocks: a keyword on a line of its own, then the lines the keyword asks for. Lines that begin
/// with `#`, the rest of a line after `#`, and empty lines are passed over. `VER` comes first; a block that declares
/// variables or constraints comes before the blocks that refer to them. Entries of symmetric matrices are accepted in
/// either triangle; a position given twice is an error.
///
/// Not read, and refused by name: integer variables (`INT`), sequences of changes (`CHANGE`), and the exponential,
/// power, geometric-mean and vectorised semidefinite cones.
///
/// The program a file states is in `CBFInstance`, the way to `Ax + s = b` in its extension.
///
/// Source: Friberg, CBLIB 2014: a benchmark library for conic mixed-integer and continuous optimization, Mathematical
/// Programming Computation 8 (2016), and the format's reference there.
struct CBFReader {
  private var scanner: TextScanner
  private var instance = CBFInstance()
  /// Blocks met so far with the lines of their keywords.
  private var seen: [String: Int] = [:]
  /// Rows declared by all kinds of cones together.
  private var declaredRows = 0
  /// The block read last.
  private var lastBlock = ""

  private static let supportedVersions = 1...4

  static func read(_ text: [UInt8], file: String) throws(FormatError) -> ImportedProblem {
    var reader = CBFReader(scanner: TextScanner(text, file: file, style: .hashComments))
    try reader.readBlocks()
    return reader.instance.imported()
  }

  private init(scanner: TextScanner) { self.scanner = scanner }

  // MARK: Blocks

  private mutating func readBlocks() throws(FormatError) {
    scanner.skipToToken()
    while !scanner.isAtEnd {
      try readBlock(try keyword())
      scanner.skipToToken()
    }
    guard seen["VER"] != nil else { throw scanner.fault("the file holds no VER block", "begin it with VER and 1") }
    guard seen["OBJSENSE"] != nil else {
      throw scanner.fault("the file holds no OBJSENSE block", "add OBJSENSE and MIN or MAX after VER")
    }
    guard instance.variableCones.dimension + instance.matrixVariables.dimension > 0 else {
      throw scanner.fault("the file declares no variables", "add a VAR or a PSDVAR block")
    }
    try checkRepetitions()
  }

  private mutating func keyword() throws(FormatError) -> String {
    if scanner.startsNumber(), !lastBlock.isEmpty {
      throw scanner.fault("\(lastBlock) holds more lines than it announces", "correct its count")
    }
    let word = scanner.word()
    guard scanner.isAtLineEnd() else {
      throw scanner.fault("'\(word.prefix(32))' is followed by more text", "put the keyword on a line of its own")
    }
    guard seen["VER"] != nil || word == "VER" else {
      throw scanner.fault("'\(word.prefix(32))' comes before VER", "begin the file with VER and its version")
    }
    if let line = seen.updateValue(scanner.line, forKey: word) {
      throw scanner.fault("\(word) was already given on line \(line)", "join the two blocks")
    }
    lastBlock = word
    return word
  }

  private mutating func readBlock(_ keyword: String) throws(FormatError) {
    switch keyword {
    case "VER": try readVersion()
    case "OBJSENSE": try readObjectiveSense()
    case "VAR": instance.variableCones = try readCones(keyword)
    case "CON": instance.constraintCones = try readCones(keyword)
    case "PSDVAR": instance.matrixVariables = try readOrders(keyword)
    case "PSDCON": instance.matrixConstraints = try readOrders(keyword)
    case "OBJACOORD": try readObjective()
    case "OBJFCOORD": try readMatrixObjective()
    case "OBJBCOORD": try readObjectiveConstant()
    case "ACOORD": try readConstraints()
    case "FCOORD": try readMatrixCoefficients()
    case "BCOORD": try readConstants()
    case "HCOORD": try readMatrixConstraintCoefficients()
    case "DCOORD": try readMatrixConstants()
    case "INT":
      throw unsupported("INT declares integer variables", "remove the block to solve the continuous relaxation")
    case "CHANGE":
      throw unsupported("CHANGE begins a second program", "write one program to a file")
    case "POWCONES", "POW*CONES":
      throw unsupported("\(keyword) declares power cones", "restate them by F, L+, L-, L=, Q, QR and PSD constraints")
    default:
      throw scanner.fault("'\(keyword.prefix(32))' is not a CBF keyword", "correct or remove the block")
    }
  }

  private func unsupported(_ what: String, _ remedy: String) -> FormatError {
    scanner.fault("\(what): this is not supported", remedy, kind: .unsupported)
  }

  /// A position given twice in one of the coordinate lists.
  private func checkRepetitions() throws(FormatError) {
    let file = scanner.file
    let scalars = instance.variableCones.dimension
    let rows = instance.constraintCones.dimension
    try instance.constraints.checkNoRepetition(rowCount: rows, columnCount: scalars, file: file)
    try instance.matrixCoefficients.checkNoRepetition(
      rowCount: rows, columnCount: instance.matrixVariables.dimension, file: file)
    try instance.matrixConstraintCoefficients.checkNoRepetition(
      rowCount: instance.matrixConstraints.dimension, columnCount: scalars, file: file)
  }

  // MARK: Lines of a block

  /// Moves to line `k` of a block that announces `count`; its first token must begin a number.
  private mutating func beginLine(_ k: Int, of count: Int) throws(FormatError) {
    scanner.skipToToken()
    if scanner.startsNumber() { return }
    if scanner.isAtEnd {
      throw scanner.fault("\(lastBlock) announces \(count) lines, but the file ends after \(k)", "complete the file")
    }
    let word = scanner.word().prefix(32)
    throw scanner.fault("\(lastBlock) announces \(count) lines, but '\(word)' follows after \(k)", "correct the count")
  }

  private mutating func endLine() throws(FormatError) {
    guard !scanner.isAtLineEnd() else { return }
    throw scanner.fault("a line of \(lastBlock) holds more than it should", "remove the excess, or begin a new line")
  }

  /// The line with the number of lines to follow.
  private mutating func readCount() throws(FormatError) -> Int {
    scanner.skipToToken()
    let block = lastBlock
    let count = try nonnegative("the number of lines of \(block)")
    try endLine()
    return count
  }

  private mutating func nonnegative(_ what: @autoclosure () -> String) throws(FormatError) -> Int {
    let value = try scanner.integer(what())
    guard value >= 0 else { throw scanner.fault("\(what()) is \(value)", "write a number of at least 0") }
    return value
  }

  /// An index into `count` things declared by the block `owner`.
  private mutating func index(_ what: String, below count: Int, declaredBy owner: String) throws(FormatError) -> Int {
    let value = try scanner.integer("the index of \(what)")
    if value >= 0, value < count { return value }
    let remedy = count == 0 ? "declare it with \(owner) first" : "\(owner) declares the indices 0 to \(count - 1)"
    throw scanner.fault("\(what) \(value) does not exist", remedy)
  }

  /// Two indices into a symmetric matrix, as a position in its triangle.
  private mutating func triangleIndex(order: Int) throws(FormatError) -> Int {
    var pair = (0, 0)
    pair.0 = try scanner.integer("the row index")
    pair.1 = try scanner.integer("the column index")
    guard pair.0 >= 0, pair.0 < order, pair.1 >= 0, pair.1 < order else {
      throw scanner.fault("entry \(pair) lies outside a matrix of order \(order)", "its indices are 0 to \(order - 1)")
    }
    return trianglePosition(pair.0, pair.1)
  }

  /// Checks that `extra` further rows keep the program within the limit.
  private mutating func declareRows(_ extra: Int?) throws(FormatError) {
    guard let extra, let total = SizeLimit.sum(declaredRows, extra) else {
      throw scanner.fault(
        "\(lastBlock) brings the program over the limit", "at most \(SizeLimit.dimension) rows can be read",
        kind: .tooLarge)
    }
    declaredRows = total
  }

  // MARK: Structure

  private mutating func readVersion() throws(FormatError) {
    scanner.skipToToken()
    let version = try scanner.integer("the version")
    guard Self.supportedVersions.contains(version) else {
      throw scanner.fault(
        "version \(version) of the format is not supported",
        "write version \(Self.supportedVersions.lowerBound) to \(Self.supportedVersions.upperBound)",
        kind: .unsupported)
    }
    try endLine()
  }

  private mutating func readObjectiveSense() throws(FormatError) {
    scanner.skipToToken()
    switch scanner.word() {
    case "MIN": instance.objectiveSense = .minimize
    case "MAX": instance.objectiveSense = .maximize
    case let other: throw scanner.fault("'\(other.prefix(32))' is not an objective sense", "write MIN or MAX")
    }
    try endLine()
  }

  private mutating func readCones(_ keyword: String) throws(FormatError) -> CBFConeList {
    scanner.skipToToken()
    let total = try nonnegative("the dimension of \(keyword)")
    let count = try nonnegative("the number of cones of \(keyword)")
    try endLine()
    try declareRows(total)
    var list = CBFConeList()
    for k in 0..<count {
      scanner.skipToToken()
      let cone = try readCone(number: k, of: count)
      let dimension = try nonnegative("the dimension of the cone")
      guard dimension >= cone.leastDimension else {
        throw scanner.fault(
          "a cone \(cone.rawValue) has dimension \(dimension)", "it needs at least \(cone.leastDimension)")
      }
      guard dimension <= total - list.dimension else {
        throw scanner.fault(
          "the cones of \(keyword) have more than its \(total) dimensions", "correct the dimensions")
      }
      list.append(cone, dimension: dimension)
      try endLine()
    }
    guard list.dimension == total else {
      throw scanner.fault(
        "the cones of \(keyword) have \(list.dimension) dimensions, not \(total)", "correct the dimensions")
    }
    return list
  }

  private mutating func readCone(number k: Int, of count: Int) throws(FormatError) -> CBFCone {
    guard !scanner.isAtEnd else {
      throw scanner.fault("\(lastBlock) announces \(count) cones, but the file ends after \(k)", "complete the file")
    }
    let name = scanner.word()
    if let cone = CBFCone(rawValue: name) { return cone }
    let known = CBFCone.allCases.map(\.rawValue).joined(separator: ", ")
    let unsupportedNames = ["EXP", "EXP*", "SVECPSD", "GMEANABS", "GMEANABS*"]
    if unsupportedNames.contains(name) || name.hasPrefix("@") {
      throw scanner.fault(
        "the cone '\(name.prefix(32))' is not supported", "restate it by \(known)", kind: .unsupported)
    }
    throw scanner.fault(
      "'\(name.prefix(32))' is not a cone, though \(lastBlock) announces \(count)", "write one of \(known)")
  }

  private mutating func readOrders(_ keyword: String) throws(FormatError) -> MatrixList {
    let count = try readCount()
    var list = MatrixList()
    for k in 0..<count {
      try beginLine(k, of: count)
      let order = try scanner.integer("the order of matrix \(k)")
      guard order >= 1 else {
        throw scanner.fault("matrix \(k) of \(keyword) has order \(order)", "write an order of at least 1")
      }
      try declareRows(SizeLimit.triangle(order: order))
      list.append(order: order)
      try endLine()
    }
    return list
  }

  // MARK: Data

  private mutating func readObjectiveConstant() throws(FormatError) {
    scanner.skipToToken()
    instance.objectiveConstant = try scanner.number("the constant of the objective")
    try endLine()
  }

  private mutating func readObjective() throws(FormatError) {
    let count = try readCount()
    for k in 0..<count {
      try beginLine(k, of: count)
      let j = try variableIndex()
      try instance.objective.append(index: j, value: try value(), line: scanner.line, file: scanner.file)
    }
  }

  private mutating func readMatrixObjective() throws(FormatError) {
    let count = try readCount()
    for k in 0..<count {
      try beginLine(k, of: count)
      let position = try matrixVariablePosition()
      try instance.matrixObjective.append(
        index: position, value: try value(), line: scanner.line, file: scanner.file)
    }
  }

  private mutating func readConstraints() throws(FormatError) {
    let count = try readCount()
    instance.constraints.reserve(min(count, scanner.remaining))
    for k in 0..<count {
      try beginLine(k, of: count)
      let i = try constraintIndex()
      let j = try variableIndex()
      instance.constraints.append(row: i, column: j, value: try value(), line: scanner.line)
    }
  }

  private mutating func readMatrixCoefficients() throws(FormatError) {
    let count = try readCount()
    instance.matrixCoefficients.reserve(min(count, scanner.remaining))
    for k in 0..<count {
      try beginLine(k, of: count)
      let i = try constraintIndex()
      let position = try matrixVariablePosition()
      instance.matrixCoefficients.append(row: i, column: position, value: try value(), line: scanner.line)
    }
  }

  private mutating func readConstants() throws(FormatError) {
    let count = try readCount()
    for k in 0..<count {
      try beginLine(k, of: count)
      let i = try constraintIndex()
      try instance.constants.append(index: i, value: try value(), line: scanner.line, file: scanner.file)
    }
  }

  private mutating func readMatrixConstraintCoefficients() throws(FormatError) {
    let count = try readCount()
    instance.matrixConstraintCoefficients.reserve(min(count, scanner.remaining))
    for k in 0..<count {
      try beginLine(k, of: count)
      let i = try matrixConstraintIndex()
      let j = try variableIndex()
      let position = instance.matrixConstraints.offsets[i] + (try triangleIndex(order: matrixConstraintOrder(i)))
      instance.matrixConstraintCoefficients.append(row: position, column: j, value: try value(), line: scanner.line)
    }
  }

  private mutating func readMatrixConstants() throws(FormatError) {
    let count = try readCount()
    for k in 0..<count {
      try beginLine(k, of: count)
      let i = try matrixConstraintIndex()
      let position = instance.matrixConstraints.offsets[i] + (try triangleIndex(order: matrixConstraintOrder(i)))
      try instance.matrixConstants.append(
        index: position, value: try value(), line: scanner.line, file: scanner.file)
    }
  }

  // MARK: Parts of a data line

  private mutating func variableIndex() throws(FormatError) -> Int {
    try index("variable", below: instance.variableCones.dimension, declaredBy: "VAR")
  }

  private mutating func constraintIndex() throws(FormatError) -> Int {
    try index("constraint", below: instance.constraintCones.dimension, declaredBy: "CON")
  }

  private mutating func matrixConstraintIndex() throws(FormatError) -> Int {
    try index("matrix constraint", below: instance.matrixConstraints.orders.count, declaredBy: "PSDCON")
  }

  private func matrixConstraintOrder(_ i: Int) -> Int { instance.matrixConstraints.orders[i] }

  /// A matrix variable and an entry of it, as a position in the stacked triangles.
  private mutating func matrixVariablePosition() throws(FormatError) -> Int {
    let j = try index("matrix variable", below: instance.matrixVariables.orders.count, declaredBy: "PSDVAR")
    return instance.matrixVariables.offsets[j] + (try triangleIndex(order: instance.matrixVariables.orders[j]))
  }

  /// The value that ends a data line.
  private mutating func value() throws(FormatError) -> Double {
    let value = try scanner.number("the value")
    try endLine()
    return value
  }
}
