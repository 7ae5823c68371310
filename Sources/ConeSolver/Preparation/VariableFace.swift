import LinearAlgebra

/// Takes a semidefinite matrix variable to the face that equations confine it to: `⟨MMᵀ, X⟩ = 0`, a zero on the diagonal.
///
/// Let every row of a semidefinite cone be one variable up to scale, `α_i x_{j(i)} + s_i = 0`, so that `S = mat(s)` is a matrix variable. An
/// equation `aᵀx = 0` in these variables alone is `⟨E, S⟩ = 0` with `svec(E)_i = −a_{j(i)}/α_i`. Where `±E ⪰ 0` it says `ES = 0`: no
/// feasible point is interior, and the multiplier of the equation is unbounded. The sum `a` of all such matrices, each of norm one, has the
/// null space of all of them (`Face`), and with `V` its basis
///
///     S = V Y Vᵀ,   Y ⪰ 0 of order k − r:   the equations go, each functional ⟨G, S⟩ of rows, costs and curvature becomes ⟨VᵀGV, Y⟩.
///
/// *Way back.* `x` from `S = VYVᵀ`. With `Γ` the matrix of `−(Px + qτ + A_oᵀz_o)_j/α_i`, stationarity in the matrix variable asks for
/// `Z = Γ + Σ z_e E_e`, and in the face's for `Z' = VᵀΓV`: `Z` is the lift of `Z'` (`Face.lift`) plus `ta`, so that `z_e = ±t/‖E_e‖`. The right-hand
/// sides of all rows that go are zero, so the gap stays as it is. (J. Borwein and H. Wolkowicz, J. Austral. Math. Soc. 30, 1981.)
struct VariableFace: ReductionStep {
  /// A matrix variable: the rows of a cone, and the variable and coefficient of each.
  private struct MatrixVariable {
    let rows: Range<Int>
    let columns: [Int]
    let pivots: [Double]
    let triangle: PackedTriangle

    /// `⟨G, S⟩ = Σ gᵢ x_{j(i)}` as a matrix, of the entries of `g` by position in the triangle.
    func matrix(_ entries: [(position: Int, value: Double)]) -> [SymmetricEntry] {
      entries.map { triangle.entry($0.position, -$0.value / pivots[$0.position]) }
    }

    /// How many coefficients the entries of each row of the matrix have elsewhere.
    func degrees(_ rowsOfA: SparseMatrix, _ problem: ConicProblem, _ position: [Int]) -> [Int] {
      var degrees = [Int](repeating: 0, count: triangle.order)
      for column in rowsOfA.rowIndices + problem.P.rowIndices where position[column] >= 0 {
        degrees[Int(triangle.rows[position[column]])] += 1
        degrees[Int(triangle.columns[position[column]])] += 1
      }
      return degrees
    }
  }

  /// An equation that exposes the face: its row, and the factor of its matrix in `a`.
  private struct Equation {
    let row: Int
    let weight: Double
  }

  private let face: Face
  private let variable: MatrixVariable
  private let equations: [Equation]
  /// `svec(a)`, where it is not zero.
  private let exposing: [(position: Int, value: Double)]
  /// The program before the step.
  private let problem: ConicProblem
  /// Its other variables, and its other rows above the cone and below.
  private let others: [Int]
  private let above, below: [Int]

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    let size = face.dimension * (face.dimension + 1) / 2
    let small = above.count..<above.count + size
    var old = HomogeneousPoint.zero(problem)
    old.tau = point.tau
    for (new, row) in above.enumerated() { (old.s[row], old.z[row]) = (point.s[new], point.z[new]) }
    for (new, row) in below.enumerated() {
      (old.s[row], old.z[row]) = (point.s[small.upperBound + new], point.z[small.upperBound + new])
    }
    for (new, column) in others.enumerated() { old.x[column] = point.x[new] }
    let matrix = face.extend(point.x[others.count...])
    for (i, column) in variable.columns.enumerated() { old.x[column] = -matrix[i] / variable.pivots[i] }
    old.s.replaceSubrange(variable.rows, with: face.extend(point.s[small]))

