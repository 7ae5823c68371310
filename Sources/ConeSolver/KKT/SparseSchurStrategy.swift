import LinearAlgebra

/// Sparse `LDLᵀ` factorisation of the Schur complement of the conic rows, with the equality rows `F` in the same matrix:
///
///     z_c = H⁻¹(A_c x − r_c),     [M  Fᵀ; F  −δI] [x; z_e] = [rₓ + A_cᵀH⁻¹r_c; r_e],     M = P + A_cᵀH⁻¹A_c
///
/// Quasidefinite, so any ordering will do. Many small semidefinite blocks, each with few variables, leave `M` sparse. A variable that
/// meets neither a cone nor `P` has a small pivot in the place of zero; refinement removes its effect, as it does that of `δ`.
final class SparseSchurStrategy: KKTStrategy {
  let kind = KKTChoice.schur
  let substitutesConicRows = true
  var maybeSingular: Bool { hasFreeVariables || !pattern.equalities.isEmpty || shift > 0 }
  let cones: [any SymmetricCone]
  private let problem: ConicProblem
  private let blocks: [SchurSemidefiniteBlock]
  private let pattern: SparseSchurPattern
  private let transposed: SparseMatrix
  let ldl: SparseLDL
  private let elimination: ConicElimination
  private let arena = Arena()
  private let local, rightHandSide: VectorView
  private var hasFreeVariables = false
  /// Relative diagonal shift that the last factorisation needed.
  private var shift = 0.0
  private var isFirst = true

  /// - Parameter density: share of nonzero entries up to which `M` counts as sparse.
  /// - Parameter old: a strategy for the same pattern, with the same cones, whose analysis is taken over.
  /// - Returns: `nil` when it is not, or memory ran out.
  init?(
    _ problem: ConicProblem, _ parts: SchurStrategy.Parts, density: Double = Tuning.sparseComplement, reusing old: SparseSchurStrategy? = nil
  ) {
    self.problem = problem
    cones = parts.cones
    blocks = parts.blocks
    assembly = parts.assembly
    transposed = problem.A.transposed()
    if let old {
      pattern = old.pattern
      ldl = old.ldl
    } else {
      let n = Double(problem.variableCount)
      guard SparseSchurPattern.entries(problem, blocks, transposed) <= density * n * n / 2 else { return nil }
      pattern = SparseSchurPattern(problem, cones: cones, blocks, transposed)
      let equalities = pattern.equalities.count
      let signs = [Int8](repeating: 1, count: problem.variableCount) + [Int8](repeating: -1, count: equalities)
      guard let ldl = SparseLDL(upper: pattern.upper, minimumPivot: Tuning.minimumPivot, signs: signs) else { return nil }
      self.ldl = ldl
    }
    elimination = ConicElimination(problem, cones: cones)
    let largest = (pattern.blocks + pattern.secondOrder).map(\.variables.count).max() ?? 0
    local = arena.vector(largest * largest)
    rightHandSide = arena.vector(pattern.upper.rows)
    for block in blocks { block.places = Array(block.columns.indices) }
  }

  private let assembly: Double
  var factorizationCost: Double { assembly + ldl.flops * Tuning.sparseFlop + ldl.factorNonzeros * Tuning.sparseEntry }
  var solveCost: Double { 2 * ldl.factorNonzeros * Tuning.sweepEntry }

  var factorNonzeros: Double { ldl.factorNonzeros }

  func reset() { isFirst = true }

  func updated(to problem: ConicProblem) -> (any KKTStrategy)? {
    SparseSchurStrategy(problem, SchurStrategy.Parts(problem, cones: cones), reusing: self)
  }

  func factorize() -> Bool {
    elimination.forget()
    shift = 0
    assemble()
    let assembled = ldl.values.array
    for _ in 0...Tuning.schurRetries {
      applyShift()
      if ldl.factorize(), ldl.replacedPivots == 0 {
        isFirst = false
        return true
      }
      shift = max(Tuning.schurShift, shift * Tuning.schurShiftGrowth)
      ldl.values.copy(assembled)
    }
    return false
  }

