import ConeSolver
import LinearAlgebra

/// Reader for the SDPA sparse format (`.dat-s`).
///
/// The file states, for symmetric block-diagonal matrices `F₀ … Fₘ`,
///
///     minimize    c₁x₁ + … + cₘxₘ
///     subject to  F₁x₁ + … + Fₘxₘ − F₀ ⪰ 0
///
/// which becomes `q = c`, `A = −[svec F₁ … svec Fₘ]`, `b = −svec F₀`, so that `s` is the matrix on the left. A block of
/// size `k > 0` is a positive-semidefinite cone of order `k`, one of size `−k` a diagonal block: `k` nonnegative rows.
/// Blocks keep the order of the file, one cone each.
///
/// Layout: comment lines that begin with `"` or `*`; `m`; the number of blocks; the block sizes; the `m` numbers of
/// `c`; then entries `matrix block i j value`, counted from one, matrix 0 for `F₀`. Commas, parentheses and braces
/// count as blanks. Text may follow the header numbers on their lines. Sizes and `c` may run over several lines but
/// must end at the end of one, and no further line of `c` may read as an entry: a `c` that is too short would swallow
/// entries unseen. An entry below the diagonal stands for its mirror image; a position given twice, in either triangle,
/// is an error, as in CSDP.
///
/// Sources: Fujisawa, Kojima, Nakata and Yamashita, SDPA User's Manual; Borchers, SDPLIB 1.2, Optimization Methods and
/// Software 11 (1999).
struct SDPAReader {
  private var scanner: TextScanner
  private var variableCount = 0
  private var blocks: [Block] = []
  private var c: [Double] = []
  /// Row: place in `s`; column: number of the matrix `F`; value: as in the file.
  private var entries = CoordinateList()
  private var rowCount = 0

  private struct Block {
    var order: Int
    var isDiagonal: Bool
    var firstRow: Int
  }

  static func read(_ text: [UInt8], file: String) throws(FormatError) -> ImportedProblem {
    var reader = SDPAReader(scanner: TextScanner(text, file: file, style: .loosePunctuation))
    try reader.readHeader()
    try reader.readObjective()
    try reader.readEntries()
    return reader.assembled()
  }

  private init(scanner: TextScanner) { self.scanner = scanner }

  // MARK: Header

  private mutating func readHeader() throws(FormatError) {
    skipComments()
    variableCount = try count("the number of variables m")
    scanner.skipToToken()
    let blockCount = try count("the number of blocks")
    for k in 1...blockCount {
      scanner.skipToToken()
      let size = try scanner.integer("the size of block \(k)", textMayFollow: k == blockCount)
      try appendBlock(size: size, number: k)
    }
    try endLine("the list of block sizes", expected: blockCount)
  }

  private mutating func skipComments() {
    scanner.skipToToken()
    while scanner.next == Byte.star || scanner.next == Byte.quote {
      scanner.skipToLineEnd()
      scanner.skipToToken()
    }
  }

  /// A header line: one positive integer, then any text.
  private mutating func count(_ what: String) throws(FormatError) -> Int {
    let value = try scanner.integer(what, textMayFollow: true)
    guard value >= 1 else { throw scanner.fault("\(what) is \(value)", "write a number of at least 1") }
    guard value <= SizeLimit.dimension else { throw tooLarge("\(what) is \(value)") }
    try endLine(what, expected: 1)
    return value
  }

  private mutating func appendBlock(size: Int, number: Int) throws(FormatError) {
    guard size != 0 else {
      throw scanner.fault("block \(number) has size 0", "leave it out, and number the blocks after it anew")
    }
    let order = Int(clamping: size.magnitude)
    let dimension = size < 0 ? order : SizeLimit.triangle(order: order)
    guard let dimension, let total = SizeLimit.sum(rowCount, dimension) else {
      throw tooLarge("block \(number) of size \(size) brings the program over the limit")
    }
    blocks.append(Block(order: order, isDiagonal: size < 0, firstRow: rowCount))
    rowCount = total
  }

  /// Passes over text at the end of a line; a further number there means that the count is wrong.
  private mutating func endLine(_ what: String, expected: Int) throws(FormatError) {
    if scanner.isAtLineEnd() { return }
    guard !scanner.startsNumber() else {
      throw scanner.fault(
        "\(what) does not end at the end of its line: the line holds more numbers",
        "give exactly \(expected) and begin a new line")
    }
    scanner.skipToLineEnd()
  }