    let arena = Arena()
    let gradient = arena.vector(problem.q.map { $0 * point.tau })
    problem.A.transposeMultiplyAdd(1, arena.vector(old.z), into: gradient)
    problem.P.symmetricMultiplyAdd(1, arena.vector(old.x), into: gradient)
    let packed = arena.vector(variable.columns.indices.map { -gradient[variable.columns[$0]] / variable.pivots[$0] })
    var (Z, t) = face.lift(packed, over: point.z[small])
    for entry in exposing { Z[entry.position] += t * entry.value }
    old.z.replaceSubrange(variable.rows, with: Z)
    for equation in equations { old.z[equation.row] = t * equation.weight }
    return old
  }

  // MARK: Search

  /// The first matrix variable that equations confine to a face on which the data are not much denser.
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let equalities = LinearRows.equalities(of: problem)
    guard problem.cones.contains(where: { if case .positiveSemidefinite = $0 { true } else { false } }),
      problem.b[0..<equalities].contains(0)
    else { return .nothing }
    let rowsOfA = problem.A.transposed()
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      guard case .positiveSemidefinite(let order) = cone, order > 0,
        let variable = matrixVariable(problem, rows, order: order, rowsOfA)
      else { continue }
      if let finding = finding(problem, variable, equalities: equalities, rowsOfA) { return finding }
    }
    return .nothing
  }

  /// The cone as a matrix variable, if it is one: one coefficient in each row, no variable twice, nothing on the right.
  private static func matrixVariable(
    _ problem: ConicProblem, _ rows: Range<Int>, order: Int, _ rowsOfA: SparseMatrix
  ) -> MatrixVariable? {
    var columns: [Int] = []
    var pivots: [Double] = []
    for i in rows {
      let entries = (rowsOfA.columnPointers[i]..<rowsOfA.columnPointers[i + 1]).filter { rowsOfA.values[$0] != 0 }
      guard entries.count == 1, problem.b[i] == 0 else { return nil }
      columns.append(rowsOfA.rowIndices[entries[0]])
      pivots.append(rowsOfA.values[entries[0]])
    }
    guard Set(columns).count == columns.count else { return nil }
    return MatrixVariable(rows: rows, columns: columns, pivots: pivots, triangle: PackedTriangle(order: order))
  }

  private static func finding(
    _ problem: ConicProblem, _ variable: MatrixVariable, equalities: Int, _ rowsOfA: SparseMatrix
  ) -> ReductionFinding? {
    var position = [Int](repeating: -1, count: problem.variableCount)
    for (i, column) in variable.columns.enumerated() { position[column] = i }
    var equations: [Equation] = []
    var exposing: [Int: Double] = [:]
    for row in 0..<equalities where problem.b[row] == 0 {
      let entries = (rowsOfA.columnPointers[row]..<rowsOfA.columnPointers[row + 1]).filter { rowsOfA.values[$0] != 0 }
      guard !entries.isEmpty, entries.allSatisfy({ position[rowsOfA.rowIndices[$0]] >= 0 }) else { continue }
      let packed = entries.map { k in
        let i = position[rowsOfA.rowIndices[k]]
        return (position: i, value: -rowsOfA.values[k] / variable.pivots[i])
      }
      let matrix = packed.map { variable.triangle.entry($0.position, $0.value) }
      guard let diagonal = matrix.first(where: { $0.i == $0.j }) else { continue }
      let sign = diagonal.value < 0 ? -1.0 : 1
      let positive = matrix.map { SymmetricEntry(i: $0.i, j: $0.j, value: sign * $0.value) }
      guard positive.allSatisfy({ $0.i != $0.j || $0.value > 0 }),
        Face(order: variable.triangle.order, entries: positive, price: { _ in 0 }) != nil
      else { continue }
      let weight = sign / packed.reduce(0) { max($0, $1.value.magnitude) }
      equations.append(Equation(row: row, weight: weight))
      for entry in packed { exposing[entry.position, default: 0] += weight * entry.value }
    }
    guard !equations.isEmpty else { return nil }
    let list = exposing.sorted { $0.key < $1.key }.map { (position: $0.key, value: $0.value) }
    let degrees = variable.degrees(rowsOfA, problem, position)
    guard let face = Face(
      order: variable.triangle.order, entries: list.map { variable.triangle.entry($0.position, $0.value) },
      price: { degrees[$0] })
    else { return nil }
    let step = VariableFace(problem, face, variable, equations, list)
    guard let smaller = step.restricted(position, rowsOfA) else { return nil }
    return .smaller(
      smaller, step, count: 1,
      reason: equations.count == 1
        ? "an equation takes a matrix variable of order \(face.order) to a face of order \(face.dimension)"
        : "\(equations.count) equations take a matrix variable of order \(face.order) to a face of order \(face.dimension)")
  }

  private init(
    _ problem: ConicProblem, _ face: Face, _ variable: MatrixVariable, _ equations: [Equation],
    _ exposing: [(position: Int, value: Double)]
  ) {
    self.problem = problem
    self.face = face
    self.variable = variable
    self.equations = equations
    self.exposing = exposing
    let members = Set(variable.columns)
    let gone = Set(equations.map(\.row))
    others = (0..<problem.variableCount).filter { !members.contains($0) }
    above = (0..<variable.rows.lowerBound).filter { !gone.contains($0) }
    below = Array(variable.rows.upperBound..<problem.rowCount)
  }

  // MARK: The smaller program

  /// The program on the face; `nil` when its data are much denser.
  private func restricted(_ position: [Int], _ rowsOfA: SparseMatrix) -> ConicProblem? {
    let size = face.dimension * (face.dimension + 1) / 2
    let count = others.count + size
    let limit = Tuning.faceFill * Double(problem.A.nonzeros + problem.P.nonzeros + size)
    let kept = above + below
    guard let linear = substituted(rowsOfA.selecting(columns: kept), position, limit: limit) else { return nil }
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(linear.nonzeros + size)
    for entry in linear.entries {
      entries.append(.init(entry.column < above.count ? entry.column : entry.column + size, entry.row, entry.value))
    }
    for i in 0..<size { entries.append(.init(above.count + i, others.count + i, -1)) }
    let A = SparseMatrix(rows: kept.count + size, columns: count, entries: entries)

    var P = SparseMatrix.zero(rows: count, columns: count)
    if problem.P.nonzeros > 0 {
      let upper = problem.P.entries
      let whole = SparseMatrix(
        rows: problem.variableCount, columns: problem.variableCount,
        entries: upper + upper.filter { $0.row != $0.column }.map { .init($0.column, $0.row, $0.value) })
      guard let half = substituted(whole, position, limit: limit),
        let both = substituted(half.transposed(), position, limit: limit)
      else { return nil }
      P = SparseMatrix(rows: count, columns: count, entries: both.entries.filter { $0.row <= $0.column })
    }
    let cost = SparseMatrix(
      rows: problem.variableCount, columns: 1,
      entries: problem.q.enumerated().compactMap { $1 == 0 ? nil : .init($0, 0, $1) })
    guard let reducedCost = substituted(cost, position, limit: .infinity) else { return nil }
    var q = [Double](repeating: 0, count: count)
    for entry in reducedCost.entries { q[entry.row] = entry.value }

    let gone = Set(equations.map(\.row))
    var row = 0
    let cones = problem.cones.compactMap { cone -> Cone? in
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      if rows == variable.rows { return face.dimension == 0 ? nil : .positiveSemidefinite(order: face.dimension) }
      guard case .zero = cone else { return cone }
      let left = rows.count { !gone.contains($0) }
      return left == 0 ? nil : .zero(left)
    }
    return ConicProblem(
      P: P, q: q, A: A, b: above.map { problem.b[$0] } + [Double](repeating: 0, count: size) + below.map { problem.b[$0] },
      cones: cones)
  }

  /// Functionals of the variables, a column each, as functionals of the other variables and of `Y`; `nil` when they have more than
  /// `limit` entries.
  private func substituted(_ functionals: SparseMatrix, _ position: [Int], limit: Double) -> SparseMatrix? {
    var place = [Int](repeating: -1, count: problem.variableCount)
    for (new, column) in others.enumerated() { place[column] = new }
    let small = PackedTriangle(order: face.dimension)
    var result = SparseMatrix(
      rows: others.count + small.count, columns: functionals.columns, columnPointers: [0], rowIndices: [], values: [])
    for j in 0..<functionals.columns {
      var inside: [(position: Int, value: Double)] = []
      for k in functionals.columnPointers[j]..<functionals.columnPointers[j + 1] {
        let (variable, value) = (functionals.rowIndices[k], functionals.values[k])
        if position[variable] >= 0 {
          if value != 0 { inside.append((position[variable], value)) }
        } else {
          result.rowIndices.append(place[variable])
          result.values.append(value)
        }
      }
      if !inside.isEmpty {
        for (i, value) in small.packed(face.restrict(self.variable.matrix(inside))) {
          result.rowIndices.append(others.count + i)
          result.values.append(value)
        }
      }
      guard Double(result.values.count) <= limit else { return nil }
      result.columnPointers.append(result.values.count)
    }
    return result
  }
}
