/// The columns of a sparse factor gathered into supernodes: runs of columns that share one row structure and are
/// eliminated together with dense kernels.
///
/// Column `j + 1` belongs with column `j` when it is its parent in the elimination tree and `L` has one entry less there:
/// then the structure of `j` is `{j}` and that of `j + 1` (E. Ng and B. Peyton, SIAM J. Sci. Comput. 14, 1993).
/// Supernodes are then merged where `SupernodeCost` says that the explicit zeros this stores are cheaper than another
/// pass of assembly: a child with its parent (C. Ashcraft and R. Grimes, ACM TOMS 15, 1989), which keeps the parent's rows,
/// as those of the child are among its columns and rows; and two children of one parent that have nearly the same rows,
/// such as many columns of a matrix that meet the same few rows.
struct SupernodePartition {
  /// `permutation[k]` is the row of the matrix that is eliminated as number `k`: a postorder of the merged tree.
  private(set) var permutation: [Int] = []
  /// First column of each supernode, and the order of the matrix at the end.
  private(set) var firstColumns: [Int] = [0]
  /// The parent of each supernode, always of a higher number; −1 for roots.
  private(set) var parents: [Int] = []

  var count: Int { firstColumns.count - 1 }

  init(upper: SparseMatrix, ordering: FillReducingOrdering) {
    let tree = Self.eliminationTree(upper, ordering.permutation)
    let counts = ordering.columnCounts
    // Maximal supernodes of the given order.
    var first: [Int] = []
    var owner = [Int](repeating: 0, count: upper.rows)
    for j in 0..<upper.rows {
      if j == 0 || tree[j - 1] != j || counts[j] != counts[j - 1] - 1 { first.append(j) }
      owner[j] = first.count - 1
    }
    first.append(upper.rows)
    let size = first.count - 1
    var width = (0..<size).map { first[$0 + 1] - first[$0] }
    var rows = (0..<size).map { counts[first[$0 + 1] - 1] - 1 }
    var parent = (0..<size).map { s in tree[first[s + 1] - 1] < 0 ? -1 : owner[tree[first[s + 1] - 1]] }
    let merged = Self.merge(&width, &rows, &parent)
    renumber(first, parent, merged, ordering.permutation)
  }

  /// The parent of each column: the row of the first entry of `L` below the diagonal, −1 without one (J. W. H. Liu,
  /// SIAM J. Matrix Anal. Appl. 11, 1990). Almost linear in the entries, by path compression.
  private static func eliminationTree(_ upper: SparseMatrix, _ permutation: [Int]) -> [Int] {
    let order = upper.rows
    var position = [Int](repeating: 0, count: order)
    for (k, row) in permutation.enumerated() { position[row] = k }
    // The entries left of the diagonal, row by row of the permuted matrix.
    var start = [Int](repeating: 0, count: order + 1)
    for j in 0..<order {
      for k in upper.columnPointers[j]..<upper.columnPointers[j + 1] {
        start[max(position[j], position[upper.rowIndices[k]]) + 1] += 1
      }
    }
    for k in 0..<order { start[k + 1] += start[k] }
    var columns = [Int](repeating: 0, count: upper.nonzeros)
    var next = start
    for j in 0..<order {
      for k in upper.columnPointers[j]..<upper.columnPointers[j + 1] {
        let a = position[j]
        let b = position[upper.rowIndices[k]]
        columns[next[max(a, b)]] = min(a, b)
        next[max(a, b)] += 1
      }
    }
    var parent = [Int](repeating: -1, count: order)
    var ancestor = parent
    for row in 0..<order {
      for k in start[row]..<start[row + 1] {
        var node = columns[k]
        while node >= 0, node < row {
          let above = ancestor[node]
          ancestor[node] = row
          if above < 0 { parent[node] = row }
          node = above
        }
      }
    }
    return parent
  }

