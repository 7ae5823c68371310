import LinearAlgebra

/// Sparse `LDLᵀ` of the quasidefinite matrix
///
///     [P + δI   Aᵀ     ]
///     [A       −(H + Δ)]
///
/// with `Δ = δ` on equality rows and `min(δ, h/100)` on conic ones: an active constraint's `h` falls far below `δ`, which
/// would then decide the step in its place. `H` is diagonal on the nonnegative rows and a dense block on PSD cones. The rows of small
/// second-order cones are turned into the frame of `H`, `QᵀA_c` for `A_c`, which leaves a diagonal there as well. A second-order
/// cone of larger dimension is expanded: with `ω = w₀² + ‖w₁‖²`,
///
///     H = η² (D + uuᵀ − vvᵀ),   D = diag(1/(2ω), 1, …, 1),
///     u₀ = √(ω − 1/(2ω)),  u₁ = (2w₀/u₀) w₁,   v₀ = 0,  v₁ = √(2(2 + 1/ω)/(2ω − 1/ω)) w₁,
///
/// so that two extra rows `[−η²v, −η²u]` with pivots `−η²`, `+η²` keep the block as sparse as a diagonal
/// (Domahidi, Chu & Boyd 2013; Goulart & Chen 2024). `D − vvᵀ ≻ 0` keeps the expanded matrix quasidefinite.
final class QuasidefiniteStrategy: KKTStrategy {
  let kind = KKTChoice.quasidefinite
  let substitutesConicRows = false
  let maybeSingular = true
  private let n: Int
  private let m: Int
  let cones: [any SymmetricCone]
  let ldl: SparseLDL
  private let arena = Arena()
  private let rhs: VectorView
  /// A column of `A_c` on its way into the frame.
  private let turned: VectorView
  /// Column starts of the assembled matrix: the diagonal of a column is its last entry.
  private let columnPointers: [Int]
  /// The column of each row of `A` in the assembled matrix, −1 where it was eliminated.
  private let place: [Int]
  /// Diagonal of `P + δI`, and with the eliminated rows.
  private let diagonalOfP, diagonal: VectorView
  private let parts: [Part]

  /// How a cone enters the matrix.
  private enum Part {
    /// By its rows; those of a nonnegative cone with one entry are eliminated.
    case rows([Bound])
    /// Second-order cones, one by one.
    case secondOrder(SecondOrderBlock, [SecondOrderPart])
  }

  /// How a second-order cone enters the matrix.
  private enum SecondOrderPart {
    /// By its rows, turned into the frame.
    case framed(ConeRows)
    /// By its rows and two more, the first of which is this.
    case expanded(Int)
  }

  /// A nonnegative row `a·x_j`: the `index`-th of its cone.
  private struct Bound {
    let index, column: Int
    let coefficient: Double
  }

  /// Forecast entries of the assembled matrix, before any is made.
  static func patternSize(of problem: ConicProblem) -> Double {
    var size = Double(problem.P.nonzeros + problem.A.nonzeros + problem.variableCount)
    for cone in problem.cones {
      let d = Double(cone.dimension)
      switch cone {
      case .positiveSemidefinite: size += d * (d + 1) / 2
      case .secondOrder where cone.dimension > Tuning.framedSecondOrderLimit: size += 3 * d + 2
      default: size += d
      }
    }
    return size
  }

