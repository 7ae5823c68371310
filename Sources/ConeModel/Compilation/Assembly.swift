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
    func column(_ variable: Int) -> Int {
      variable < AtomNode.firstNumber ? columns[variable] : extraColumns[variable]!
    }

    var places = ParameterPlaces()
    var q = [Double](repeating: 0, count: n)
    for term in objective.linear {
      if let parameter = term.parameter {
        places.q.append(.init(index: column(term.variable), parameter: parameter, coefficient: term.coefficient))
      } else {
        q[column(term.variable)] += term.coefficient
      }
    }

    var starts: [Int] = []
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(rows.reduce(0) { $0 + $1.entries.count + $1.parametric.count })
    var b: [Double] = []
    var cones: [Cone] = []
    for kind in ConeKind.allCases {
      let group = rows[kind.rawValue]
      let first = b.count
      starts.append(first)
      for entry in group.entries {
        entries.append(SparseMatrix.Entry(first + entry.row, column(entry.column), entry.value))
      }
      for entry in group.parametric {
        if let variable = entry.variable {
          entries.append(SparseMatrix.Entry(first + entry.row, column(variable), 0))
        } else {
          places.b.append(.init(index: first + entry.row, parameter: entry.parameter, coefficient: entry.value))
        }
      }
      b += group.b
      cones += group.cones(of: kind)
    }
    let A = SparseMatrix(rows: b.count, columns: n, entries: entries)
    for kind in ConeKind.allCases {
      for entry in rows[kind.rawValue].parametric {
        guard let variable = entry.variable else { continue }
        let index = A.index(ofRow: starts[kind.rawValue] + entry.row, column: column(variable))
        places.A.append(.init(index: index, parameter: entry.parameter, coefficient: entry.value))
      }
    }
    let P = quadratic(columns: column, count: n, &places)
    return CompiledProblem(
      base: ConicProblem(P: P, q: q, A: A, b: b, cones: cones), places: places, offset: objective.offset,
      sourceProblem: problem, model: model, blocks: blocks, columns: columns, kindStarts: starts,
      constraintParts: constraintParts, domainParts: domainParts, notes: notes)
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
        places.P.append(.init(index: index, parameter: parameter, coefficient: entry.value))
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
