import LinearAlgebra

/// Sparse `LDLᵀ` of the quasidefinite matrix
///
///     [P + δI   Aᵀ     ]
///     [A       −(H + Δ)]
///
/// with `Δ = δ` on equality rows and `min(δ, h/100)` on conic ones: an active constraint's `h` falls far below `δ`, which
/// would then decide the step in its place. `H` is diagonal on the nonnegative rows and a dense block on small second-order
/// and on PSD cones. A second-order cone of larger dimension is expanded: with `ω = w₀² + ‖w₁‖²`,
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
  private let ldl: SparseLDL
  private let arena = Arena()
  private let rhs: VectorView
  /// Column starts of the assembled matrix: the diagonal of a column is its last entry.
  private let columnPointers: [Int]
  /// First of the two expansion columns of each cone, −1 for cones entered as blocks.
  private let expansion: [Int]

  /// Forecast entries of the assembled matrix, before any is made.
  static func patternSize(of problem: ConicProblem) -> Double {
    var size = Double(problem.P.nonzeros + problem.A.nonzeros + problem.variableCount)
    for cone in problem.cones {
      let d = Double(cone.dimension)
      switch cone {
      case .positiveSemidefinite: size += d * (d + 1) / 2
      case .secondOrder where cone.dimension > Tuning.denseSecondOrderLimit: size += 3 * d + 2
      case .secondOrder: size += d * (d + 1) / 2
      default: size += d
      }
    }
    return size
  }

  /// Assembles and analyses the pattern; `nil` when memory ran out.
  init?(_ problem: ConicProblem) {
    n = problem.variableCount
    m = problem.rowCount
    cones = problem.makeConeOperators(direction: .nesterovTodd)
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(Int(Self.patternSize(of: problem)))
    entries += problem.P.entries
    for j in 0..<n { entries.append(.init(j, j, Tuning.staticRegularization)) }
    for entry in problem.A.entries { entries.append(.init(entry.column, n + entry.row, entry.value)) }
    var order = n + m
    var expansion: [Int] = []
    for cone in cones {
      var first = -1
      let rows = cone.rows
      switch cone {
      case is PositiveSemidefiniteCone:
        Self.addBlock(rows, offset: n, to: &entries)
      case is SecondOrderCone where rows.count <= Tuning.denseSecondOrderLimit:
        Self.addBlock(rows, offset: n, to: &entries)
      case is SecondOrderCone:
        first = order
        order += 2
        for i in rows {
          entries.append(.init(n + i, n + i, 0))
          entries.append(.init(n + i, first, 0))
          entries.append(.init(n + i, first + 1, 0))
        }
        entries.append(.init(first, first, 0))
        entries.append(.init(first + 1, first + 1, 0))
      default:
        for i in rows { entries.append(.init(n + i, n + i, 0)) }
      }
      expansion.append(first)
    }
    self.expansion = expansion
    let pattern = SparseMatrix(rows: order, columns: order, entries: entries)
    columnPointers = pattern.columnPointers
    guard let ldl = SparseLDL(upper: pattern, minimumPivot: Tuning.minimumPivot) else { return nil }
    self.ldl = ldl
    rhs = arena.vector(order)
  }

  private static func addBlock(_ rows: Range<Int>, offset: Int, to entries: inout [SparseMatrix.Entry]) {
    for j in rows {
      for i in rows.lowerBound...j { entries.append(.init(offset + i, offset + j, 0)) }
    }
  }

  /// Flops of one factorisation, from the symbolic analysis.
  var flops: Double { ldl.flops }
  var factorNonzeros: Double { ldl.factorNonzeros }

  func reset() {}

  func factorize() -> Bool {
    for (cone, first) in zip(cones, expansion) {
      switch cone {
      case let cone as NonnegativeCone:
        for (k, i) in cone.rows.enumerated() { setDiagonal(n + i, -cone.scaling[k] - Self.conicRegularization(cone.scaling[k])) }
      case let cone as SecondOrderCone:
        if first < 0 { writeBlock(cone) } else { writeExpansion(cone, first: first) }
      case let cone as PositiveSemidefiniteCone:
        writeBlock(cone)
      default:
        for i in cone.rows { setDiagonal(n + i, -Tuning.staticRegularization) }
      }
    }
    return ldl.factorize()
  }

  /// The regularisation of a conic row whose `H` is of size `h`.
  private static func conicRegularization(_ h: Double) -> Double {
    min(Tuning.staticRegularization, Tuning.conicRegularization * h)
  }

  private func setDiagonal(_ column: Int, _ value: Double) { ldl.values[columnPointers[column + 1] - 1] = value }

  /// The cone's part of column `j` ends that column: its `j − first + 1` last entries.
  private func writeBlock(_ cone: SecondOrderCone) {
    let w = cone.w
    for j in 0..<cone.rows.count {
      let diagonal = columnPointers[n + cone.rows.lowerBound + j + 1] - 1
      for i in 0...j {
        var h = 2 * w[i] * w[j]
        if i == j { h += i == 0 ? -1 : 1 }
        ldl.values[diagonal - (j - i)] = -cone.etaSquared * h
      }
      ldl.values[diagonal] -= Self.conicRegularization(cone.etaSquared)
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
    let start = cone.rows.lowerBound
    let vColumn = columnPointers[first]
    let uColumn = columnPointers[first + 1]
    for i in 0..<w.count {
      setDiagonal(n + start + i, -eta2 * (i == 0 ? d0 : 1) - Self.conicRegularization(eta2))
      ldl.values[vColumn + i] = i == 0 ? 0 : -eta2 * v1 * w[i]
      ldl.values[uColumn + i] = i == 0 ? -eta2 * u0 : -eta2 * u1 * w[i]
    }
    setDiagonal(first, -eta2 - Self.conicRegularization(eta2))
    setDiagonal(first + 1, eta2 + Self.conicRegularization(eta2))
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
        let diagonal = columnPointers[n + cone.rows.lowerBound + column + 1] - 1
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
    rhs.slice(0..<n).copy(x)
    rhs.slice(n..<n + m).copy(z)
    ldl.solve(rhs)
    x.copy(rhs.slice(0..<n))
    z.copy(rhs.slice(n..<n + m))
  }
}