  private func assemble() {
    let values = ldl.values
    values.fill(0)
    for (k, place) in pattern.placesOfP.enumerated() { values[Int(place)] += problem.P.values[k] }
    for (block, part) in zip(blocks, pattern.blocks) {
      let count = part.variables.count
      local.slice(0..<count * count).fill(0)
      block.accumulate(into: local, order: count)
      addLocal(part)
    }
    for part in pattern.secondOrder {
      guard let block = part.cone as? SecondOrderBlock else { continue }
      addSecondOrder(block[part.index], part)
    }
    var row = 0
    for part in pattern.nonnegative {
      guard let cone = part.cone as? NonnegativeCone else { continue }
      if row < cone.rows.lowerBound || row >= cone.rows.upperBound { row = cone.rows.lowerBound }
      addRow(row, 1 / cone.scaling[row - cone.rows.lowerBound], part)
      row += 1
    }
    var entry = 0
    for row in pattern.equalities {
      for k in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        values[Int(pattern.placesOfF[entry])] = transposed.values[k]
        entry += 1
      }
    }
  }

  /// Adds the lower triangle of `local` to its places.
  private func addLocal(_ part: SparseSchurPattern.Part) {
    let count = part.variables.count
    let values = ldl.values
    pattern.places.withUnsafeBufferPointer { places in
      var place = part.places.lowerBound
      for j in 0..<count {
        for i in j..<count {
          values[Int(places[place])] += local[i + j * count]
          place += 1
        }
      }
    }
  }

  /// `α·aaᵀ` for row `a` of `A`.
  private func addRow(_ row: Int, _ alpha: Double, _ part: SparseSchurPattern.Part) {
    let values = ldl.values
    let range = transposed.columnPointers[row]..<transposed.columnPointers[row + 1]
    var place = part.places.lowerBound
    for k in range {
      let scaled = alpha * transposed.values[k]
      for l in k..<range.upperBound {
        values[Int(pattern.places[place])] += scaled * transposed.values[l]
        place += 1
      }
    }
  }

  /// `η⁻²(2(Jw)(Jw)ᵀ − J)` between the cone's rows, on its variables.
  private func addSecondOrder(_ cone: SecondOrderCone, _ part: SparseSchurPattern.Part) {
    let count = part.variables.count
    var number: [Int: Int] = [:]
    for (k, variable) in part.variables.enumerated() { number[variable] = k }
    local.slice(0..<count * count).fill(0)
    let scale = 1 / cone.etaSquared
    var combined = [Double](repeating: 0, count: count)
    func addProduct(_ a: [(Int, Double)], _ alpha: Double) {
      for (index, first) in a.enumerated() {
        for second in a[index...] {
          local[max(first.0, second.0) + min(first.0, second.0) * count] += alpha * first.1 * second.1
        }
      }
    }
    for (k, row) in cone.rows.enumerated() {
      let a = (transposed.columnPointers[row]..<transposed.columnPointers[row + 1]).map {
        (number[transposed.rowIndices[$0]]!, transposed.values[$0])
      }
      addProduct(a, k == 0 ? -scale : scale)
      for (index, value) in a { combined[index] += (k == 0 ? cone.w[0] : -cone.w[k]) * value }
    }
    addProduct(Array(combined.enumerated()).map { ($0.offset, $0.element) }, 2 * scale)
    addLocal(part)
  }

  private func applyShift() {
    let values = ldl.values
    let n = problem.variableCount
    hasFreeVariables = false
    for (j, place) in pattern.diagonal.enumerated() {
      let diagonal = values[Int(place)]
      if j >= n {
        values[Int(place)] = -max(Tuning.sparseBorderShift, shift)
      } else if diagonal == 0 {
        hasFreeVariables = true
        values[Int(place)] = Tuning.staticRegularization
      } else {
        values[Int(place)] = diagonal * (1 + shift)
      }
    }
  }

  func solve(_ x: VectorView, _ z: VectorView) {
    let n = problem.variableCount
    elimination.reduce(x, z, into: rightHandSide.slice(0..<n))
    for (k, row) in pattern.equalities.enumerated() { rightHandSide[n + k] = z[row] }
    ldl.solve(rightHandSide)
    x.copy(rightHandSide.slice(0..<n))
    elimination.substitute(x, into: z)
    for (k, row) in pattern.equalities.enumerated() { z[row] = rightHandSide[n + k] }
  }
}
