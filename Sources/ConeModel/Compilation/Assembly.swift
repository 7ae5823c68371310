import ConeSolver
import LinearAlgebra

extension Canonicalization {
  /// The program of everything that was collected. Columns are the mentioned variables of the model, then those of the
  /// program only.
  func assemble(_ mentioned: [Bool], _ extraVariables: [Int]) -> CompiledProblem {
    var columns = [Int](repeating: CompiledProblem.noColumn, count: mentioned.count)
    var n = 0
    for variable in mentioned.indices where mentioned[variable] {
      columns[variable] = n
      n += 1
    }
    var extraColumns: [Int: Int] = [:]
    extraColumns.reserveCapacity(extraVariables.count)
    for variable in extraVariables {
      extraColumns[variable] = n
      n += 1
    }
    let (ownColumns, atomColumns) = (columns, extraColumns)
    func column(_ variable: Int) -> Int {
      variable < AtomNode.firstNumber ? ownColumns[variable] : atomColumns[variable]!
    }

    var places = ParameterPlaces()
    var q = [Double](repeating: 0, count: n)
    for term in objective.linear {
      if let parameter = term.parameter {
        places.q.append(column(term.variable), parameter, term.coefficient)
      } else {
        q[column(term.variable)] += term.coefficient
      }
    }

    objective.forEachParametricCost { parameter, coefficient, variable in
      places.q.append(column(variable), parameter, coefficient)
    }

    var starts: [Int] = []
    var b: [Double] = []
    var cones: [Cone] = []
    for kind in ConeKind.allCases {
      let group = rows[kind.rawValue]
      starts.append(b.count)
      for entry in group.parametric where entry.variable == nil {
        places.b.append(b.count + entry.row, entry.parameter, entry.value)
      }
      b += group.b
      cones += group.cones(of: kind)
    }
    let A = constraintMatrix(rows: b.count, columns: n, starts, column)
    for kind in ConeKind.allCases {
      for entry in rows[kind.rawValue].parametric {
        guard let variable = entry.variable else { continue }
        let index = A.index(ofRow: starts[kind.rawValue] + entry.row, column: column(variable))
        places.A.append(index, entry.parameter, entry.value)
      }
    }
    let P = quadratic(columns: column, count: n, &places)
    places.finish()
    return CompiledProblem(
      base: ConicProblem(P: P, q: q, A: A, b: b, cones: cones), places: places, offset: objective.offset,
      sourceProblem: problem, model: model, blocks: blocks, columns: columns, kindStarts: starts,
      constraintParts: constraintParts, domainParts: domainParts, notes: notes)
  }

  /// The entries of all rows by columns; places of parameters are there with value zero.
  ///
  /// Rows were collected in order, so a single counting sort by column leaves each column in order.
  private func constraintMatrix(rows count: Int, columns n: Int, _ starts: [Int], _ column: (Int) -> Int)
    -> SparseMatrix
  {
    if rows.contains(where: { $0.parametric.contains { $0.variable != nil } }) {
      var entries: [SparseMatrix.Entry] = []
      for (group, start) in zip(rows, starts) {
        entries += group.entries.map { .init(start + $0.row, column($0.column), $0.value) }
        for entry in group.parametric {
          if let variable = entry.variable { entries.append(.init(start + entry.row, column(variable), 0)) }
        }
      }
      return SparseMatrix(rows: count, columns: n, entries: entries)
    }
    var pointers = [Int](repeating: 0, count: n + 1)
    for group in rows { for entry in group.entries { pointers[column(entry.column) + 1] += 1 } }
    for j in 0..<n { pointers[j + 1] += pointers[j] }
    var next = pointers
    var indices = [Int](repeating: 0, count: pointers[n])
    var values = [Double](repeating: 0, count: pointers[n])
    var hasDuplicates = false
    indices.withUnsafeMutableBufferPointer { indices in
      values.withUnsafeMutableBufferPointer { values in
        next.withUnsafeMutableBufferPointer { next in
          for (group, start) in zip(rows, starts) {
            for entry in group.entries {
              let (row, j) = (start + entry.row, column(entry.column))
              let place = next[j]
              hasDuplicates = hasDuplicates || place > pointers[j] && indices[place - 1] == row
              indices[place] = row
              values[place] = entry.value
              next[j] = place + 1
            }
          }
        }
      }
    }
    let matrix = SparseMatrix(rows: count, columns: n, columnPointers: pointers, rowIndices: indices, values: values)
    return hasDuplicates ? SparseMatrix(rows: count, columns: n, entries: matrix.entries) : matrix
  }

  private func quadratic(columns: (Int) -> Int, count n: Int, _ places: inout ParameterPlaces) -> SparseMatrix? {
    let parts = objective.quadratic(columns: columns, count: n)
    if parts.isEmpty { return nil }
    if parts.count == 1, parts[0].parameter == nil { return parts[0].matrix }
    var entries: [SparseMatrix.Entry] = []
    for part in parts {
      entries += part.matrix.entries.map { part.parameter == nil ? $0 : .init($0.row, $0.column, 0) }
    }
    let P = SparseMatrix(rows: n, columns: n, entries: entries)
    for part in parts {
      guard let parameter = part.parameter else { continue }
      for entry in part.matrix.entries {
        let index = P.index(ofRow: entry.row, column: entry.column)
        places.P.append(index, parameter, entry.value)
      }
    }
    return P
  }
}

extension SparseMatrix {
  /// Where the entry of a stored place is kept. Complexity: O(log entries of the column).
  fileprivate func index(ofRow row: Int, column: Int) -> Int {
    var (low, high) = (columnPointers[column], columnPointers[column + 1])
    while low < high {
      let middle = (low + high) / 2
      if rowIndices[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
