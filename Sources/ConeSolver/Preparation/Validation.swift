import LinearAlgebra

extension ConicProblem {
  /// Checks the user's data and returns the program with `P` reduced to its upper triangle.
  ///
  /// `P` may be given as its upper triangle or as the whole symmetric matrix. Complexity: O(n + m + nonzeros), and one
  /// Cholesky factorisation of `P`.
  public func validated() throws(ProblemError) -> ConicProblem { try validated(isConvex: false) }

  /// - Parameter isConvex: whether `P` is known to be positive semidefinite, which is then not checked.
  func validated(isConvex: Bool) throws(ProblemError) -> ConicProblem {
    try checkData()
    var checked = self
    checked.P = try P.upperTriangle()
    if !isConvex { try checked.P.checkPositiveSemidefinite() }
    return checked
  }

  /// Checks shapes, patterns and numbers: all of the data but whether `P` is symmetric and positive semidefinite.
  ///
  /// Complexity: O(n + m + nonzeros).
  public func checkData() throws(ProblemError) {
    let n = q.count
    let m = b.count
    try Self.expect("the number of columns of A", A.columns, n)
    try Self.expect("the number of rows of A", A.rows, m)
    try Self.expect("the number of rows of P", P.rows, n)
    try Self.expect("the number of columns of P", P.columns, n)
    var rows = 0
    for (index, cone) in cones.enumerated() {
      if cone.size < 0 { throw .negativeConeSize(cone: index, size: cone.size) }
      let (square, overflow) = cone.size.multipliedReportingOverflow(by: cone.size)
      if case .positiveSemidefinite = cone, overflow || square > Int.max / 4 {
        throw .tooLarge(reason: "cone \(index) has order \(cone.size)")
      }
      let (sum, sumOverflow) = rows.addingReportingOverflow(cone.dimension)
      if sumOverflow { throw .tooLarge(reason: "the cone dimensions overflow at cone \(index)") }
      rows = sum
    }
    try Self.expect("the sum of the cone dimensions", rows, m)
    try A.checkStructure("A")
    try P.checkStructure("P")
    for (i, value) in q.enumerated() where !value.isFinite { throw .notFinite(name: "q", row: i, column: -1, value: value) }
    for (i, value) in b.enumerated() where !value.isFinite { throw .notFinite(name: "b", row: i, column: -1, value: value) }
  }

  private static func expect(_ what: String, _ found: Int, _ expected: Int) throws(ProblemError) {
    if found != expected { throw .dimensionMismatch(what: what, found: found, expected: expected) }
  }
}

extension SparseMatrix {
  fileprivate func checkStructure(_ name: String) throws(ProblemError) {
    func fault(_ reason: String) -> ProblemError { .malformedSparseMatrix(name: name, reason: reason) }
    if rows < 0 || columns < 0 { throw fault("negative shape \(rows) × \(columns)") }
    if columnPointers.count != columns + 1 {
      throw fault("\(columnPointers.count) column pointers for \(columns) columns; one more than columns is needed")
    }
    if columnPointers[0] != 0 { throw fault("the first column pointer is \(columnPointers[0]); it must be 0") }
    if rowIndices.count != values.count { throw fault("\(rowIndices.count) row indices for \(values.count) values") }
    if columnPointers[columns] != values.count {
      throw fault("the last column pointer is \(columnPointers[columns]) for \(values.count) values")
    }
    for j in 0..<columns {
      let (start, end) = (columnPointers[j], columnPointers[j + 1])
      if start > end || end > values.count { throw fault("the column pointers fall at column \(j)") }
      for k in start..<end {
        let i = rowIndices[k]
        if i < 0 || i >= rows { throw fault("row index \(i) in column \(j) of a matrix with \(rows) rows") }
        if k > start, rowIndices[k - 1] >= i {
          throw fault("the row indices of column \(j) do not increase at row \(i); sort them and add duplicates up")
        }
        if !values[k].isFinite { throw .notFinite(name: name, row: i, column: j, value: values[k]) }
      }
    }
  }

