import ConeSolver
import LinearAlgebra

/// The way from a problem to a conic program.
///
/// - The objective is negated for a maximisation. Squares in it become part of `P` (`QuadraticObjective`); every other
///   atom brings a variable for its value, with the atom's weight as cost.
/// - `e ∈ set` becomes rows with `s = e`.
/// - An atom writes its epigraph once, however often it is used. In an inequality `a + wφ ≤ 0` that alone uses it, the
///   epigraph is written for `−a/w` in place of a variable: `‖v‖ ≤ t` is one cone and no variable of its own.
/// - A variable the problem mentions brings the rows of its domain; one it does not mention takes no column.
/// - A cone that two constraints, or a constraint and a domain, ask for is stated once; and so are atoms that say the same.
struct Canonicalization {
  let problem: Problem
  let model: Model
  let blocks: [VariableBlock]

  private(set) var rows = [ConeRows](repeating: ConeRows(), count: ConeKind.allCases.count)
  var objective = QuadraticObjective()
  /// Variables of the program only, values of atoms among them, in the order of their columns.
  private var extraVariables: [Int] = []
  private var isExtra: Set<Int> = []

  let equalAtoms: EqualAtoms
  /// How often each value of an atom is mentioned.
  private var uses: [Int: Int] = [:]
  private var stated: Set<ObjectIdentifier> = []
  private var pending: [AtomNode] = []
  private var bounds: [Int: DirectBound] = [:]

  private(set) var constraintParts: [ObjectIdentifier: ConstraintPart] = [:]
  private(set) var domainParts: [Int: ConstraintPart] = [:]
  /// Domains that constraints of the problem state already.
  private var statedDomains: [Int: Set<ConeSet>] = [:]
  private var statedCones: [ConeFingerprint: String] = [:]
  private(set) var notes: [String] = []

  /// What stands for the value of an atom that one inequality alone uses: `factor · (row without the value)`.
  private struct DirectBound {
    let row: AffineRows
    let factor: Double
    /// The rows in which the value appeared, with its coefficient.
    var places: [(kind: ConeKind, row: Int, coefficient: Double)] = []
  }

  init(_ problem: Problem) throws(ModelError) {
    self.problem = problem
    model = try problem.validated()
    blocks = model.blocks
    equalAtoms = EqualAtoms(in: [problem.objective.affine] + problem.constraints.map(\.body.affine))
    for (node, count) in equalAtoms.groups {
      let values = AffineRows.variables(node.numbers, model: model, atoms: [node])
      let formula = FormulaWriter(blocks).formula(ExpressionBody(extent: .vector(values.count), affine: values))
      notes.append("\(formula) is written \(count) times and stated once")
    }
  }

  mutating func compile() throws(ModelError) -> CompiledProblem {
    countUses()
    lowerObjective()
    statePending()
    for block in problem.constraints {
      let key = ObjectIdentifier(block.identity)
      // A constraint listed twice says nothing new, and its dual would be split between the copies.
      if constraintParts[key] == nil { constraintParts[key] = lower(block, label: block.label) }
    }
    let mentioned = lowerDomains(mentionedVariables())
    return assemble(mentioned, extraVariables)
  }

  // MARK: Uses

  private mutating func countUses() {
    var visited: Set<ObjectIdentifier> = []
    var waiting = [problem.objective.affine]
    var seen: Set<ObjectIdentifier> = []
    for block in problem.constraints where seen.insert(ObjectIdentifier(block.identity)).inserted {
      waiting.append(block.body.affine)
    }
    while let rows = waiting.popLast() {
      if rows.storage.atoms.isEmpty { continue }
      for term in rows.allTerms {
        guard let node = rows.atom(of: term.variable) else { continue }
        let (number, first) = equalAtoms.representative(of: term.variable, node)
        uses[number, default: 0] += 1
        if visited.insert(ObjectIdentifier(first)).inserted { waiting += first.arguments.map(\.affine) }
      }
    }
  }

  // MARK: Constraints

  private mutating func lower(_ block: ConstraintBlock, label: String) -> ConstraintPart {
    let before = rows.map(\.count)
    var pieces: [DualPiece] = []
    if let duplicate = duplicate(of: block, label: label) {
      notes.append("\(label) is stated once, with \(duplicate)")
    } else {
      pieces = lower(block)
    }
    return ConstraintPart(label: label, pieces: pieces, ranges: rowRanges(since: before))
  }

