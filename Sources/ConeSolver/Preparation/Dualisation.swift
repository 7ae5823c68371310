import Foundation
import LinearAlgebra

/// Solves a linear conic program as its dual where that has far fewer unknowns: matrix variables `X ⪰ 0` under a few equations.
///
/// Let `P = 0`. A row that has one coefficient, `a x_j + s_i = b_i`, says that `s_i` is `x_j` up to scale. Take a set `I` of such
/// rows, whole second-order and semidefinite cones and single nonnegative rows, no variable twice; let `M` be their variables, `D` the
/// diagonal of `1/a`, `F` the other variables and `R` the other rows, of any cone. The program is
///
///     min q_Mᵀx_M + q_Fᵀx_F,   x_M = D(b_I − s_I),   A_RM x_M + A_RF x_F + s_R = b_R,   s_I ∈ K_I, s_R ∈ K_R,
///
/// and its dual, in the multipliers `y = z_R` of the other rows,
///
///     min (b_R − A_RM D b_I)ᵀy
///     D A_RMᵀy + s̃_I = −Dq_M,   s̃_I ∈ K_I          (s̃_I = z_I)
///     A_RFᵀy = −q_F                                    (with multipliers −x_F)
///     −y + s̃_R = 0,   s̃_R ∈ K_R*                      (only where K_R is not the zero cone)
///
/// Its own multipliers `z̃_I`, `z̃_R` are `s_I`, `s_R`, so the way back exchanges the roles:
///
///     s_I = z̃_I,  x_M = D(b_Iτ − z̃_I),  x_F = −z̃_F,  s_R = z̃_R,    z_I = s̃_I,  z_R = y or, on cones, s̃_R.
///
/// *Check.* The stationarity of the dual in `y` is row `R` of the primal; rows `I` and columns `M` of the stationarity hold by
/// construction or as rows of the dual. `qᵀx + bᵀz` is the dual's gap. A certificate of the dual, `b̃ᵀz̃ < 0`, is a ray with `qᵀx =
/// b̃ᵀz̃`, and a ray of the dual is a certificate with `bᵀz = c̃ᵀy`.
struct Dualisation: ReductionStep {
  private struct Unit {
    let row, column: Int
    let pivot, bound: Double
  }

  /// The rows `I` with their variables.
  private let units: [Unit]
  /// The rows `R`: variable `k` of the dual is the multiplier of `others[k]`.
  private let others: [Int]
  /// The variables `F`: row `k` of the dual belongs to `free[k]`.
  private let free: [Int]
  private let equalities, rowCount, columnCount: Int

