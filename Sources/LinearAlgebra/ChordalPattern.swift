/// A chordal extension of the sparsity pattern of symmetric matrices of one order, by its maximal cliques.
///
/// The pattern of a Cholesky factor is chordal, and eliminating its columns in order makes no further fill (D. Rose, J. Math. Anal.
/// Appl. 32, 1970). Columns of one structure form a supernode of `w` columns with `b` rows below them, its separator; the `w + b`
/// indices are a clique, and every entry of the pattern lies in one. Supernodes come from `SupernodePartition`, merged where that is
/// cheaper: the merged zeros belong to the pattern.
///
/// Matrices with this pattern are stored by panels of shape `(w + b) × w`, column by column; the `w × w` part holds its lower
/// triangle. All indices are places in the order of elimination.
public final class ChordalPattern: Sendable {
  public struct Supernode: Sendable {
    /// First column, number of columns, rows below them.
    public let first, width, below: Int
    /// Offset of the panel.
    public let panel: Int
    /// Offset of the clique's block among square blocks of all cliques.
    let block: Int
    /// Offset of the separator's indices in `separators`.
    let rowStart: Int
    /// Offset in `separatorPlaces`.
    let placeStart: Int
    /// The supernode of the separator's first index, which has all of the separator among its clique; −1 without one.
    let parent: Int

    public var height: Int { width + below }
    /// First index after the columns.
    var end: Int { first + width }
  }

  public let order: Int
  /// `permutation[k]` is the row of the matrix at place `k`.
  public let permutation: [Int]
  /// In a postorder: the separator of each lies in later ones.
  public let supernodes: [Supernode]
  /// Separators, ascending, one after another.
  let separators: [Int]
  /// Offsets among the panels of the entries `(i, j)`, `i ≥ j`, of each separator, column by column.
  let separatorPlaces: [Int32]
  /// For each of `separators`, its place in the clique of the parent: columns first, then its separator.
  let parentPlaces: [Int32]
  /// Entries of all panels, upper triangles of the diagonal blocks included.
  public let panelEntries: Int
  /// Entries of the pattern: row and column, `row ≥ column`, and offset among the panels.
  public let rows, columns, places: [Int32]
  public let largestClique: Int
  /// Entries of square blocks on all cliques.
  let blockEntries: Int

  /// - Parameter upper: the upper triangle of the pattern with a full diagonal; values do not matter.
  /// - Returns: `nil` when memory ran out.
  public init?(upper: SparseMatrix) {
    guard let ordering = FillReducingOrdering(upper: upper) else { return nil }
    let structure = SupernodalStructure(upper: upper, partition: SupernodePartition(upper: upper, ordering: ordering))
    order = upper.rows
    permutation = structure.permutation.prefix(structure.order).map(Int.init)
    var supernodes: [Supernode] = []
    var separators: [Int] = []
    var owner = [Int](repeating: 0, count: structure.order)
    var placeCount = 0
    var blockCount = 0
    for (s, node) in structure.supernodes.prefix(structure.count).enumerated() {
      for column in node.first..<node.first + node.width { owner[column] = s }
    }
    for node in structure.supernodes.prefix(structure.count) {
      supernodes.append(
        Supernode(
          first: node.first, width: node.width, below: node.below, panel: node.panel, block: blockCount, rowStart: separators.count,
          placeStart: placeCount, parent: node.below == 0 ? -1 : owner[Int(structure.rows[node.rowStart])]))
      for k in 0..<node.below { separators.append(Int(structure.rows[node.rowStart + k])) }
      placeCount += node.below * (node.below + 1) / 2
      blockCount += (node.width + node.below) * (node.width + node.below)
    }
    blockEntries = blockCount
    panelEntries = structure.panelEntries
    self.supernodes = supernodes
    self.separators = separators
    largestClique = supernodes.map(\.height).max() ?? 0

    var separatorPlaces: [Int32] = []
    separatorPlaces.reserveCapacity(placeCount)
    for node in supernodes {
      let separator = separators[node.rowStart..<node.rowStart + node.below]
      for (j, column) in separator.enumerated() {
        let above = supernodes[owner[column]]
        var row = above.rowStart
        let base = above.panel + (column - above.first) * above.height
        for i in separator.dropFirst(j) {
          // Ascending on both sides: one pass over the rows of the panel.
          if i < above.end {
            separatorPlaces.append(Int32(base + i - above.first))
          } else {
            while separators[row] < i { row += 1 }
            separatorPlaces.append(Int32(base + above.width + row - above.rowStart))
          }
        }
      }
    }
    self.separatorPlaces = separatorPlaces

    var parentPlaces: [Int32] = []
    parentPlaces.reserveCapacity(separators.count)
    for node in supernodes where node.below > 0 {
      let above = supernodes[node.parent]
      var row = above.rowStart
      for i in separators[node.rowStart..<node.rowStart + node.below] {
        if i < above.end {
          parentPlaces.append(Int32(i - above.first))
        } else {
          while separators[row] < i { row += 1 }
          parentPlaces.append(Int32(above.width + row - above.rowStart))
        }
      }
    }
    self.parentPlaces = parentPlaces

    var rows: [Int32] = []
    var columns: [Int32] = []
    var places: [Int32] = []
    for node in supernodes {
      for j in 0..<node.width {
        for i in j..<node.height {
          rows.append(Int32(i < node.width ? node.first + i : separators[node.rowStart + i - node.width]))
          columns.append(Int32(node.first + j))
          places.append(Int32(node.panel + i + j * node.height))
        }
      }
    }
    self.rows = rows
    self.columns = columns
    self.places = places
  }

  /// The indices of a separator.
  public func separator(_ node: Supernode) -> ArraySlice<Int> { separators[node.rowStart..<node.rowStart + node.below] }
}
