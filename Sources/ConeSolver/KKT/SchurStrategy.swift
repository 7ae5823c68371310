import LinearAlgebra

/// Dense Cholesky factorisation of the Schur complement of the conic rows, bordered by the equality rows `F`:
///
///     z_c = H⁻¹(A_c x − r_c),     [M  Fᵀ; F  0] [x; z_e] = [rₓ + A_cᵀH⁻¹r_c; r_e],     M = P + A_cᵀH⁻¹A_c
///
/// With `M = LLᵀ` and `Y = L⁻¹Fᵀ` the border is `S = YᵀY`. When some variable meets no cone and no quadratic term, `M` is
/// singular; then `M + ρFᵀF` takes its place, which changes the right-hand side by `ρFᵀr_e` and the solution not at all.
/// Cost: assembly by cone, `n³/3 + n²e` flops, `8n(n + e)` bytes.
final class SchurStrategy: KKTStrategy {
  let kind = KKTChoice.schur
  let substitutesConicRows = true
  var maybeSingular: Bool { deficiency.complement > 0 || deficiency.border > 0 || shift > 0 }
  private let n: Int
  private let problem: ConicProblem
  let cones: [any SymmetricCone]
  private let blocks: [SchurSemidefiniteBlock]
  /// Rows of `Aᵀ`: column `i` holds row `i` of `A`.
  private let transposed: SparseMatrix
  /// Equality rows, in order.
  private let equalities: [Int]
  /// Whether `ρFᵀF` is added.
  private let augments: Bool
  private var rho = 0.0
  private let arena: Arena
  private let M, Y, border, workX, workE, rowVector: VectorView
  private var support: [Int] = []
  private let elimination: ConicElimination
  private let denseRows: DenseRowProducts
  /// Shifts kept in every factorisation since the first one found a null space.
  private var deficiency = (complement: 0.0, border: 0.0)
  private var isFirst = true
  /// Relative diagonal shift that the last factorisation needed.
  private(set) var shift = 0.0

  private let assembly: Double
  var factorizationCost: Double { Self.cost(variables: n, equalities: equalities.count, assembly: assembly) }
  /// Two triangular sweeps over each factor.
  var solveCost: Double { Double(n * n + 2 * n * equalities.count + equalities.count * equalities.count) * Tuning.sweepEntry }

  /// Forecast seconds of one factorisation.
  static func cost(variables n: Int, equalities e: Int, assembly: Double) -> Double {
    let size = Double(n)
    return assembly + (size * size * size / 3 + size * size * Double(e)) * Tuning.denseFlop
  }

  static func bytes(variables n: Int, equalities e: Int) -> Double { 8 * Double(n) * Double(n + e) + 8 * Double(e) * Double(e) }

  /// The cones with the contributions of the semidefinite ones, whose cost decides whether a Schur complement is made at all.
  struct Parts {
    let cones: [any SymmetricCone]
    let blocks: [SchurSemidefiniteBlock]
    /// Forecast seconds of one assembly.
    let assembly: Double

    init(_ problem: ConicProblem, direction: SemidefiniteDirection) {
      self.init(problem, cones: problem.makeConeOperators(direction: direction))
    }

    init(_ problem: ConicProblem, cones: [any SymmetricCone]) {
      self.cones = cones
      blocks = cones.compactMap { ($0 as? any SemidefiniteScaling).map { SchurSemidefiniteBlock(problem, cone: $0) } }
      assembly = blocks.reduce(StrategyChoice.rowAssembly(problem)) { $0 + $1.cost }
    }
  }

