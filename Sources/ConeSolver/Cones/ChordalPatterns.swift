import LinearAlgebra

extension ConicProblem {
  /// The chordal patterns of the semidefinite cones that `ChordalSemidefiniteCone` is forecast to serve in less time than
  /// `HKMSemidefiniteCone`, by their first row. Complexity: O(rows + nonzeros) and a symbolic analysis of each pattern.
  var chordalPatterns: [Int: ChordalPattern] {
    var patterns: [Int: ChordalPattern] = [:]
    var isZero: [Bool]?
    var row = 0
    for cone in cones {
      let first = row
      row += cone.dimension
      guard case .positiveSemidefinite(let k) = cone, k >= Tuning.chordalOrder else { continue }
      if isZero == nil { isZero = emptyRows }
      guard let upper = Self.aggregatePattern(order: k, isZero: isZero![first..<row]), let pattern = ChordalPattern(upper: upper),
        ChordalSemidefiniteCone.forecast(pattern) < Cone.semidefiniteForecast(order: k)
      else { continue }
      patterns[first] = pattern
    }
    return patterns
  }

  /// Rows of `A` without coefficients whose right-hand side is zero.
  var emptyRows: [Bool] {
    var isZero = b.map { $0 == 0 }
    for k in A.rowIndices.indices where A.values[k] != 0 { isZero[A.rowIndices[k]] = false }
    return isZero
  }

  /// The upper triangle of the pattern of a cone's rows that are not zero, with the diagonal; `nil` when it is not sparse.
  private static func aggregatePattern(order k: Int, isZero: ArraySlice<Bool>) -> SparseMatrix? {
    var pointers = [0]
    var indices: [Int] = []
    let most = Int(Tuning.chordalDensity * Double(k) * Double(k + 1) / 2)
    var position = isZero.startIndex
    for j in 0..<k {
      for i in 0...j {
        if i == j || !isZero[position] { indices.append(i) }
        position += 1
      }
      guard indices.count <= most else { return nil }
      pointers.append(indices.count)
    }
    return SparseMatrix(
      rows: k, columns: k, columnPointers: pointers, rowIndices: indices, values: [Double](repeating: 0, count: indices.count))
  }
}