  private func tooLarge(_ what: String) -> FormatError {
    scanner.fault(what, "at most \(SizeLimit.dimension) rows and as many variables can be read", kind: .tooLarge)
  }

  // MARK: Body

  private mutating func readObjective() throws(FormatError) {
    c.reserveCapacity(min(variableCount, scanner.remaining))
    for i in 1...variableCount {
      if i > 1, scanner.isAtLineEnd() {
        scanner.skipToToken()
        try refuseEntry(beforeNumber: i)
      }
      scanner.skipToToken()
      c.append(try scanner.number("entry \(i) of \(variableCount) of the objective c"))
    }
    try endLine("the objective c", expected: variableCount)
  }

  /// Throws when the line ahead, taken for part of `c`, reads as an entry.
  private func refuseEntry(beforeNumber i: Int) throws(FormatError) {
    var probe = self
    guard (try? probe.readEntry()) != nil, probe.scanner.isAtLineEnd() else { return }
    throw scanner.fault(
      "the objective c has \(i - 1) of \(variableCount) numbers, and this line reads as an entry",
      "give all \(variableCount) numbers of c, on one line if they look like an entry")
  }

  private mutating func readEntries() throws(FormatError) {
    // An entry takes at least ten bytes; typical ones take twice as many.
    let bytesPerEntry = 20
    entries.reserve(scanner.remaining / bytesPerEntry)
    scanner.skipToToken()
    while !scanner.isAtEnd {
      try readEntry()
      scanner.skipToToken()
    }
    try entries.checkNoRepetition(rowCount: rowCount, columnCount: variableCount + 1, file: scanner.file)
  }

  private mutating func readEntry() throws(FormatError) {
    let matrix = try scanner.integer("the matrix number")
    guard matrix >= 0, matrix <= variableCount else {
      throw scanner.fault("matrix \(matrix) does not exist", "the matrices are numbered 0 to m = \(variableCount)")
    }
    let number = try scanner.integer("the block number")
    guard number >= 1, number <= blocks.count else {
      throw scanner.fault("block \(number) does not exist", "the blocks are numbered 1 to \(blocks.count)")
    }
    let block = blocks[number - 1]
    let i = try index("row", in: block, number: number)
    let j = try index("column", in: block, number: number)
    let value = try scanner.number("the value")
    guard !block.isDiagonal || i == j else {
      throw scanner.fault(
        "entry (\(i), \(j)) lies off the diagonal of block \(number), which is diagonal",
        "give diagonal entries only, or make the size of the block positive")
    }
    let row = block.firstRow + (block.isDiagonal ? i - 1 : trianglePosition(i - 1, j - 1))
    entries.append(row: row, column: matrix, value: i == j ? value : value * 2.0.squareRoot(), line: scanner.line)
  }

  private mutating func index(_ name: String, in block: Block, number: Int) throws(FormatError) -> Int {
    let value = try scanner.integer("the \(name) index")
    guard value >= 1, value <= block.order else {
      throw scanner.fault(
        "\(name) \(value) lies outside block \(number)", "its rows and columns are numbered 1 to \(block.order)")
    }
    return value
  }

  // MARK: Result

  private func assembled() -> ImportedProblem {
    var b = [Double](repeating: 0, count: rowCount)
    var coefficients: [SparseMatrix.Entry] = []
    coefficients.reserveCapacity(entries.count)
    for k in 0..<entries.count where entries.values[k] != 0 {
      if entries.columns[k] == 0 {
        b[entries.rows[k]] = -entries.values[k]
      } else {
        coefficients.append(.init(entries.rows[k], entries.columns[k] - 1, -entries.values[k]))
      }
    }
    let problem = ConicProblem(
      q: c, A: SparseMatrix(rows: rowCount, columns: variableCount, entries: coefficients), b: b,
      cones: blocks.map { $0.isDiagonal ? .nonnegative($0.order) : .positiveSemidefinite(order: $0.order) })
    return ImportedProblem(
      problem: problem, objectiveSense: .minimize, objectiveConstant: 0, format: .sdpa,
      scalarVariableCount: variableCount, matrixVariableOrders: [])
  }
}