  /// - Parameter old: a strategy for the same pattern, with the same cones, whose workspaces are taken over.
  init(_ problem: ConicProblem, _ parts: Parts, reusing old: SchurStrategy? = nil) {
    self.problem = problem
    cones = parts.cones
    blocks = parts.blocks
    assembly = parts.assembly
    for block in blocks { block.places = block.columns }
    n = problem.variableCount
    transposed = problem.A.transposed()
    equalities = cones.flatMap { $0 is ZeroCone ? Array($0.rows) : [] }
    var covered = [Bool](repeating: false, count: n)
    let P = problem.P
    for j in 0..<n {
      for k in P.columnPointers[j]..<P.columnPointers[j + 1] where P.rowIndices[k] == j && P.values[k] > 0 {
        covered[j] = true
      }
    }
    for cone in cones where !(cone is ZeroCone) {
      for row in cone.rows {
        for k in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] where transposed.values[k] != 0 {
          covered[transposed.rowIndices[k]] = true
        }
      }
    }
    augments = covered.contains(false) && !equalities.isEmpty
    let e = equalities.count
    elimination = ConicElimination(problem, cones: cones)
    denseRows = DenseRowProducts(transposed, cones: cones)
    let arena = old?.arena ?? Arena()
    self.arena = arena
    M = old?.M ?? arena.vector(n * n)
    Y = old?.Y ?? arena.vector(n * e)
    border = old?.border ?? arena.vector(e * e)
    workX = old?.workX ?? arena.vector(n)
    workE = old?.workE ?? arena.vector(e)
    rowVector = old?.rowVector ?? arena.vector(n)
  }

  func updated(to problem: ConicProblem) -> (any KKTStrategy)? {
    SchurStrategy(problem, Parts(problem, cones: cones), reusing: self)
  }

  func reset() {
    deficiency = (0, 0)
    isFirst = true
  }

  func factorize() -> Bool {
    elimination.forget()
    shift = deficiency.complement
    for _ in 0...Tuning.schurRetries {
      assemble()
      applyShift()
      if Dense.choleskyLower(M, order: n) == 0 {
        if isFirst, deficiency.complement == 0, hasNullSpace(M, n) {
          deficiency.complement = Tuning.deficiencyShift
          shift = deficiency.complement
          continue
        }
        if factorizeBorder() {
          isFirst = false
          return true
        }
      }
      shift = max(Tuning.schurShift, shift * Tuning.schurShiftGrowth)
    }
    return false
  }

  /// Whether a Cholesky factor of order `k` has a pivot that is only the rounding of its diagonal entry `‖L_j·‖²`.
  private func hasNullSpace(_ L: VectorView, _ k: Int) -> Bool {
    for j in 0..<k {
      var diagonal = 0.0
      for i in 0...j { diagonal += L[j + i * k] * L[j + i * k] }
      if L[j + j * k] * L[j + j * k] <= Tuning.deficientPivot * diagonal { return true }
    }
    return false
  }

  /// The lower triangle of `M`.
  private func assemble() {
    M.fill(0)
    let P = problem.P
    for j in 0..<n {
      for k in P.columnPointers[j]..<P.columnPointers[j + 1] { M[j + P.rowIndices[k] * n] += P.values[k] }
    }
    for cone in cones {
      switch cone {
      case let cone as NonnegativeCone:
        for (k, row) in cone.rows.enumerated() where !denseRows.contains(row) { addRowProduct(row, 1 / cone.scaling[k]) }
      case let block as SecondOrderBlock:
        for k in 0..<block.count { addSecondOrder(block[k]) }
      default:
        break
      }
    }
    denseRows.accumulate(into: M)
    for block in blocks { block.accumulate(into: M, order: n) }
    guard augments else { return }
    var largest = 0.0
    for j in 0..<n { largest = max(largest, M[j + j * n]) }
    rho = largest > 0 ? largest : 1
    for row in equalities { addRowProduct(row, rho) }
  }

  /// `M ← M + α·aaᵀ` for row `a` of `A`.
  private func addRowProduct(_ row: Int, _ alpha: Double) {
    let range = transposed.columnPointers[row]..<transposed.columnPointers[row + 1]
    transposed.rowIndices.withUnsafeBufferPointer { index in
      transposed.values.withUnsafeBufferPointer { value in
        for k in range {
          let column = index[k] * n
          let scaled = alpha * value[k]
          for l in k..<range.upperBound { M[index[l] + column] += scaled * value[l] }
        }
      }
    }
  }

  /// `η⁻²(2(Jw)(Jw)ᵀ − J)` between the cone's rows: one row product each and one of `a = A_cᵀJw`.
  private func addSecondOrder(_ cone: SecondOrderCone) {
    let scale = 1 / cone.etaSquared
    support.removeAll(keepingCapacity: true)
    for (k, row) in cone.rows.enumerated() {
      addRowProduct(row, k == 0 ? -scale : scale)
      let weight = k == 0 ? cone.w[0] : -cone.w[k]
      for entry in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        let column = transposed.rowIndices[entry]
        if rowVector[column] == 0 { support.append(column) }
        rowVector[column] += weight * transposed.values[entry]
      }
    }
    // A column whose entries cancelled to zero may be listed twice; after its first visit its entry is zero.
    support.sort()
    for (index, j) in support.enumerated() {
      let scaled = 2 * scale * rowVector[j]
      if scaled == 0 || (index > 0 && support[index - 1] == j) { continue }
      var previous = -1
      for i in support[index...] where i != previous {
        M[i + j * n] += scaled * rowVector[i]
        previous = i
      }
    }
    for j in support { rowVector[j] = 0 }
  }

  private func applyShift() {
    var largest = 0.0
    for j in 0..<n { largest = max(largest, M[j + j * n]) }
    // A variable that nothing decides gets a small pivot, so that a cost on it becomes a long step along a ray.
    let floor = Tuning.staticRegularization * (isFirst && largest > 0 ? min(1, largest) : 1)
    for j in 0..<n {
      let diagonal = M[j + j * n]
      M[j + j * n] = diagonal == 0 ? floor : diagonal * (1 + shift)
    }
  }

  private func factorizeBorder() -> Bool {
    let e = equalities.count
    guard e > 0 else { return true }
    Y.fill(0)
    for (k, row) in equalities.enumerated() {
      for entry in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        Y[transposed.rowIndices[entry] + k * n] = transposed.values[entry]
      }
    }
    Dense.solveLower(M, Y, order: n, columns: e)
    Dense.gram(1, Y, 0, into: border, n: e, k: n)
    Dense.symmetrizeFromUpper(border, order: e)
    var largest = 0.0
    for j in 0..<e { largest = max(largest, border[j + j * e]) }
    let scale = largest > 0 ? largest : 1
    for j in 0..<e { border[j + j * e] += max(Tuning.borderShift, shift, deficiency.border) * scale }
    guard Dense.choleskyLower(border, order: e) == 0 else { return false }
    if isFirst, deficiency.border == 0, hasNullSpace(border, e) {
      deficiency.border = Tuning.deficiencyShift
      return factorizeBorder()
    }
    return true
  }

  func solve(_ x: VectorView, _ z: VectorView) {
    let e = equalities.count
    elimination.reduce(x, z, into: workX)
    for (k, row) in equalities.enumerated() { workE[k] = z[row] }
    if augments { multiplyEqualities(rho, workE, into: workX) }
    Dense.solveLower(M, workX, order: n, columns: 1)
    if e > 0 {
      // z_e = S⁻¹(YᵀL⁻¹r − r_e), then x = L⁻ᵀ(L⁻¹r − Y z_e).
      Dense.multiply(1, Y, transposeA: true, workX, -1, into: workE, m: e, n: 1, k: n)
      Dense.solveLower(border, workE, order: e, columns: 1)
      Dense.solveLower(border, transpose: true, workE, order: e, columns: 1)
      Dense.multiply(-1, Y, workE, 1, into: workX, m: n, n: 1, k: e)
    }
    Dense.solveLower(M, transpose: true, workX, order: n, columns: 1)
    x.copy(workX)
    elimination.substitute(x, into: z)
    for (k, row) in equalities.enumerated() { z[row] = workE[k] }
  }

  /// `x ← x + α·Fᵀy`.
  private func multiplyEqualities(_ alpha: Double, _ y: VectorView, into x: VectorView) {
    for (k, row) in equalities.enumerated() {
      for entry in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        x[transposed.rowIndices[entry]] += alpha * y[k] * transposed.values[entry]
      }
    }
  }
}
