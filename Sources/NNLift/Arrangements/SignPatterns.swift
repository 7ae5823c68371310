/// The sign patterns of `Xu`: the open cells of the central arrangement of the hyperplanes `{u : x_iᵀu = 0}`.
///
///     let patterns = SignPatterns(X)
///     patterns.count                        // 2 Σ_{k<r} C(n−1, k) for rows in general position
///     for cell in patterns { … }
///
/// Zero rows, parallel rows and rank deficiency are removed first (`DataReduction`), so cells live in the reduced coordinates
/// `w`, `u = Qw`, of full-dimensional cells only: on their boundaries a neuron `(Xu)_+` is that of either neighbour.
/// A cell is stored as one interior point, `r` numbers; its signs are computed when it is asked for, in O(gr). So the 200,000 cells
/// of 100,000 directions in the plane take three megabytes, not gigabytes.
///
/// Complexity of the enumeration: see `CellWitnesses`. Rank 2: O(n log n).
public struct SignPatterns: Sendable {
  public let reduction: DataReduction
  /// All cells, or those some directions lie in.
  public let isComplete: Bool
  /// Interior points; for a complete enumeration the opposite points are cells too.
  private let points: [[Double]]

  /// Every cell. Their number grows as `n^{r−1}`; `count(rows:rank:)` tells beforehand.
  public init(_ X: DenseMatrix) { self.init(DataReduction(X)) }

  public init(_ reduction: DataReduction) {
    self.reduction = reduction
    isComplete = true
    points = CellWitnesses.enumerate(reduction.directions.rowArrays)
  }

  /// The cells that the given directions `u` lie in, each once, in the order of the first direction. A direction on a hyperplane is
  /// moved off it, to the side `x_iᵀu > 0` where the rows it lies on are linearly independent.
  public init(_ X: DenseMatrix, meeting directions: [[Double]]) {
    let reduction = DataReduction(X)
    let interior = InteriorPoint(rows: reduction.directions.rowArrays)
    var seen = Set<PatternKey>()
    points = directions.compactMap { u in
      guard let w = interior.near(reduction.coordinates(u)) else { return nil }
      return seen.insert(interior.key(w)).inserted ? w : nil
    }
    self.reduction = reduction
    isComplete = false
  }

  /// Cover's number of cells for `n` rows in general position in `r` dimensions, `2 Σ_{k<r} C(n−1, k)`: the most there can be.
  /// Infinite where it leaves the integers.
  public static func count(rows n: Int, rank r: Int) -> Double {
    guard n > 0 else { return r > 0 ? 1 : 0 }
    var (sum, binomial) = (0.0, 1.0)
    for k in 0..<r {
      sum += binomial
      binomial *= Double(n - 1 - k) / Double(k + 1)
      if binomial <= 0 { break }
    }
    return 2 * sum
  }

  /// Which samples are active in a cell: `x_jᵀu > 0`. Zero rows never are.
  public func activeRows(_ cell: Cell) -> [Bool] {
    reduction.group.indices.map { j in
      reduction.group[j].map { Double(cell.signs[$0]) * reduction.multiple[j] > 0 } ?? false
    }
  }
}

extension SignPatterns: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { isComplete ? 2 * points.count : points.count }

  public subscript(index: Int) -> Cell {
    let w = index < points.count ? points[index] : points[index - points.count].map { -$0 }
    return Cell(directions: reduction.directions, interiorPoint: w)
  }
}

/// One cell `{w : s_g x̂_gᵀw > 0}` of an arrangement, in the reduced coordinates of its data.
public struct Cell: Sendable {
  /// Unit normals `x̂_g`, `g × r`.
  public let directions: DenseMatrix
  /// `s_g`, 1 or −1.
  public let signs: [Int8]
  /// Of length 1, `r` entries.
  public let interiorPoint: [Double]

  public init(directions: DenseMatrix, interiorPoint w: [Double]) {
    self.directions = directions
    interiorPoint = w
    var values = [Double](repeating: 0, count: directions.rows)
    for a in w.indices {
      for g in values.indices { values[g] += directions[g, a] * w[a] }
    }
    signs = values.map { $0 > 0 ? 1 : -1 }
  }

  /// The closed cell as a polyhedral cone, with facets, extreme rays and a triangulation: `{w : s_g x̂_gᵀw ≥ 0}`, normals in the
  /// order of the directions.
  public var cone: PolyhedralCone {
    PolyhedralCone(normals: signs.indices.map(normal), interiorPoint: interiorPoint)
  }

  /// `s_g x̂_g`, the normal of direction `g` that points into the cell.
  public func normal(_ g: Int) -> [Double] { directions.row(g).map { Double(signs[g]) * $0 } }
}

/// Moves points off hyperplanes.
private struct InteriorPoint {
  /// Unit rows.
  let rows: [[Double]]
  /// Below this `|x_iᵀw|` a unit vector lies on a hyperplane.
  private static let onHyperplane = 1e-10
  private static let stepShare = 0.5

  func key(_ w: [Double]) -> PatternKey {
    var key = PatternKey()
    for (i, x) in rows.enumerated() where DenseKernels.dot(x, w) < 0 { key.toggle(PatternKey(row: i)) }
    return key
  }

  /// `nil` for the zero vector, and where rows at zero cannot be made positive by a combination of themselves.
  func near(_ direction: [Double]) -> [Double]? {
    let norm = DenseKernels.norm(direction)
    guard norm > 0 else { return nil }
    var w = direction.map { $0 / norm }
    let values = rows.map { DenseKernels.dot($0, w) }
    let zeros = rows.indices.filter { abs(values[$0]) <= Self.onHyperplane }
    guard !zeros.isEmpty else { return w }
    guard let shift = DenseSolve.leastNormSolution(rows: zeros.map { rows[$0] }, values: zeros.map { _ in 1 }) else {
      return nil
    }
    var step = 1.0
    for i in rows.indices where abs(values[i]) > Self.onHyperplane {
      let speed = abs(DenseKernels.dot(rows[i], shift))
      if speed * step > Self.stepShare * abs(values[i]) { step = Self.stepShare * abs(values[i]) / speed }
    }
    for a in w.indices { w[a] += step * shift[a] }
    let length = DenseKernels.norm(w)
    return w.map { $0 / length }
  }
}