  private func rowRanges(since before: [Int]) -> [RowRange] {
    ConeKind.allCases.compactMap { kind in
      let range = before[kind.rawValue]..<rows[kind.rawValue].count
      return range.isEmpty ? nil : RowRange(kind: kind, rows: range)
    }
  }

  private mutating func lower(_ block: ConstraintBlock) -> [DualPiece] {
    defer { statePending() }
    let body = block.body
    let order = body.extent.rows
    let orientation = block.orientation
    switch block.set {
    case .zero:
      let reading: DualPiece.Reading =
        body.isTriangle ? .triangle(order: order) : .entries(count: body.affine.count)
      return [append(.zero, body.affine, reading) { _ in orientation }]
    case .nonnegative:
      if body.affine.isCurved { return lowerCurved(body.affine, orientation) }
      return [append(.nonnegative, body.affine, .entries(count: body.affine.count)) { _ in orientation }]
    case .secondOrder:
      return [appendCone(.secondOrder, body.affine, .entries(count: body.affine.count)) { _ in orientation }]
    case .rotatedSecondOrder:
      let rows = body.affine
      let turned = AffineRows.combination(of: [rows]) { writer in
        for sign in [1.0, -1.0] {
          writer.add(1, 0, of: rows)
          writer.add(sign, 1, of: rows)
          writer.endRow()
        }
        for k in 2..<Swift.max(2, rows.count) {
          writer.add(2, k, of: rows)
          writer.endRow()
        }
      }
      return [appendCone(.secondOrder, turned, .rotated(count: turned.count)) { _ in orientation }]
    case .positiveSemidefinite:
      return [lowerSemidefinite(body.affine, order: order, orientation)]
    case .doublyNonnegative:
      let above = offDiagonal(Expression(body)).body.affine
      return [
        lowerSemidefinite(body.affine, order: order, orientation),
        append(.nonnegative, above, .aboveDiagonal(order: order)) { _ in orientation },
      ]
    }
  }

  private mutating func lowerSemidefinite(_ rows: AffineRows, order: Int, _ orientation: Double) -> DualPiece {
    let weights = triangleWeights(order: order, offDiagonal: 2.0.squareRoot())
    return appendCone(.positiveSemidefinite, rows, .scaledTriangle(order: order)) { orientation * weights[$0] }
  }

  /// `orientation · rows ≥ 0` with atoms: entry by entry a row of its own, or, where an atom's value is used here only,
  /// the atom's epigraph for what the inequality leaves it.
  private mutating func lowerCurved(_ rows: AffineRows, _ orientation: Double) -> [DualPiece] {
    var pieces: [DualPiece] = []
    var direct: [(entry: Int, number: Int, coefficient: Double)] = []
    for entry in 0..<rows.count {
      if let (node, number, term) = soleAtom(in: rows, entry, orientation) {
        let rest = AffineRows.combination(of: [rows]) { writer in
          writer.add(1, entry, of: rows)
          writer.add(-term.coefficient, variable: term.variable)
          writer.endRow()
        }
        bounds[number] = DirectBound(row: rest, factor: -1 / term.coefficient)
        direct.append((entry, number, term.coefficient))
        require(node)
      } else {
        let start = self.rows[ConeKind.nonnegative.rawValue].count
        append(.nonnegative, orientation, entry, of: rows)
        pieces.append(
          DualPiece(kind: .nonnegative, start: start, reading: .weighted(entry: entry, [(row: 0, weight: 1)])))
      }
    }
    statePending()
    for (entry, number, coefficient) in direct {
      for (kind, places) in Dictionary(grouping: bounds[number]!.places, by: \.kind) {
        // A change δ of the right side lowers the row's own side by δ and the bound by −δ/coefficient.
        let weighted = places.map { (row: $0.row, weight: -$0.coefficient / (coefficient * orientation)) }
        pieces.append(DualPiece(kind: kind, start: 0, reading: .weighted(entry: entry, weighted)))
      }
    }
    return pieces
  }