  /// Merges supernodes while that saves time.
  /// - Returns: the supernode each one is merged into, itself when it stands. Then `width` counts the merged columns, `rows`
  ///   bounds the rows below them, and `parent` leads from a standing supernode to a standing one.
  private static func merge(_ width: inout [Int], _ rows: inout [Int], _ parent: inout [Int]) -> [Int] {
    let size = width.count
    var into = Array(0..<size)
    let children = Groups(of: parent, count: size)
    /// Merges the lower of `a` and `b` into the higher, which then has `together` rows below, if that pays.
    func mergePays(_ a: Int, _ b: Int, rows together: Int) -> Bool {
      let apart = SupernodeCost.seconds(width: width[a], rows: rows[a]) + SupernodeCost.seconds(width: width[b], rows: rows[b])
      let columns = width[a] + width[b]
      guard SupernodeCost.seconds(width: columns, rows: together) < apart else { return false }
      into[min(a, b)] = max(a, b)
      width[max(a, b)] = columns
      rows[max(a, b)] = together
      return true
    }
    var standing: [Int] = []
    var ordered: [Int] = []
    for p in 0..<size {
      let front = width[p] + rows[p]
      standing.removeAll(keepingCapacity: true)
      // The more rows a child shares with its parent or with another child, the fewer zeros a merge stores.
      ordered.removeAll(keepingCapacity: true)
      for k in children.range(p) { ordered.append(children.indices[k]) }
      if ordered.count > 1 { ordered.sort { (rows[$0], $0) > (rows[$1], $1) } }
      for c in ordered {
        // All rows of the children are among those of the parent's panel.
        if let last = standing.last, mergePays(last, c, rows: min(front, rows[last] + rows[c])) {
          standing[standing.count - 1] = max(last, c)
        } else {
          standing.append(c)
        }
      }
      for c in standing { _ = mergePays(c, p, rows: rows[p]) }
    }
    // Parents come after children, so that from the last to the first every target is final.
    for s in stride(from: size - 1, through: 0, by: -1) {
      if into[s] != s { into[s] = into[into[s]] }
      if parent[s] >= 0 { parent[s] = into[parent[s]] }
    }
    return into
  }

  /// Numbers the standing supernodes in a postorder, and the columns with them.
  private mutating func renumber(
    _ first: [Int], _ parent: [Int], _ into: [Int], _ permutation: [Int]
  ) {
    let size = parent.count
    let members = Groups(of: into, count: size)
    let children = Groups(of: (0..<size).map { into[$0] == $0 ? parent[$0] : -1 }, count: size)
    var number = [Int](repeating: -1, count: size)
    var stack: [(node: Int, children: Range<Int>)] = []
    self.permutation.reserveCapacity(permutation.count)
    for root in 0..<size where into[root] == root && parent[root] < 0 {
      stack.append((root, children.range(root)))
      while let (node, below) = stack.last {
        if let next = below.first {
          stack[stack.count - 1].children = below.dropFirst()
          stack.append((children.indices[next], children.range(children.indices[next])))
          continue
        }
        stack.removeLast()
        number[node] = count
        for k in members.range(node) {
          let s = members.indices[k]
          for column in first[s]..<first[s + 1] { self.permutation.append(permutation[column]) }
        }
        firstColumns.append(self.permutation.count)
      }
    }
    parents = [Int](repeating: -1, count: count)
    for s in 0..<size where into[s] == s && parent[s] >= 0 { parents[number[s]] = number[parent[s]] }
  }
}

/// Indices grouped by a key, ascending within each group.
struct Groups {
  private var starts: [Int]
  /// The indices, group after group.
  private(set) var indices: [Int]

  /// - Parameters:
  ///   - keys: the group of each index; none where negative.
  ///   - count: the number of groups.
  init(of keys: [Int], count: Int) {
    starts = [Int](repeating: 0, count: count + 1)
    for key in keys where key >= 0 { starts[key + 1] += 1 }
    for k in 0..<count { starts[k + 1] += starts[k] }
    indices = [Int](repeating: 0, count: starts[count])
    var next = starts
    for (index, key) in keys.enumerated() where key >= 0 {
      indices[next[key]] = index
      next[key] += 1
    }
  }

  /// Where a group lies in `indices`.
  func range(_ key: Int) -> Range<Int> { starts[key]..<starts[key + 1] }
}

/// What a supernode costs, for the merging of supernodes: seconds of one factorisation and the solves that go with it.
///
/// Measured on one core of a current server processor; only the ratios matter.
enum SupernodeCost {
  /// Calls and bookkeeping.
  static let overhead = 5.0e-8
  /// One entry of `L`: cleared, assembled, and read by some tens of triangular solves.
  static let entry = 2.0e-8
  /// One entry of the update matrix: written, and added to the parent.
  static let updateEntry = 1.0e-9
  /// One flop of the dense kernels: this much in any case …
  static let flop = 6.0e-11
  /// … and this much more divided by the width, for the narrow ones.
  static let narrowFlop = 2.0e-10

  static func seconds(width: Int, rows: Int) -> Double {
    let w = Double(width)
    let r = Double(rows)
    let entries = w * (0.5 * w + r)
    let flops = w * (w * w / 3 + w * r + r * r)
    return overhead + entry * entries + updateEntry * 0.5 * r * r + flops * (flop + narrowFlop / w)
  }
}
