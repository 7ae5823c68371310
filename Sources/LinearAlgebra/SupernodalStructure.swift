/// Where everything of a supernodal factor lies: the plan that numeric factorisations and solves follow.
///
/// A supernode of `w` columns and `r` rows below them is a panel of shape `(w + r) × w`, column by column, and hands to its
/// parent an update matrix of order `r`, of which the lower triangle counts. Update matrices live on a stack: those
/// of supernodes at even depth grow from the front of the memory, those at odd depth from its end. By the postorder
/// the children's updates are then on top of one stack when their parent pushes its own onto the other.
final class SupernodalStructure {
  struct Supernode {
    /// First column, number of columns, rows below them.
    var first, width, below: Int
    /// Offset of the panel among the entries of the factor.
    var panel: Int
    /// Offset of the rows below in `rows`, and of their places in the parent's panel in `places`.
    var rowStart: Int
    /// Offset of the update matrix in the stack.
    var update: Int
    /// Rows of the update matrix that are columns of the parent; the others follow.
    var intoPanel = 0
    /// From this row on the places are consecutive.
    var consecutiveFrom = 0
    /// Range of `entrySources` and `entryTargets`.
    var entries: Range<Int>
    /// Range of `children`.
    var children: Range<Int>

    var height: Int { width + below }

    /// Operations of its elimination: the sum of the squares of the columns' entries.
    var flops: Double {
      let m = Double(height)
      let r = Double(below)
      return (m * (m + 1) * (2 * m + 1) - r * (r + 1) * (2 * r + 1)) / 6
    }
  }

  let order: Int
  /// Number of supernodes.
  let count: Int
  /// `permutation[k]` is the row of the matrix that is eliminated as number `k`.
  let permutation: UnsafeMutableBufferPointer<Int32>
  let supernodes: UnsafeMutableBufferPointer<Supernode>
  /// Children of each supernode.
  let children: UnsafeMutableBufferPointer<Int32>
  /// Rows below the columns of each supernode, ascending.
  let rows: UnsafeMutableBufferPointer<Int32>
  /// For each of `rows`, its place in the panel of the parent (columns first, then the rows below).
  let places: UnsafeMutableBufferPointer<Int32>
  /// Index among the values of the matrix, and the offset within the panel that it goes to.
  let entrySources: UnsafeMutableBufferPointer<Int32>
  let entryTargets: UnsafeMutableBufferPointer<Int>
  /// Entries of all panels.
  private(set) var panelEntries = 0
  /// Entries of the stack of update matrices.
  private(set) var stackEntries = 0
  /// The most rows of a panel, the most columns, and the most entries of a block of rows below.
  private(set) var mostHeight = 0
  private(set) var mostWidth = 0
  private(set) var mostBelowEntries = 0
  /// Entries of `L` and operations of a factorisation, stored zeros included.
  private(set) var nonzeros = 0.0
  private(set) var flops = 0.0

  init(upper: SparseMatrix, partition: SupernodePartition) {
    order = upper.rows
    count = partition.count
    permutation = .allocate(capacity: max(1, order))
    supernodes = .allocate(capacity: max(1, count))
    children = .allocate(capacity: max(1, count))
    entrySources = .allocate(capacity: max(1, upper.nonzeros))
    entryTargets = .allocate(capacity: max(1, upper.nonzeros))
    for (k, row) in partition.permutation.enumerated() { permutation[k] = Int32(row) }
    let groups = Groups(of: partition.parents, count: count)
    let columns = LowerColumns(upper, partition.permutation)
    let (rowStarts, list) = Self.findRows(columns, partition, groups)
    rows = .allocate(capacity: max(1, list.count))
    _ = rows.initialize(from: list)
    places = .allocate(capacity: max(1, list.count))
    layOut(partition, groups, rowStarts)
    findPlaces(partition.parents)
    mapEntries(columns)
    reserveStack(partition.parents)
  }

  deinit {
    permutation.deallocate()
    supernodes.deallocate()
    children.deallocate()
    rows.deallocate()
    places.deallocate()
    entrySources.deallocate()
    entryTargets.deallocate()
  }


  /// Sizes, panels and children of the supernodes.
  private func layOut(_ partition: SupernodePartition, _ groups: Groups, _ rowStarts: [Int]) {
    for s in 0..<partition.count {
      let first = partition.firstColumns[s]
      let width = partition.firstColumns[s + 1] - first
      let below = rowStarts[s + 1] - rowStarts[s]
      let list = groups.range(s)
      for k in list { children[k] = Int32(groups.indices[k]) }
      supernodes.initializeElement(
        at: s,
        to: Supernode(
          first: first, width: width, below: below, panel: panelEntries, rowStart: rowStarts[s], update: 0, entries: 0..<0,
          children: list))
      panelEntries += (width + below) * width
      mostHeight = max(mostHeight, width + below)
      mostWidth = max(mostWidth, width)
      mostBelowEntries = max(mostBelowEntries, below * width)
      let w = Double(width)
      let r = Double(below)
      nonzeros += w * (w + 1) / 2 + w * r
      flops += supernodes[s].flops
    }
  }

