import LinearAlgebra

/// The rows of `A` in a cone: the dense block, column by column, of the columns that meet it.
struct ConeRows {
  /// How many columns meet the cone.
  let width: Int
  let coefficients: VectorView
}

extension SparseMatrix {
  /// The blocks of the given disjoint ranges of rows, with the columns of each in order.
  func coneRows(_ ranges: [Range<Int>], _ arena: Arena) -> [(rows: ConeRows, columns: [Int])] {
    var owner = [Int](repeating: -1, count: rows)
    for (c, range) in ranges.enumerated() { for i in range { owner[i] = c } }
    var met = [[Int]](repeating: [], count: ranges.count)
    let own = entries.filter { owner[$0.row] >= 0 }
    for entry in own where met[owner[entry.row]].last != entry.column { met[owner[entry.row]].append(entry.column) }
    let list = zip(ranges, met).map { range, columns in
      (rows: ConeRows(width: columns.count, coefficients: arena.vector(columns.count * range.count)), columns: columns)
    }
    var position = [Int](repeating: 0, count: ranges.count)
    for entry in own {
      let c = owner[entry.row]
      if met[c][position[c]] != entry.column { position[c] += 1 }
      list[c].rows.coefficients[position[c] * ranges[c].count + entry.row - ranges[c].lowerBound] = entry.value
    }
    return list
  }
}