  /// The one atom of a row, if nothing else uses its value, and a bound from the model will do.
  private func soleAtom(in rows: AffineRows, _ entry: Int, _ orientation: Double) -> (AtomNode, number: Int, Term)? {
    var sole: (AtomNode, Int, Term)?
    for term in rows.terms(entry) {
      guard let mentioned = rows.atom(of: term.variable), case .atom(let atom) = mentioned.content else { continue }
      let (number, node) = equalAtoms.representative(of: term.variable, mentioned)
      if sole != nil || atom.needsOwnBound || uses[number] != 1 || stated.contains(ObjectIdentifier(node)) { return nil }
      if orientation * term.coefficient >= 0 { return nil }
      sole = (node, number, term)
    }
    return sole
  }

  // MARK: Atoms

  private mutating func require(_ node: AtomNode) {
    if stated.insert(ObjectIdentifier(node)).inserted { pending.append(node) }
  }

  private mutating func statePending() {
    var next = 0
    while next < pending.count {
      let node = pending[next]
      next += 1
      guard case .atom(let atom) = node.content else { continue }
      atom.state(.variables(node.numbers, model: nil, atoms: [node]), in: &self)
    }
    pending = []
  }

  /// Makes a number a column of the program.
  mutating func demandColumn(_ number: Int) {
    if number >= AtomNode.firstNumber, isExtra.insert(number).inserted { extraVariables.append(number) }
  }

  /// Makes the value of an atom a variable of the program, bounded by its epigraph, and returns its number: that of an equal atom if one came
  /// before.
  mutating func demandColumn(_ number: Int, of node: AtomNode) -> Int {
    let (number, node) = equalAtoms.representative(of: number, node)
    demandColumn(number)
    require(node)
    return number
  }

  // MARK: Rows

  private mutating func append(
    _ kind: ConeKind, _ affine: AffineRows, _ reading: DualPiece.Reading, _ weight: (Int) -> Double
  ) -> DualPiece {
    let piece = DualPiece(kind: kind, start: rows[kind.rawValue].count, reading: reading)
    for row in 0..<affine.count { append(kind, weight(row), row, of: affine) }
    return piece
  }

  private mutating func appendCone(
    _ kind: ConeKind, _ affine: AffineRows, _ reading: DualPiece.Reading, _ weight: (Int) -> Double
  ) -> DualPiece {
    let piece = append(kind, affine, reading, weight)
    if case .scaledTriangle(let order) = reading {
      if order > 0 { rows[kind.rawValue].endCone(size: order) }
    } else if affine.count > 0 {
      rows[kind.rawValue].endCone(size: affine.count)
    }
    return piece
  }

  /// States `s = weight · (row of rows)`.
  private mutating func append(_ kind: ConeKind, _ weight: Double, _ row: Int, of affine: AffineRows) {
    var constant = weight * affine.constant(row)
    let terms = affine.terms(row)
    // Values of atoms come last.
    if let last = terms.last, last.variable < AtomNode.firstNumber {
      rows[kind.rawValue].add(weight, terms)
      rows[kind.rawValue].endRow(constant: constant)
      return
    }
    for term in terms {
      if term.variable < AtomNode.firstNumber {
        rows[kind.rawValue].add(weight * term.coefficient, term.variable)
      } else {
        emit(kind, weight * term.coefficient, term.variable, of: affine, &constant)
      }
    }
    rows[kind.rawValue].endRow(constant: constant)
  }

  /// Adds a term with a number of the program: a variable, the value of an atom or a row with parameters.
  private mutating func emit(
    _ kind: ConeKind, _ coefficient: Double, _ number: Int, of affine: AffineRows, _ constant: inout Double
  ) {
    guard let mentioned = affine.atom(of: number) else {
      demandColumn(number)
      rows[kind.rawValue].add(coefficient, number)
      return
    }
    let (number, node) = equalAtoms.representative(of: number, mentioned)
    if case .parametric(let parametric) = node.content {
      parametric.forEachTerm(of: number - node.numbers.lowerBound) { parameter, value, variable, owner in
        guard let variable else {
          rows[kind.rawValue].add(constant: coefficient * value, times: parameter)
          return
        }
        let number = owner.map { demandColumn(variable, of: $0) } ?? variable
        rows[kind.rawValue].add(coefficient * value, number, times: parameter)
      }
      return
    }
    guard let bound = bounds[number] else {
      _ = demandColumn(number, of: node)
      rows[kind.rawValue].add(coefficient, number)
      return
    }
    bounds[number]!.places.append((kind, rows[kind.rawValue].count, coefficient))
    let factor = coefficient * bound.factor
    constant += factor * bound.row.constant(0)
    for term in bound.row.terms(0) where term.coefficient != 0 {
      if term.variable < AtomNode.firstNumber {
        rows[kind.rawValue].add(factor * term.coefficient, term.variable)
      } else {
        emit(kind, factor * term.coefficient, term.variable, of: bound.row, &constant)
      }
    }
  }

