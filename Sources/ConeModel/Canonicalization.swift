import ConeSolver
import LinearAlgebra

/// The way from a problem to a conic program.
///
/// - The objective is negated for a maximisation. `w‖Fx + g‖²` gives `2wFᵀF` to `P`; `w‖v‖` gives a new variable
///   `u ≥ ‖v‖` with cost `w`.
/// - `e ∈ set` becomes rows with `s = e`.
/// - `a + Σ wₖ‖vₖ‖ ≤ 0` becomes one second-order cone when there is one norm, `(−a/w, v)`, and otherwise
///   `a + Σ wₖuₖ ≤ 0` with `uₖ ≥ ‖vₖ‖`. Squares make it `‖r‖² ≤ t`, which is `‖(t − 1, 2r)‖ ≤ t + 1`.
/// - A variable the problem mentions brings the rows of its domain; one it does not mention takes no column.
struct Canonicalization {
  private let problem: Problem
  private let model: Model
  private let blocks: [VariableBlock]

  /// Variables of the model, then those made here for norms.
  private var variableCount: Int
  private var linear: [Term] = []
  private var offset = 0.0
  private var squares: [(weight: Double, rows: AffineRows)] = []
  private var rows = [ConeRows](repeating: ConeRows(), count: ConeKind.allCases.count)
  private var constraintDuals: [ObjectIdentifier: [DualPiece]] = [:]
  private var domainDuals: [Int: [DualPiece]] = [:]

  init(_ problem: Problem) throws(ModelError) {
    self.problem = problem
    model = try problem.validated()
    blocks = model.blocks
    variableCount = blocks.last?.variables.upperBound ?? 0
  }

  mutating func compile() throws(ModelError) -> CompiledProblem {
    lowerObjective()
    for block in problem.constraints {
      let key = ObjectIdentifier(block.identity)
      // A constraint listed twice says nothing new, and its dual would be split between the copies.
      if constraintDuals[key] == nil { constraintDuals[key] = lower(block) }
    }
    let mentioned = lowerDomains(mentionedVariables())
    return assemble(mentioned)
  }

  // MARK: Objective

  private mutating func lowerObjective() {
    let sign = problem.sense.sign
    let body = problem.objective
    offset = sign * body.affine.constant(0)
    linear = body.affine.terms(0).map { Term(variable: $0.variable, coefficient: sign * $0.coefficient) }
    for term in body.curved where term.weight != 0 {
      let weight = sign * term.weight
      switch term.function {
      case .sumSquares:
        squares.append((weight, term.argument))
        for row in 0..<term.argument.count {
          let constant = term.argument.constant(row)
          offset += weight * constant * constant
          for t in term.argument.terms(row) {
            linear.append(Term(variable: t.variable, coefficient: 2 * weight * constant * t.coefficient))
          }
        }
      case .norm:
        linear.append(Term(variable: bound(ofNorm: term.argument), coefficient: weight))
      }
    }
  }

  // MARK: Constraints

  private mutating func lower(_ block: ConstraintBlock) -> [DualPiece] {
    let body = block.body
    let order = body.extent.rows
    switch block.set {
    case .zero:
      let reading: DualPiece.Reading =
        body.isSymmetric ? .triangle(order: order) : .entries(count: body.affine.count)
      return [append(.zero, body.affine, reading) { _ in block.orientation }]
    case .nonnegative:
      if body.curved.contains(where: { $0.weight != 0 }) { return [lowerCurved(block)] }
      return [append(.nonnegative, body.affine, .entries(count: body.affine.count)) { _ in block.orientation }]
    case .secondOrder:
      return [appendCone(.secondOrder, body.affine, .entries(count: body.affine.count)) { _ in block.orientation }]
    case .positiveSemidefinite:
      return [lowerSemidefinite(body.affine, order: order, block.orientation)]
    case .doublyNonnegative:
      let above = offDiagonal(Expression(body)).body.affine
      return [
        lowerSemidefinite(body.affine, order: order, block.orientation),
        append(.nonnegative, above, .aboveDiagonal(order: order)) { _ in block.orientation },
      ]
    }
  }

  private mutating func lowerSemidefinite(_ rows: AffineRows, order: Int, _ orientation: Double) -> DualPiece {
    let weights = triangleWeights(order: order, offDiagonal: 2.0.squareRoot())
    return appendCone(.positiveSemidefinite, rows, .scaledTriangle(order: order)) { orientation * weights[$0] }
  }