  /// The rows below each supernode: those of the matrix's entries in its columns, and those of its children.
  /// - Returns: the start of each supernode's rows, and all rows.
  private static func findRows(
    _ columns: LowerColumns, _ partition: SupernodePartition, _ children: Groups
  ) -> (starts: [Int], rows: [Int32]) {
    var starts = [0]
    var rows: [Int32] = []
    var mark = [Int32](repeating: -1, count: partition.permutation.count)
    for s in 0..<partition.count {
      let end = partition.firstColumns[s + 1]
      let owner = Int32(s)
      for k in columns.starts[partition.firstColumns[s]]..<columns.starts[end] {
        let row = columns.rows[k]
        if row >= end, mark[Int(row)] != owner {
          mark[Int(row)] = owner
          rows.append(row)
        }
      }
      for c in children.range(s) {
        let child = children.indices[c]
        for k in starts[child]..<starts[child + 1] {
          let row = rows[k]
          if row >= end, mark[Int(row)] != owner {
            mark[Int(row)] = owner
            rows.append(row)
          }
        }
      }
      rows.withUnsafeMutableBufferPointer {
        var own = UnsafeMutableBufferPointer(rebasing: $0[starts[s]...])
        own.sort()
      }
      starts.append(rows.count)
    }
    return (starts, rows)
  }

  /// Where each row below a supernode lies in the parent's panel.
  private func findPlaces(_ parents: [Int]) {
    var place = [Int32](repeating: 0, count: order)
    for p in 0..<count {
      let node = supernodes[p]
      if node.children.isEmpty { continue }
      for k in 0..<node.width { place[node.first + k] = Int32(k) }
      for k in 0..<node.below { place[Int(rows[node.rowStart + k])] = Int32(node.width + k) }
      for c in node.children {
        let child = Int(children[c])
        let start = supernodes[child].rowStart
        let end = start + supernodes[child].below
        for k in start..<end { places[k] = place[Int(rows[k])] }
        var split = start
        while split < end, places[split] < node.width { split += 1 }
        supernodes[child].intoPanel = split - start
        var run = end - 1
        while run > start, places[run - 1] == places[run] - 1 { run -= 1 }
        supernodes[child].consecutiveFrom = run - start
      }
    }
  }

  /// Where the values of the matrix go.
  private func mapEntries(_ columns: LowerColumns) {
    var place = [Int](repeating: 0, count: order)
    for s in 0..<count {
      let node = supernodes[s]
      for k in 0..<node.width { place[node.first + k] = k }
      for k in 0..<node.below { place[Int(rows[node.rowStart + k])] = node.width + k }
      for column in 0..<node.width {
        for k in columns.starts[node.first + column]..<columns.starts[node.first + column + 1] {
          entrySources[k] = columns.sources[k]
          entryTargets[k] = place[Int(columns.rows[k])] + column * node.height
        }
      }
      supernodes[s].entries = columns.starts[node.first]..<columns.starts[node.first + node.width]
    }
  }

  /// Places the update matrices on the two stacks and finds the memory they need together.
  private func reserveStack(_ parents: [Int]) {
    var odd = [Bool](repeating: false, count: count)
    for s in stride(from: count - 1, through: 0, by: -1) where parents[s] >= 0 { odd[s] = !odd[parents[s]] }
    var top = (even: 0, odd: 0)
    for s in 0..<count {
      let node = supernodes[s]
      let size = node.below * node.below
      var released = 0
      for c in node.children {
        let below = supernodes[Int(children[c])].below
        released += below * below
      }
      // Odd offsets count from the end of the memory, whose size is not known yet.
      if odd[s] {
        top.odd += size
        supernodes[s].update = -top.odd
        stackEntries = max(stackEntries, top.even + top.odd)
        top.even -= released
      } else {
        supernodes[s].update = top.even
        top.even += size
        stackEntries = max(stackEntries, top.even + top.odd)
        top.odd -= released
      }
    }
    for s in 0..<count where odd[s] { supernodes[s].update += stackEntries }
  }
}

/// The lower triangle of the permuted matrix by columns: rows, and the index of each value in the given matrix.
private struct LowerColumns {
  var starts: [Int]
  var rows: [Int32]
  var sources: [Int32]

  init(_ upper: SparseMatrix, _ permutation: [Int]) {
    let order = upper.rows
    var position = [Int](repeating: 0, count: order)
    for (k, row) in permutation.enumerated() { position[row] = k }
    starts = [Int](repeating: 0, count: order + 1)
    rows = [Int32](repeating: 0, count: upper.nonzeros)
    sources = rows
    for j in 0..<order {
      for k in upper.columnPointers[j]..<upper.columnPointers[j + 1] {
        starts[min(position[j], position[upper.rowIndices[k]]) + 1] += 1
      }
    }
    for k in 0..<order { starts[k + 1] += starts[k] }
    var next = starts
    for j in 0..<order {
      for k in upper.columnPointers[j]..<upper.columnPointers[j + 1] {
        let a = position[j]
        let b = position[upper.rowIndices[k]]
        let target = next[min(a, b)]
        rows[target] = Int32(max(a, b))
        sources[target] = Int32(k)
        next[min(a, b)] += 1
      }
    }
  }
}
