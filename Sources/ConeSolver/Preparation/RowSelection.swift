import LinearAlgebra

/// Rows kept in a new order, rows that kept ones imply, and pairs of inequalities that became an
/// equality.
///
/// With `σ` the old row of each new one, `s_σ(i) = s'_i`, `z_σ(i) = z'_i`; a removed row that is not named otherwise has `s = z = 0`.
struct RowSelection: ReductionStep {
  /// A removed row `r` with `a_r = Σ λ_l a_l` and `z_r = 0`: `s_r = Σ λ_l s_l + cτ`, `c = b_r − Σ λ_l b_l`. Terms whose slack is zero
  /// may be left out of the sum of slacks.
  struct Implied {
    let row: Int
    var terms: [(like: Int, factor: Double)] = []
    let constant: Double
  }

  /// `aᵀx ≤ b` and `−aᵀx ≤ −b` times a positive factor, which became `aᵀx = b` in the place of the first. A multiplier `y` of the
  /// equality is `z_upper = y₊` and `z_lower = λ y₋` with `a_upper = −λ a_lower`.
  struct Pair {
    let upper, lower: Int
    let factor: Double
  }

  /// Old row of each new row.
  let source: [Int]
  let oldRowCount: Int
  var implied: [Implied] = []
  var pairs: [Pair] = []

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var s = [Double](repeating: 0, count: oldRowCount)
    var z = s
    for (new, old) in source.enumerated() { (s[old], z[old]) = (point.s[new], point.z[new]) }
    for pair in pairs {
      let y = z[pair.upper]
      (s[pair.upper], s[pair.lower]) = (0, 0)
      (z[pair.upper], z[pair.lower]) = (max(y, 0), max(-y, 0) * pair.factor)
    }
    for row in implied {
      s[row.row] = row.terms.reduce(row.constant * point.tau) { $0 + $1.factor * s[$1.like] }
    }
    return HomogeneousPoint(x: point.x, s: s, z: z, tau: point.tau)
  }
}

extension ConicProblem {
  /// The program with the given rows, in the given order, in cones that hold them.
  func selecting(rows source: [Int], cones: [Cone]) -> ConicProblem {
    ConicProblem(P: P, q: q, A: A.selecting(rows: source), b: source.map { b[$0] }, cones: cones)
  }

  /// The program without some of its linear rows and of its variables. The rows of other cones must all be kept.
  func keeping(rows: [Bool], columns: [Bool]) -> ConicProblem {
    let keptRows = rows.indices.filter { rows[$0] }
    let keptColumns = columns.indices.filter { columns[$0] }
    var row = 0
    let smaller = cones.compactMap { cone -> Cone? in
      let kept = (row..<row + cone.dimension).reduce(0) { $0 + (rows[$1] ? 1 : 0) }
      row += cone.dimension
      if kept == cone.dimension { return cone }
      precondition(cone.isLinear)
      if kept == 0 { return nil }
      if case .zero = cone { return .zero(kept) }
      return .nonnegative(kept)
    }
    return ConicProblem(
      P: P.selecting(rows: keptColumns).selecting(columns: keptColumns), q: keptColumns.map { q[$0] },
      A: A.selecting(rows: keptRows).selecting(columns: keptColumns), b: keptRows.map { b[$0] }, cones: smaller)
  }
}

extension SparseMatrix {
  /// The rows `source`, each at most once, in that order. Complexity: O(rows + columns + nonzeros), and a sort of each column when
  /// the order changes.
  func selecting(rows source: [Int]) -> SparseMatrix {
    var new = [Int](repeating: -1, count: rows)
    for (i, old) in source.enumerated() { new[old] = i }
    let keepsOrder = zip(source, source.dropFirst()).allSatisfy { $0 < $1 }
    var result = SparseMatrix(rows: source.count, columns: columns, columnPointers: [0], rowIndices: [], values: [])
    result.columnPointers.reserveCapacity(columns + 1)
    result.rowIndices.reserveCapacity(nonzeros)
    result.values.reserveCapacity(nonzeros)
    var moved: [(row: Int, value: Double)] = []
    for j in 0..<columns {
      if keepsOrder {
        for k in columnPointers[j]..<columnPointers[j + 1] where new[rowIndices[k]] >= 0 {
          result.rowIndices.append(new[rowIndices[k]])
          result.values.append(values[k])
        }
      } else {
        moved.removeAll(keepingCapacity: true)
        for k in columnPointers[j]..<columnPointers[j + 1] where new[rowIndices[k]] >= 0 {
          moved.append((new[rowIndices[k]], values[k]))
        }
        moved.sort { $0.row < $1.row }
        for entry in moved {
          result.rowIndices.append(entry.row)
          result.values.append(entry.value)
        }
      }
      result.columnPointers.append(result.rowIndices.count)
    }
    return result
  }

  /// The columns `source`, in that order.
  func selecting(columns source: [Int]) -> SparseMatrix {
    var result = SparseMatrix(rows: rows, columns: source.count, columnPointers: [0], rowIndices: [], values: [])
    result.columnPointers.reserveCapacity(source.count + 1)
    for j in source {
      let range = columnPointers[j]..<columnPointers[j + 1]
      result.rowIndices.append(contentsOf: rowIndices[range])
      result.values.append(contentsOf: values[range])
      result.columnPointers.append(result.rowIndices.count)
    }
    return result
  }
}