  /// A scalar constraint `a + Σ wₖφₖ ≤ 0` with positive weights.
  private mutating func lowerCurved(_ block: ConstraintBlock) -> DualPiece {
    // The sign that turns `orientation · body ≥ 0` into a convex function at most zero.
    let sign = -block.orientation
    let affine = block.body.affine.scaled { _ in sign }
    let terms = block.body.curved.filter { $0.weight != 0 }
    let norms = terms.filter { $0.function == .norm }
    let squares = terms.filter { $0.function == .sumSquares }

    if squares.isEmpty, norms.count == 1 {
      let weight = sign * norms[0].weight
      let rows = AffineRows.stack([affine.scaled { _ in -1 / weight }, norms[0].argument])
      let reading = DualPiece.Reading.multiplier(weights: [1 / weight], rowCount: rows.count)
      return appendCone(.secondOrder, rows, reading) { _ in 1 }
    }
    let bounds = norms.map { (weight: sign * $0.weight, variable: bound(ofNorm: $0.argument)) }
    let slack = AffineRows.combination(of: [affine]) { writer in
      writer.add(-1, 0, of: affine)
      for (weight, variable) in bounds { writer.add(-weight, variable: variable) }
      writer.endRow()
    }
    if squares.isEmpty {
      return append(.nonnegative, slack, .multiplier(weights: [1], rowCount: 1)) { _ in 1 }
    }
    let ends = AffineRows.combination(of: [slack]) { writer in
      for end in [1.0, -1.0] {
        writer.add(1, 0, of: slack)
        writer.add(constant: end)
        writer.endRow()
      }
    }
    let residuals = squares.map { term in
      let root = (sign * term.weight).squareRoot()
      return term.argument.scaled { _ in 2 * root }
    }
    let rows = AffineRows.stack([ends] + residuals)
    return appendCone(.secondOrder, rows, .multiplier(weights: [1, 1], rowCount: rows.count)) { _ in 1 }
  }

  /// A new variable `u` with the cone `u ≥ ‖v‖`.
  private mutating func bound(ofNorm v: AffineRows) -> Int {
    let u = variableCount
    variableCount += 1
    let rows = AffineRows.stack([.variables(u..<u + 1, model: nil), v])
    _ = appendCone(.secondOrder, rows, .entries(count: rows.count)) { _ in 1 }
    return u
  }

  // MARK: Rows

  private mutating func append(
    _ kind: ConeKind, _ affine: AffineRows, _ reading: DualPiece.Reading, _ weight: (Int) -> Double
  ) -> DualPiece {
    let piece = DualPiece(kind: kind, start: rows[kind.rawValue].count, reading: reading)
    for row in 0..<affine.count { rows[kind.rawValue].append(weight(row), row, of: affine) }
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

  // MARK: Domains

  private func mentionedVariables() -> [Bool] {
    var mentioned = [Bool](repeating: false, count: variableCount)
    for term in linear { mentioned[term.variable] = true }
    for (_, rows) in squares {
      for row in 0..<rows.count {
        for term in rows.terms(row) { mentioned[term.variable] = true }
      }
    }
    for kind in rows {
      for entry in kind.entries { mentioned[entry.column] = true }
    }
    return mentioned
  }

  /// States the domain of every variable with a mentioned entry, which mentions all its entries.
  private mutating func lowerDomains(_ mentioned: [Bool]) -> [Bool] {
    var mentioned = mentioned
    for (index, block) in blocks.enumerated() {
      guard let domain = block.domain, mentioned[block.variables].contains(true) else { continue }
      for variable in block.variables { mentioned[variable] = true }
      let body = ExpressionBody(
        extent: block.extent, affine: .variables(block.variables, model: model), curved: [])
      domainDuals[index] = lower(ConstraintBlock(body, domain, orientation: 1))
    }
    return mentioned
  }

  // MARK: Assembly

  private func assemble(_ mentioned: [Bool]) -> CompiledProblem {
    var columns = [Int](repeating: CompiledProblem.noColumn, count: variableCount)
    var n = 0
    for variable in 0..<variableCount where mentioned[variable] {
      columns[variable] = n
      n += 1
    }
    var q = [Double](repeating: 0, count: n)
    for term in linear { q[columns[term.variable]] += term.coefficient }

    var starts: [Int] = []
    var entries: [SparseMatrix.Entry] = []
    var b: [Double] = []
    var cones: [Cone] = []
    for kind in ConeKind.allCases {
      let group = rows[kind.rawValue]
      starts.append(b.count)
      for entry in group.entries {
        entries.append(SparseMatrix.Entry(b.count + entry.row, columns[entry.column], entry.value))
      }
      b += group.b
      cones += group.cones(of: kind)
    }
    let A = SparseMatrix(rows: b.count, columns: n, entries: entries)
    return CompiledProblem(
      problem: ConicProblem(P: quadratic(columns, n), q: q, A: A, b: b, cones: cones),
      sense: problem.sense, offset: offset, model: model, blocks: blocks,
      columns: Array(columns.prefix(blocks.last?.variables.upperBound ?? 0)),
      kindStarts: starts, constraintDuals: constraintDuals, domainDuals: domainDuals)
  }

  private func quadratic(_ columns: [Int], _ n: Int) -> SparseMatrix? {
    if squares.isEmpty { return nil }
    var entries: [SparseMatrix.Entry] = []
    var count = 0
    for (weight, rows) in squares {
      let root = weight.squareRoot()
      for row in 0..<rows.count {
        for term in rows.terms(row) {
          entries.append(SparseMatrix.Entry(count, columns[term.variable], root * term.coefficient))
        }
        count += 1
      }
    }
    return doubledGram(SparseMatrix(rows: count, columns: n, entries: entries))
  }
}

extension ExpressionBody {
  /// Whether the rows are an upper triangle. A 1 × 1 matrix counts as one, which changes nothing.
  var isSymmetric: Bool { extent.rows == extent.columns && affine.count == Triangle.count(order: extent.rows) }
}
