import LinearAlgebra

/// Takes semidefinite cones to the face that their multipliers are confined to by a variable without cost.
///
/// Let `x_i` have no cost, no curvature, and all its coefficients in one semidefinite cone, where they are a matrix `±a`, `a ⪰ 0` of
/// rank `r`. Stationarity says `⟨a, Z⟩ = 0`, so that `Z = V Y Vᵀ` with `aV = 0` (`Face`): no multiplier is in the interior, and the
/// interior-point method would have to send `x_i` to infinity (Borwein & Wolkowicz 1981; Permenter & Parrilo, Math. Prog. 171, 2018).
/// With `x_i` removed and the rows of the cone replaced by those of `VᵀSV ⪰ 0`, of order `k − r`,
///
///     Z = V Y Vᵀ,     S = bτ − Ax + N-part of the residual + t a,     x_i = ∓t,
///
/// where `t` is what `S ⪰ 0` asks for: with `E` the columns of the identity for the pivots of `a`, `(V E)ᵀ S (V E)` is
/// `[S' w; wᵀ u + t a_PP]`, and `t a_PP ⪰ wᵀS'⁻¹w − u` does. It costs nothing; where `S'` is singular and `w` outside its range no finite `t`
/// is enough: the larger program does not attain its optimum.
struct FacialReduction: ReductionStep {
  private let face: Face
  /// Rows of the cone.
  private let rows: Range<Int>
  private let variable: Int
  /// Column of the variable in the cone.
  private let exposing: [(position: Int, value: Double)]
  private let sign: Double
  /// Rows of the cone without the variable's column.
  private let A: SparseMatrix
  private let b: [Double]

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    let small = rows.lowerBound..<rows.lowerBound + face.dimension * (face.dimension + 1) / 2
    let (S, t) = slack(point.x, point.s[small], tau: point.tau)
    let Z = face.extend(point.z[small])
    var old = point
    old.x.insert(-sign * t, at: variable)
    old.s.replaceSubrange(small, with: S)
    old.z.replaceSubrange(small, with: Z)
    return old
  }

  /// `S` and `t`.
  private func slack(_ x: [Double], _ reduced: ArraySlice<Double>, tau: Double) -> ([Double], Double) {
    let arena = Arena()
    let packed = arena.vector(b.map { tau * $0 })
    A.multiplyAdd(-1, arena.vector(x), into: packed)
    var (S, t) = face.lift(packed, over: reduced)
    for entry in exposing { S[entry.position] += sign * t * entry.value }
    return (S, t)
  }

  // MARK: Search

  /// The first variable that confines a cone to a face on which the data are not much denser.
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    var row = 0
    var blocks: [(rows: Range<Int>, triangle: PackedTriangle)] = []
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      if case .positiveSemidefinite(let order) = cone, order > 0 { blocks.append((rows, PackedTriangle(order: order))) }
    }
    guard !blocks.isEmpty else { return .nothing }
    let isCurved = curvedVariables(problem.P)
    let A = problem.A
    // The columns that meet each row of a block's matrix, counted when a variable of that block first asks.
    var touching: [Int: [[Int]]] = [:]
    for variable in 0..<problem.variableCount where problem.q[variable] == 0 && !isCurved[variable] {
      let column = A.columnPointers[variable]..<A.columnPointers[variable + 1]
      guard let first = column.first, let last = column.last,
        let block = blocks.first(where: { $0.rows.contains(A.rowIndices[first]) }),
        block.rows.contains(A.rowIndices[last])
      else { continue }
      let search = Search(problem: problem, rows: block.rows, triangle: block.triangle, variable: variable)
      if let finding = search.finding(&touching[block.rows.lowerBound]) { return finding }
    }
    return .nothing
  }

  private static func curvedVariables(_ P: SparseMatrix) -> [Bool] {
    var isCurved = (0..<P.columns).map { P.columnPointers[$0] < P.columnPointers[$0 + 1] }
    for i in P.rowIndices { isCurved[i] = true }
    return isCurved
  }

  /// One variable with coefficients in one semidefinite cone only.
  private struct Search {
    let problem: ConicProblem
    let rows: Range<Int>
    let triangle: PackedTriangle
    let variable: Int

    /// Entries of a column of `A` in the cone, as a run of `A.values`.
    private func run(_ column: Int) -> Range<Int> {
      let range = problem.A.columnPointers[column]..<problem.A.columnPointers[column + 1]
      let first = problem.A.rowIndices.firstPosition(in: range, notBelow: rows.lowerBound)
      return first..<problem.A.rowIndices.firstPosition(in: first..<range.upperBound, notBelow: rows.upperBound)
    }

    private func entries(_ run: Range<Int>) -> [SymmetricEntry] {
      run.map { triangle.entry(problem.A.rowIndices[$0] - rows.lowerBound, problem.A.values[$0]) }
    }

    /// - Parameter touching: the block's `touchingColumns`, if they are known.
    func finding(_ touching: inout [[Int]]?) -> ReductionFinding? {
      let exposing = entries(problem.A.columnPointers[variable]..<problem.A.columnPointers[variable + 1])
      guard let sign = exposing.first(where: { $0.i == $0.j && $0.value != 0 }).map({ $0.value < 0 ? -1.0 : 1.0 }) else {
        return nil
      }
      let positive = exposing.map { SymmetricEntry(i: $0.i, j: $0.j, value: sign * $0.value) }
      guard positive.allSatisfy({ $0.i != $0.j || $0.value >= 0 }) else { return nil }
      let columns = touching ?? touchingColumns
      touching = columns
      guard let face = Face(order: triangle.order, entries: positive, price: { columns[$0].count }) else { return nil }
      // Data that meet the pivots spread over the whole face.
      let spread = Set(face.pivots.flatMap { columns[$0] }).subtracting([variable]).count
      let area = face.dimension * (face.dimension + 1) / 2
      guard Double(spread * area) <= Tuning.faceFill * Double(problem.A.nonzeros + area) else { return nil }
      return .smaller(
        restricted(to: face), step(face, sign), count: 1,
        reason: "a variable without cost takes a semidefinite cone of order \(face.order) to a face of order \(face.dimension)")
    }

    /// The columns of `A` with entries in each row of the matrix.
    private var touchingColumns: [[Int]] {
      var touching = [[Int]](repeating: [], count: triangle.order)
      for column in 0..<problem.variableCount {
        for entry in entries(run(column)) {
          for index in [entry.i, entry.j] where touching[index].last != column { touching[index].append(column) }
        }
      }
      return touching
    }

    private func step(_ face: Face, _ sign: Double) -> FacialReduction {
      let kept = (0..<problem.variableCount).filter { $0 != variable }
      let column = problem.A.columnPointers[variable]..<problem.A.columnPointers[variable + 1]
      return FacialReduction(
        face: face, rows: rows, variable: variable,
        exposing: column.map { (problem.A.rowIndices[$0] - rows.lowerBound, problem.A.values[$0]) }, sign: sign,
        A: problem.A.selecting(columns: kept).selecting(rows: Array(rows)), b: Array(problem.b[rows]))
    }

    /// The program without the variable and with the face in the cone's place.
    private func restricted(to face: Face) -> ConicProblem {
      let small = PackedTriangle(order: face.dimension)
      let shift = small.count - rows.count
      let old = problem.A
      let kept = (0..<problem.variableCount).filter { $0 != variable }
      var A = SparseMatrix(
        rows: problem.rowCount + shift, columns: kept.count, columnPointers: [0], rowIndices: [], values: [])
      for j in kept {
        let run = run(j)
        func copy(_ range: Range<Int>, shift: Int) {
          for k in range {
            A.rowIndices.append(old.rowIndices[k] + shift)
            A.values.append(old.values[k])
          }
        }
        copy(old.columnPointers[j]..<run.lowerBound, shift: 0)
        for (position, value) in small.packed(face.restrict(entries(run))) {
          A.rowIndices.append(rows.lowerBound + position)
          A.values.append(value)
        }
        copy(run.upperBound..<old.columnPointers[j + 1], shift: shift)
        A.columnPointers.append(A.rowIndices.count)
      }
      var b = problem.b
      let block = rows.compactMap { b[$0] == 0 ? nil : triangle.entry($0 - rows.lowerBound, b[$0]) }
      var reduced = [Double](repeating: 0, count: small.count)
      for (position, value) in small.packed(face.restrict(block)) { reduced[position] = value }
      b.replaceSubrange(rows, with: reduced)
      var row = 0
      let cones = problem.cones.compactMap { cone -> Cone? in
        defer { row += cone.dimension }
        guard row == rows.lowerBound, cone.dimension > 0 else { return cone }
        return face.dimension == 0 ? nil : .positiveSemidefinite(order: face.dimension)
      }
      return ConicProblem(
        P: problem.P.selecting(rows: kept).selecting(columns: kept), q: kept.map { problem.q[$0] }, A: A, b: b, cones: cones)
    }
  }
}