  /// The upper triangle of a symmetric matrix given whole or as its upper triangle.
  fileprivate func upperTriangle() throws(ProblemError) -> SparseMatrix {
    var hasLower = false
    for j in 0..<columns {
      let end = columnPointers[j + 1]
      if end > columnPointers[j], rowIndices[end - 1] > j { hasLower = true }
    }
    guard hasLower else { return self }
    let mirror = transposed()
    var upper: [Entry] = []
    for j in 0..<columns {
      // Row by row, column j must equal row j.
      var a = columnPointers[j]
      var b = mirror.columnPointers[j]
      while a < columnPointers[j + 1] || b < mirror.columnPointers[j + 1] {
        let i = a < columnPointers[j + 1] ? rowIndices[a] : Int.max
        let l = b < mirror.columnPointers[j + 1] ? mirror.rowIndices[b] : Int.max
        let value = i <= l ? values[a] : 0
        let mirrored = l <= i ? mirror.values[b] : 0
        let tolerance = 1e-12 * max(abs(value), abs(mirrored))
        if abs(value - mirrored) > tolerance {
          throw .asymmetric(row: min(i, l), column: j, value: value, mirrored: mirrored)
        }
        if min(i, l) <= j { upper.append(Entry(min(i, l), j, 0.5 * (value + mirrored))) }
        if i <= l { a += 1 }
        if l <= i { b += 1 }
      }
    }
    return SparseMatrix(rows: rows, columns: columns, entries: upper)
  }

  /// Positive semidefinite up to rounding: `P + 10⁻⁹·max|P|·I` has an `LDLᵀ` with positive pivots.
  fileprivate func checkPositiveSemidefinite() throws(ProblemError) {
    guard nonzeros > 0 else { return }
    var largest = 0.0
    for value in values { largest = max(largest, abs(value)) }
    guard largest > 0 else { return }
    let shift = 1e-9 * largest
    if nonzeros > rows * rows / 8, rows > 50 {
      let arena = Arena()
      let dense = arena.vector(rows * rows)
      for j in 0..<columns {
        for k in columnPointers[j]..<columnPointers[j + 1] { dense[j + rowIndices[k] * rows] = values[k] }
        dense[j + j * rows] += shift
      }
      let failed = Dense.choleskyLower(dense, order: rows)
      if failed != 0 { throw .notPositiveSemidefinite(column: failed - 1) }
      return
    }
    let shifted = SparseMatrix(rows: rows, columns: columns, entries: entries + (0..<rows).map { Entry($0, $0, shift) })
    guard let ldl = SparseLDL(upper: shifted, minimumPivot: 0) else {
      throw .tooLarge(reason: "no memory to factor P of order \(rows)")
    }
    let factored = ldl.factorize()
    let pivot = ldl.leastPivot
    if !factored || !(pivot.value > 0) { throw .notPositiveSemidefinite(column: pivot.row) }
  }
}

extension Settings {
  /// - Throws: `ProblemError.invalidSetting` for the first one out of its range.
  public func validate() throws(ProblemError) {
    func check(_ name: String, _ value: Double, _ holds: Bool, _ rule: String) throws(ProblemError) {
      if !holds { throw .invalidSetting(name: name, value: "\(value)", rule: rule) }
    }
    let tolerance = "tolerances are finite and at least 0"
    try check("epsAbs", epsAbs, epsAbs.isFinite && epsAbs >= 0, tolerance)
    try check("epsRel", epsRel, epsRel.isFinite && epsRel >= 0, tolerance)
    try check("epsInfeasible", epsInfeasible, epsInfeasible.isFinite && epsInfeasible > 0, "it must be positive and finite")
    try check("objectiveConstant", objectiveConstant, objectiveConstant.isFinite, "it must be finite")
    try check("maxIterations", Double(maxIterations), maxIterations >= 0, "it must be at least 0")
    if let timeLimit { try check("timeLimit", timeLimit, timeLimit >= 0, "it must be at least 0 seconds") }
    if let threads { try check("threads", Double(threads), threads >= 1, "it must be at least 1") }
  }
}
