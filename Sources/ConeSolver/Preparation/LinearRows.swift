import LinearAlgebra

/// The equality and nonnegative rows of a program in `RowOrder`'s order, row by row, without stored zeros; and how often each
/// variable occurs.
struct LinearRows {
  /// Rows `0 ..< equalities` are equalities, those up to `count` are inequalities `aᵀx ≤ b`.
  let equalities, count: Int
  /// Entries `pointers[i] ..< pointers[i + 1]` of `columns` and `values` are row `i`.
  let pointers, columns: [Int]
  let values: [Double]
  /// Nonzero entries of each column in all rows, linear or not.
  let columnCounts: [Int]

  /// Complexity: O(n + m + nonzeros).
  init(_ problem: ConicProblem) {
    var count = 0
    for cone in problem.cones {
      guard cone.isLinear else { break }
      count += cone.dimension
    }
    let A = problem.A
    var start = [Int](repeating: 0, count: count + 1)
    var columnCounts = [Int](repeating: 0, count: A.columns)
    for j in 0..<A.columns {
      for k in A.columnPointers[j]..<A.columnPointers[j + 1] where A.values[k] != 0 {
        columnCounts[j] += 1
        if A.rowIndices[k] < count { start[A.rowIndices[k] + 1] += 1 }
      }
    }
    for i in 0..<count { start[i + 1] += start[i] }
    var next = start
    var columns = [Int](repeating: 0, count: start[count])
    var values = [Double](repeating: 0, count: start[count])
    if count > 0 {
      for j in 0..<A.columns {
        for k in A.columnPointers[j]..<A.columnPointers[j + 1] where A.values[k] != 0 && A.rowIndices[k] < count {
          let i = A.rowIndices[k]
          (columns[next[i]], values[next[i]]) = (j, A.values[k])
          next[i] += 1
        }
      }
    }
    equalities = Self.equalities(of: problem)
    self.count = count
    pointers = start
    self.columns = columns
    self.values = values
    self.columnCounts = columnCounts
  }

  static func equalities(of problem: ConicProblem) -> Int {
    problem.cones.reduce(0) { if case .zero(let n) = $1 { $0 + n } else { $0 } }
  }

  /// Places of row `i` in `columns` and `values`.
  func entries(_ i: Int) -> Range<Int> { pointers[i]..<pointers[i + 1] }
}

extension Cone {
  /// A product of half-lines and points.
  var isLinear: Bool {
    switch self {
    case .zero, .nonnegative: true
    case .secondOrder, .positiveSemidefinite: false
    }
  }
}

extension ConicProblem {
  /// The variables that have a nonzero entry in `P`.
  var curvedVariables: [Bool] {
    var curved = [Bool](repeating: false, count: variableCount)
    for j in 0..<P.columns {
      for k in P.columnPointers[j]..<P.columnPointers[j + 1] where P.values[k] != 0 {
        curved[j] = true
        curved[P.rowIndices[k]] = true
      }
    }
    return curved
  }
}