  /// Row of the dual that belongs to a conic row.
  private func dualRow(_ row: Int) -> Int { free.count + row - equalities }

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var user = HomogeneousPoint(
      x: [Double](repeating: 0, count: columnCount), s: [Double](repeating: 0, count: rowCount),
      z: [Double](repeating: 0, count: rowCount), tau: point.tau)
    for (k, row) in others.enumerated() {
      if row < equalities {
        user.z[row] = point.x[k]
      } else {
        user.z[row] = point.s[dualRow(row)]
        user.s[row] = point.z[dualRow(row)]
      }
    }
    for (k, column) in free.enumerated() { user.x[column] = -point.z[k] }
    for unit in units {
      user.s[unit.row] = point.z[dualRow(unit.row)]
      user.z[unit.row] = point.s[dualRow(unit.row)]
      user.x[unit.column] = (unit.bound * point.tau - user.s[unit.row]) / unit.pivot
    }
    return user
  }

  /// - Parameter always: whether to take the dual whatever the forecasts say.
  static func search(_ problem: ConicProblem, always: Bool = false) -> ReductionFinding {
    guard problem.P.values.allSatisfy({ $0 == 0 }) else { return .nothing }
    let units = unitRows(problem)
    guard !units.isEmpty else { return .nothing }
    let step = Dualisation(problem, units)
    if always { return .smaller(step.dual(of: problem), step, count: 1) }
    guard step.others.count < problem.variableCount else { return .nothing }
    let present = step.presentForecast(problem)
    guard present >= Tuning.dualisationForecast else { return .nothing }
    let dual = step.dual(of: problem)
    let other = forecast(dual, equalities: step.free.count)
    guard other * Tuning.dualisationGain < present else { return .nothing }
    return .smaller(
      dual, step, count: 1,
      reason: "the dual has \(dual.variableCount) unknowns in the place of \(problem.variableCount): its linear system is forecast "
        + String(format: "to take %.1e s where that of the program takes %.1e s", other, present))
  }

  /// The cones that are variables, semidefinite ones first; none if no semidefinite cone is, since other programs gain nothing.
  private static func unitRows(_ problem: ConicProblem) -> [Unit] {
    let A = problem.A
    var count = [Int](repeating: 0, count: problem.rowCount)
    var place = count
    var column = count
    for j in 0..<A.columns {
      for k in A.columnPointers[j]..<A.columnPointers[j + 1] where A.values[k] != 0 {
        count[A.rowIndices[k]] += 1
        (place[A.rowIndices[k]], column[A.rowIndices[k]]) = (k, j)
      }
    }
    var isTaken = [Bool](repeating: false, count: A.columns)
    var units: [Unit] = []
    /// Takes the rows when all have one coefficient, in columns that are free and different.
    func take(_ rows: Range<Int>) {
      var fits = true
      for (index, i) in rows.enumerated() {
        if count[i] == 1, !isTaken[column[i]] {
          isTaken[column[i]] = true
        } else {
          for earlier in rows.prefix(index) { isTaken[column[earlier]] = false }
          fits = false
          break
        }
      }
      guard fits else { return }
      for i in rows { units.append(Unit(row: i, column: column[i], pivot: A.values[place[i]], bound: problem.b[i])) }
    }
    var row = problem.rowCount
    // The order of rows is that of `RowOrder`, so semidefinite cones come last.
    for cone in problem.cones.reversed() {
      let rows = row - cone.dimension..<row
      row = rows.lowerBound
      switch cone {
      case .zero: break
      case .nonnegative:
        if units.isEmpty { return [] }
        for i in rows { take(i..<i + 1) }
      case .secondOrder:
        if units.isEmpty { return [] }
        take(rows)
      case .positiveSemidefinite: take(rows)
      }
    }
    return units
  }

  private init(_ problem: ConicProblem, _ units: [Unit]) {
    self.units = units
    equalities = LinearRows.equalities(of: problem)
    rowCount = problem.rowCount
    columnCount = problem.variableCount
    var isUnit = [Bool](repeating: false, count: rowCount)
    var isMember = [Bool](repeating: false, count: columnCount)
    for unit in units { (isUnit[unit.row], isMember[unit.column]) = (true, true) }
    others = isUnit.indices.filter { !isUnit[$0] }
    free = isMember.indices.filter { !isMember[$0] }
  }

  private func dual(of problem: ConicProblem) -> ConicProblem {
    var variable = [Int](repeating: -1, count: rowCount)
    for (k, row) in others.enumerated() { variable[row] = k }
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(problem.A.nonzeros + others.count)
    var q = others.map { problem.b[$0] }
    var b = [Double](repeating: 0, count: free.count + rowCount - equalities)
    /// Row `target` of the dual: column `j` of `A` in the rows `R`, times `factor`.
    func add(column j: Int, times factor: Double, to target: Int, each visit: (Int, Double) -> Void = { _, _ in }) {
      for k in problem.A.columnPointers[j]..<problem.A.columnPointers[j + 1] {
        let y = variable[problem.A.rowIndices[k]]
        guard y >= 0, problem.A.values[k] != 0 else { continue }
        entries.append(.init(target, y, factor * problem.A.values[k]))
        visit(y, factor * problem.A.values[k])
      }
      b[target] = -factor * problem.q[j]
    }
    for (k, column) in free.enumerated() { add(column: column, times: 1, to: k) }
    for unit in units {
      add(column: unit.column, times: 1 / unit.pivot, to: dualRow(unit.row)) { y, coefficient in
        q[y] -= coefficient * unit.bound
      }
    }
    for (k, row) in others.enumerated() where row >= equalities { entries.append(.init(dualRow(row), k, -1)) }
    let cones = problem.cones.filter { if case .zero = $0 { false } else { true } }
    return ConicProblem(
      q: q, A: SparseMatrix(rows: b.count, columns: others.count, entries: entries), b: b,
      cones: (free.isEmpty ? [] : [.zero(free.count)]) + cones)
  }

  // MARK: Forecasts, seconds for one factorisation without what both programs need

  /// What the program takes as it is: by a dense Schur complement without assembly, or by the quasidefinite matrix.
  ///
  /// There a semidefinite cone of dimension `d` is a dense block of `d³/3` flops. If it is a variable, its `x` comes next, as many
  /// again, and leaves a dense matrix among the `e` other rows it has coefficients in: `d²e + de²`; the largest such `e` adds `e³/3`.
  private func presentForecast(_ problem: ConicProblem) -> Double {
    var column = [Int](repeating: -1, count: rowCount)
    for unit in units { column[unit.row] = unit.column }
    var mark = [Int](repeating: -1, count: rowCount)
    var flops = 0.0
    var entries = 0.0
    var most = 0.0
    var row = 0
    for (index, cone) in problem.cones.enumerated() {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      guard case .positiveSemidefinite = cone else { continue }
      let d = Double(rows.count)
      flops += d * d * d / 3
      entries += d * d / 2
      guard let first = rows.first, column[first] >= 0 else { continue }
      var touched = 0.0
      for j in rows.map({ column[$0] }) {
        for k in problem.A.columnPointers[j]..<problem.A.columnPointers[j + 1] {
          let other = problem.A.rowIndices[k]
          guard problem.A.values[k] != 0, column[other] < 0, mark[other] != index else { continue }
          mark[other] = index
          touched += 1
        }
      }
      flops += d * d * d / 3 + d * d * touched + d * touched * touched
      entries += d * d / 2 + d * touched
      most = max(most, touched)
    }
    flops += most * most * most / 3
    let complement = SchurStrategy.cost(
      variables: problem.variableCount, equalities: LinearRows.equalities(of: problem), assembly: 0)
    return min(flops * Tuning.sparseFlop + entries * Tuning.sparseEntry, complement)
  }

  /// What the dual takes by Schur complement.
  private static func forecast(_ dual: ConicProblem, equalities: Int) -> Double {
    guard SchurStrategy.bytes(variables: dual.variableCount, equalities: equalities) <= Tuning.memoryLimit else {
      return .infinity
    }
    let assembly = SchurStrategy.Parts(dual, direction: .hkm).blocks.reduce(0.0) { $0 + $1.cost }
    return SchurStrategy.cost(variables: dual.variableCount, equalities: equalities, assembly: assembly)
  }
}