  /// Assembles and analyses the pattern; `nil` when memory ran out.
  /// - Parameter old: a strategy for the same pattern whose analysis is taken over.
  init?(_ problem: ConicProblem, reusing old: QuasidefiniteStrategy? = nil) {
    n = problem.variableCount
    m = problem.rowCount
    cones = old?.cones ?? problem.makeConeOperators(direction: .nesterovTodd)
    let bounds = Self.bounds(problem, cones)
    let secondOrder = cones.compactMap { $0 as? SecondOrderBlock }.flatMap { block in (0..<block.count).map { block[$0].rows } }
    let framedRanges = secondOrder.filter { $0.count <= Tuning.framedSecondOrderLimit }
    var framed = problem.A.coneRows(framedRanges, arena)[...]

    var place = [Int](repeating: 0, count: m)
    var isFramed = [Bool](repeating: false, count: m)
    for (c, cone) in cones.enumerated() {
      for bound in bounds[c] { place[cone.rows.lowerBound + bound.index] = -1 }
    }
    for rows in framedRanges { for i in rows { isFramed[i] = true } }
    var order = n
    for i in 0..<m where place[i] >= 0 {
      place[i] = order
      order += 1
    }
    self.place = place

    diagonalOfP = arena.vector(n)
    diagonal = arena.vector(n)
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(Int(Self.patternSize(of: problem)))
    for entry in problem.P.entries {
      entries.append(entry)
      if entry.row == entry.column { diagonalOfP[entry.row] += entry.value }
    }
    for j in 0..<n {
      diagonalOfP[j] += Tuning.staticRegularization
      entries.append(.init(j, j, 0))
    }
    for entry in problem.A.entries where place[entry.row] >= 0 && !isFramed[entry.row] {
      entries.append(.init(entry.column, place[entry.row], entry.value))
    }
    var parts: [Part] = []
    for (c, cone) in cones.enumerated() {
      let columns = cone.rows.map { place[$0] }
      if cone is PositiveSemidefiniteCone {
        for j in columns { for i in columns[0]...j { entries.append(.init(i, j, 0)) } }
        parts.append(.rows([]))
        continue
      }
      for i in columns where i >= 0 { entries.append(.init(i, i, 0)) }
      guard let block = cone as? SecondOrderBlock else {
        parts.append(.rows(bounds[c]))
        continue
      }
      parts.append(.secondOrder(block, (0..<block.count).map { k in
        let columns = block[k].rows.map { place[$0] }
        if columns.count <= Tuning.framedSecondOrderLimit {
          let (rows, variables) = framed.removeFirst()
          for i in columns { for j in variables { entries.append(.init(j, i, 0)) } }
          return .framed(rows)
        }
        for i in columns {
          entries.append(.init(i, order, 0))
          entries.append(.init(i, order + 1, 0))
        }
        entries.append(.init(order, order, 0))
        entries.append(.init(order + 1, order + 1, 0))
        order += 2
        return .expanded(order - 2)
      }))
    }
    self.parts = parts
    let pattern = SparseMatrix(rows: order, columns: order, entries: entries)
    columnPointers = pattern.columnPointers
    if let old {
      guard old.columnPointers == columnPointers else { return nil }
      ldl = old.ldl
      ldl.values.copy(pattern.values)
    } else {
      guard let ldl = SparseLDL(upper: pattern, minimumPivot: Tuning.minimumPivot) else { return nil }
      self.ldl = ldl
    }
    rhs = arena.vector(order)
    turned = arena.vector(Tuning.framedSecondOrderLimit)
  }

  /// The rows of each nonnegative cone that have one entry.
  private static func bounds(_ problem: ConicProblem, _ cones: [any SymmetricCone]) -> [[Bound]] {
    var columns = [Int](repeating: -1, count: problem.rowCount)
    var coefficients = [Double](repeating: 0, count: problem.rowCount)
    for entry in problem.A.entries {
      columns[entry.row] = columns[entry.row] == -1 ? entry.column : problem.variableCount
      coefficients[entry.row] = entry.value
    }
    return cones.map { cone in
      guard cone is NonnegativeCone else { return [] }
      return cone.rows.enumerated().compactMap { k, i in
        columns[i] >= 0 && columns[i] < problem.variableCount ? Bound(index: k, column: columns[i], coefficient: coefficients[i]) : nil
      }
    }
  }

  /// Flops of one factorisation, from the symbolic analysis.
  var factorizationCost: Double { ldl.flops * Tuning.sparseFlop + ldl.factorNonzeros * Tuning.sparseEntry }
  var solveCost: Double { 2 * ldl.factorNonzeros * Tuning.sweepEntry }
  var flops: Double { ldl.flops }
  var factorNonzeros: Double { ldl.factorNonzeros }

  func reset() {}

  func updated(to problem: ConicProblem) -> (any KKTStrategy)? { QuasidefiniteStrategy(problem, reusing: self) }

  func factorize() -> Bool {
    diagonal.copy(diagonalOfP)
    for (cone, part) in zip(cones, parts) {
      switch (cone, part) {
      case (let cone as NonnegativeCone, .rows(let bounds)):
        for (k, i) in cone.rows.enumerated() where place[i] >= 0 {
          setDiagonal(place[i], -cone.scaling[k] - Self.conicRegularization(cone.scaling[k]))
        }
        for bound in bounds {
          diagonal[bound.column] += bound.coefficient * bound.coefficient / cone.scaling[bound.index]
        }
      case (_, .secondOrder(let block, let parts)):
        for k in 0..<block.count {
          switch parts[k] {
          case .framed(let rows): writeFramed(block[k], rows)
          case .expanded(let first): writeExpansion(block[k], first: first)
          }
        }
      case (let cone as PositiveSemidefiniteCone, _): writeBlock(cone)
      default: for i in cone.rows { setDiagonal(place[i], -Tuning.staticRegularization) }
      }
    }
    for j in 0..<n { setDiagonal(j, diagonal[j]) }
    return ldl.factorize()
  }

  /// The regularisation of a conic row whose `H` is of size `h`.
  private static func conicRegularization(_ h: Double) -> Double {
    min(Tuning.staticRegularization, Tuning.conicRegularization * h)
  }

