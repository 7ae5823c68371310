import LinearAlgebra

/// The pattern of the sparse Schur complement with its equality rows,
///
///     [P + A_cᵀH⁻¹A_c   Fᵀ]
///     [F                 0]     (upper triangle)
///
/// and where the parts of it lie. Every part is a dense matrix on few variables: a semidefinite or second-order cone couples the
/// variables that have coefficients in it, a nonnegative row those of the row.
struct SparseSchurPattern {
  /// A dense part: the variables it couples, and the places of its lower triangle, column by column, among the values of `upper`.
  struct Part {
    let cone: any SymmetricCone
    /// Which of the second-order cones of a block.
    var index = 0
    let variables: [Int]
    let places: Range<Int>
  }

  let upper: SparseMatrix
  /// One for each semidefinite block, in their order, then for each second-order cone and for each nonnegative row.
  let blocks, secondOrder, nonnegative: [Part]
  let places: [Int32]
  /// Equality rows of the program.
  let equalities: [Int]
  /// Places of the entries of `P`, of `F` by equality rows, and of the diagonal.
  let placesOfP, placesOfF, diagonal: [Int32]

  /// Entries of the complement at most, counted before anything is made.
  static func entries(_ problem: ConicProblem, _ blocks: [SchurSemidefiniteBlock], _ transposed: SparseMatrix) -> Double {
    var total = Double(problem.variableCount + problem.P.nonzeros)
    for block in blocks { total += Double(block.columns.count) * Double(block.columns.count + 1) / 2 }
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .zero: total += Double(transposed.columnPointers[rows.upperBound] - transposed.columnPointers[rows.lowerBound])
      case .nonnegative:
        for i in rows {
          let count = Double(transposed.columnPointers[i + 1] - transposed.columnPointers[i])
          total += count * (count + 1) / 2
        }
      case .secondOrder:
        let count = Double(transposed.columnPointers[rows.upperBound] - transposed.columnPointers[rows.lowerBound])
        total += count * (count + 1) / 2
      case .positiveSemidefinite: break
      }
    }
    return total
  }

  init(_ problem: ConicProblem, cones: [any SymmetricCone], _ semidefinite: [SchurSemidefiniteBlock], _ transposed: SparseMatrix) {
    let n = problem.variableCount
    var lists: [[(cone: any SymmetricCone, index: Int, variables: [Int])]] = [[], [], []]
    for block in semidefinite { lists[0].append((block.cone, 0, block.columns)) }
    var equalities: [Int] = []
    for cone in cones {
      switch cone {
      case is ZeroCone: equalities += cone.rows
      case let block as SecondOrderBlock:
        for index in 0..<block.count {
          let rows = block[index].rows
          let range = transposed.columnPointers[rows.lowerBound]..<transposed.columnPointers[rows.upperBound]
          lists[1].append((block, index, Array(Set(transposed.rowIndices[range])).sorted()))
        }
      case is NonnegativeCone:
        for row in cone.rows {
          lists[2].append((cone, 0, Array(transposed.rowIndices[transposed.columnPointers[row]..<transposed.columnPointers[row + 1]])))
        }
      default: break
      }
    }
    var entries: [SparseMatrix.Entry] = problem.P.entries
    for list in lists {
      for part in list {
        for (k, j) in part.variables.enumerated() {
          for i in part.variables[k...] { entries.append(.init(min(i, j), max(i, j), 0)) }
        }
      }
    }
    for (k, row) in equalities.enumerated() {
      for entry in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        entries.append(.init(transposed.rowIndices[entry], n + k, 0))
      }
    }
    let order = n + equalities.count
    for j in 0..<order { entries.append(.init(j, j, 0)) }
    let upper = SparseMatrix(rows: order, columns: order, entries: entries)
    func place(_ i: Int, _ j: Int) -> Int32 {
      let column = upper.columnPointers[max(i, j)]..<upper.columnPointers[max(i, j) + 1]
      return Int32(upper.rowIndices.firstPosition(in: column, notBelow: min(i, j)))
    }
    var places: [Int32] = []
    let parts = lists.map { list in
      list.map { cone, index, variables in
        let start = places.count
        for (k, j) in variables.enumerated() {
          for i in variables[k...] { places.append(place(i, j)) }
        }
        return Part(cone: cone, index: index, variables: variables, places: start..<places.count)
      }
    }
    (blocks, secondOrder, nonnegative) = (parts[0], parts[1], parts[2])
    self.places = places
    placesOfP = problem.P.entries.map { place($0.row, $0.column) }
    placesOfF = equalities.enumerated().flatMap { k, row in
      transposed.rowIndices[transposed.columnPointers[row]..<transposed.columnPointers[row + 1]].map { place($0, n + k) }
    }
    diagonal = (0..<order).map { place($0, $0) }
    self.equalities = equalities
    self.upper = upper
  }
}