  // MARK: Duplicates

  /// What states the same cone already, if anything does; otherwise remembers this one.
  private mutating func duplicate(of block: ConstraintBlock, label: String) -> String? {
    guard block.set != .zero else { return nil }
    if block.orientation == 1, let index = wholeVariable(block.body.affine, in: blocks) {
      let covered: Set<ConeSet> = block.set == .doublyNonnegative ? [block.set, .positiveSemidefinite] : [block.set]
      let domain = blocks[index].domain.set
      if let domain, covered.contains(domain) {
        // The constraint takes over the rows of the domain, and its multiplier.
        if statedDomains[index, default: []].insert(domain).inserted {
          notes.append("\(label) states the domain of \(blocks[index].name), whose rows are not repeated")
          return nil
        }
        return "another constraint on \(blocks[index].name)"
      }
      if domain == .doublyNonnegative, block.set == .positiveSemidefinite {
        return "the domain of \(blocks[index].name)"
      }
    }
    guard block.set != .nonnegative else { return nil }
    let fingerprint = ConeFingerprint(block)
    if let first = statedCones[fingerprint] { return first }
    statedCones[fingerprint] = label
    return nil
  }

  // MARK: Domains

  private func mentionedVariables() -> [Bool] {
    var mentioned = [Bool](repeating: false, count: blocks.last?.variables.upperBound ?? 0)
    func mention(_ variable: Int) { if variable < AtomNode.firstNumber { mentioned[variable] = true } }
    objective.forEachVariable(mention)
    for kind in rows {
      for entry in kind.entries { mention(entry.column) }
      for entry in kind.parametric { entry.variable.map(mention) }
    }
    return mentioned
  }

  /// States the domain of every variable with a mentioned entry, which mentions all its entries.
  private mutating func lowerDomains(_ mentioned: [Bool]) -> [Bool] {
    var mentioned = mentioned
    for (index, block) in blocks.enumerated() {
      guard block.domain != .free, mentioned[block.variables].contains(true) else { continue }
      for variable in block.variables { mentioned[variable] = true }
      let before = rows.map(\.count)
      let variables = AffineRows.variables(block.variables, model: model)
      var pieces: [DualPiece] = []
      if case .box(let lower, let upper) = block.domain {
        let entries = DualPiece.Reading.entries(count: block.count)
        if lower.isFinite { pieces.append(append(.nonnegative, variables.shifted { _ in -lower }, entries) { _ in 1 }) }
        if upper.isFinite {
          var piece = append(.nonnegative, variables.shifted { _ in -upper }, entries) { _ in -1 }
          piece.sign = -1
          pieces.append(piece)
        }
      } else if let set = block.domain.set, statedDomains[index]?.contains(set) != true {
        pieces = lower(ConstraintBlock(ExpressionBody(extent: block.extent, affine: variables), set, orientation: 1))
      }
      domainParts[index] = ConstraintPart(
        label: "the domain of \(block.name)", pieces: pieces, ranges: rowRanges(since: before))
    }
    return mentioned
  }
}

// MARK: - Atoms write here

extension Canonicalization: ConeProgram {
  mutating func variables(_ count: Int) -> AffineRows {
    let numbers = AtomNode.reserve(count)
    numbers.forEach { demandColumn($0) }
    return .variables(numbers, model: nil)
  }

  mutating func zero(_ rows: AffineRows) {
    _ = append(.zero, rows, .entries(count: rows.count)) { _ in 1 }
  }

  mutating func nonnegative(_ rows: AffineRows) {
    _ = append(.nonnegative, rows, .entries(count: rows.count)) { _ in 1 }
  }

  mutating func secondOrder(_ rows: AffineRows) {
    _ = appendCone(.secondOrder, rows, .entries(count: rows.count)) { _ in 1 }
  }

  mutating func semidefinite(_ rows: AffineRows, order: Int) {
    _ = lowerSemidefinite(rows, order: order, 1)
  }
}