  private func setDiagonal(_ column: Int, _ value: Double) { ldl.values[columnPointers[column + 1] - 1] = value }

  /// `QᵀA_c`, and the eigenvalues of `H` on the diagonal.
  private func writeFramed(_ cone: SecondOrderCone, _ rows: ConeRows) {
    let d = cone.rows.count
    let start = place[cone.rows.lowerBound]
    for t in 0..<rows.width {
      for k in 0..<d { turned[k] = rows.coefficients[t * d + k] }
      cone.frame.enter(turned.slice(0..<d))
      for k in 0..<d { ldl.values[columnPointers[start + k] + t] = turned[k] }
    }
    for k in 0..<d {
      let h = cone.etaSquared * cone.frame.eigenvalue(k)
      setDiagonal(start + k, -h - Self.conicRegularization(h))
    }
  }

  private func writeExpansion(_ cone: SecondOrderCone, first: Int) {
    let w = cone.w
    let eta2 = cone.etaSquared
    var tail = 0.0
    for i in 1..<w.count { tail += w[i] * w[i] }
    let omega = w[0] * w[0] + tail
    let d0 = 0.5 / omega
    let u0 = (omega - d0).squareRoot()
    let u1 = 2 * w[0] / u0
    let v1 = (2 * (2 + 1 / omega) / (2 * omega - 1 / omega)).squareRoot()
    let start = place[cone.rows.lowerBound]
    let vColumn = columnPointers[first]
    let uColumn = columnPointers[first + 1]
    for i in 0..<w.count {
      setDiagonal(start + i, -eta2 * (i == 0 ? d0 : 1) - Self.conicRegularization(eta2 * cone.frame.eigenvalue(1)))
      ldl.values[vColumn + i] = i == 0 ? 0 : -eta2 * v1 * w[i]
      ldl.values[uColumn + i] = i == 0 ? -eta2 * u0 : -eta2 * u1 * w[i]
    }
    setDiagonal(first, -eta2 - Self.conicRegularization(eta2 * cone.frame.eigenvalue(1)))
    setDiagonal(first + 1, eta2 + Self.conicRegularization(eta2 * cone.frame.eigenvalue(1)))
  }

  /// `H = G ⊗ₛ G`: the entry of packed positions `(p,q)`, `(r,s)` is `c₁c₂(GₚᵣG_qs + GₚₛG_qr)` with `c = 1` off the diagonal
  /// and `1/√2` on it.
  private func writeBlock(_ cone: PositiveSemidefiniteCone) {
    let k = cone.order
    let G = cone.G
    let diagonalWeight = 0.5.squareRoot()
    var column = 0
    for s in 0..<k {
      for r in 0...s {
        let diagonal = columnPointers[place[cone.rows.lowerBound] + column + 1] - 1
        let weight = r == s ? diagonalWeight : 1
        var row = 0
        for q in 0...s {
          for p in 0...q {
            if row > column { break }
            let pair = G[p + r * k] * G[q + s * k] + G[p + s * k] * G[q + r * k]
            ldl.values[diagonal - (column - row)] = -weight * (p == q ? diagonalWeight : 1) * pair
            row += 1
          }
        }
        ldl.values[diagonal] -= Tuning.staticRegularization
        column += 1
      }
    }
  }

  func solve(_ x: VectorView, _ z: VectorView) {
    rhs.fill(0)
    for (cone, part) in zip(cones, parts) {
      let rows = z.slice(cone.rows)
      switch part {
      case .rows(let bounds):
        guard let scaling = (cone as? NonnegativeCone)?.scaling else { continue }
        for bound in bounds { x[bound.column] += bound.coefficient * rows[bound.index] / scaling[bound.index] }
      case .secondOrder(let block, let parts):
        for k in 0..<block.count { if case .expanded = parts[k] { block[k].frame.leave(z.slice(block[k].rows)) } }
      }
    }
    rhs.slice(0..<n).copy(x)
    for i in 0..<m where place[i] >= 0 { rhs[place[i]] = z[i] }
    ldl.solve(rhs)
    x.copy(rhs.slice(0..<n))
    for i in 0..<m where place[i] >= 0 { z[i] = rhs[place[i]] }
    for (cone, part) in zip(cones, parts) {
      let rows = z.slice(cone.rows)
      switch part {
      case .rows(let bounds):
        guard let scaling = (cone as? NonnegativeCone)?.scaling else { continue }
        for bound in bounds {
          rows[bound.index] = (bound.coefficient * x[bound.column] - rows[bound.index]) / scaling[bound.index]
        }
      case .secondOrder(let block, let parts):
        for k in 0..<block.count { if case .expanded = parts[k] { block[k].frame.enter(z.slice(block[k].rows)) } }
      }
    }
  }
}
