import LinearAlgebra

/// The exact reductions of the inputs `X`, `n × d`, of a two-layer ReLU network: each removes a face on which the
/// lifted cone of the training problem is degenerate.
///
/// 1. A zero row gives `(x_jᵀu)_+ = 0` for every `u`: it is dropped (its loss is constant).
/// 2. Components of `u` outside the row space of `X` change no output and cost weight decay, so `u = Qw` with
///    `Q`, `d × r`, an orthonormal basis of the row space, `r = rank X`.
/// 3. Parallel rows share one direction: `x_j ≈ t_j Q x̂_g` with `x̂_g` of **unit length** and `t_j` of either sign, so
///
///        (Xu)_+ = P₊ (X̂w)_+ + P₋ (−X̂w)_+
///
///    where `X̂`, `g × r`, has the rows `x̂_g`, and row `j` of `P₊` (if `t_j > 0`) or of `P₋` (if `t_j < 0`) has its
///    one entry `|t_j|` in the column of its group. `x̂_g` points along the first of its rows, in the order of `X`.
///
/// The rank and the groups are decided on the rows scaled to unit length, so neither depends on the scale of a row.
/// Whatever the tolerances merge is bounded: `representationError[j] ≥ ‖x_j − t_j Q x̂_g‖₂`, rigorously, with the
/// stored numbers taken as exact. Certificates add these bounds, so they hold for the user's `X`.
///
/// When `X` has full column rank, `Q` is the identity and step 2 is exact.
/// Complexity: O(n d² + n log n) when few rows share a projection onto a fixed line; O(n² r) at worst.
/// Source: the facial reduction of the lift of arXiv:2410.22311 (its constraint `MΛMᵀ = 0` has no interior).
public struct DataReduction: Sendable, Equatable {
  /// Numbers that decide what counts as equal.
  public enum Tolerance {
    /// Singular values of the unit rows below `rankFactor · max(n, d) · ε` times the largest count as zero.
    static let rankFactor = 16.0
    /// Unit rows closer than this count as parallel: a few roundings of the scaling to unit length.
    static let parallel = 0x1p-48
  }

  /// Rows `n` of `X`.
  public let rowCount: Int
  /// Columns `d` of `X`.
  public let inputDimension: Int
  /// Indices of the zero rows.
  public let zeroRows: [Int]
  /// Orthonormal basis of the row space, `d × r`.
  public let Q: DenseMatrix
  /// Unit rows `x̂_g`, `g × r`.
  public let directions: DenseMatrix
  /// The group of each row; `nil` for a zero row.
  public let group: [Int?]
  /// `t_j`; 0 for a zero row.
  public let multiple: [Double]
  /// `P₊`, `n × g`.
  public let positiveReadout: SparseMatrix
  /// `P₋`, `n × g`.
  public let negativeReadout: SparseMatrix
  /// Upper bounds on `‖x_j − t_j Q x̂_g‖₂`, `n`.
  public let representationError: [Double]
  /// An upper bound on `‖Q‖₂`, which is 1 up to the rounding of `Q`.
  public let basisNorm: Double

  /// `r`.
  public var rank: Int { Q.columns }
  /// `g`.
  public var groupCount: Int { directions.rows }

  /// - Parameter X: finite, `n × d`.
  public init(_ X: DenseMatrix) {
    let norms = (0..<X.rows).map { DenseKernels.norm(X.row($0)) }
    let kept = norms.indices.filter { norms[$0] > 0 }
    let unitRows = kept.map { j in X.row(j).map { $0 / norms[j] } }
    let basis = RowBasis(spanning: unitRows, dimension: X.columns)
    let reduced = unitRows.map { Self.unit(basis.coordinates($0)) }
    let classes = Self.parallelClasses(reduced)

    rowCount = X.rows
    inputDimension = X.columns
    zeroRows = norms.indices.filter { norms[$0] == 0 }
    Q = basis.Q
    directions = DenseMatrix(rowArrays: classes.first.map { reduced[$0] }, columns: basis.Q.columns)
    basisNorm = basis.norm

    var group = [Int?](repeating: nil, count: X.rows)
    var multiple = [Double](repeating: 0, count: X.rows)
    var error = [Double](repeating: 0, count: X.rows)
    for (k, j) in kept.enumerated() {
      let g = classes.member[k]
      let direction = directions.row(g)
      group[j] = g
      multiple[j] = Self.multiple(of: basis.combination(direction), nearest: X.row(j))
      error[j] = Self.representationBound(X.row(j), multiple: multiple[j], direction: direction, basis: basis)
    }
    self.group = group
    self.multiple = multiple
    representationError = error
    positiveReadout = Self.readout(multiple, group, sign: 1, groups: classes.first.count)
    negativeReadout = Self.readout(multiple, group, sign: -1, groups: classes.first.count)
  }

  /// `t_j Q x̂_g`, the row that the reduction stands for; `d` entries.
  public func impliedRow(_ j: Int) -> [Double] {
    guard let g = group[j] else { return [Double](repeating: 0, count: inputDimension) }
    return expand(directions.row(g)).map { $0 * multiple[j] }
  }

  /// `w = Qᵀu`.
  public func coordinates(_ u: [Double]) -> [Double] { RowBasis(Q).coordinates(u) }

  /// `u = Qw`.
  public func expand(_ w: [Double]) -> [Double] { RowBasis(Q).combination(w) }
}

// MARK: - Groups of parallel rows

extension DataReduction {
  /// Classes of unit vectors equal up to sign, numbered by their first members.
  ///
  /// `|⟨ρ, x⟩|` for a fixed `ρ` is equal on a class, so after sorting by it only neighbours within the tolerance need
  /// comparing.
  static func parallelClasses(
    _ rows: [[Double]], tolerance: Double = Tolerance.parallel
  ) -> (member: [Int], first: [Int]) {
    guard let r = rows.first?.count else { return ([], []) }
    let probe = unit((0..<r).map { 1 + (Double($0 + 1) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) })
    let key = rows.map { abs(DenseKernels.dot(probe, $0)) }
    let keyTolerance = 2 * tolerance
    var representative = [Int](rows.indices)
    var window: [Int] = []
    for j in rows.indices.sorted(by: { (key[$0], $0) < (key[$1], $1) }) {
      if let oldest = window.first, key[oldest] < key[j] - keyTolerance {
        window.removeAll { key[$0] < key[j] - keyTolerance }
      }
      if let match = window.first(where: { areParallel(rows[$0], rows[j], tolerance) }) {
        representative[j] = match
      } else {
        window.append(j)
      }
    }
    var number: [Int: Int] = [:]
    var first: [Int] = []
    let member = rows.indices.map { j in
      if let known = number[representative[j]] { return known }
      number[representative[j]] = first.count
      first.append(j)
      return first.count - 1
    }
    return (member, first)
  }

  private static func areParallel(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    let sign = DenseKernels.dot(a, b) < 0 ? -1.0 : 1.0
    return DenseKernels.norm(zip(a, b).map { $0 - sign * $1 }) <= tolerance
  }

  private static func unit(_ x: [Double]) -> [Double] {
    let norm = DenseKernels.norm(x)
    return norm > 0 ? x.map { $0 / norm } : x
  }

  /// The `t` that minimises `‖x − t·line‖`.
  private static func multiple(of line: [Double], nearest x: [Double]) -> Double {
    DenseKernels.dot(x, line) / DenseKernels.dot(line, line)
  }

  /// A rigorous upper bound on `‖x − tQx̂‖₂`: the computed difference, plus `γ` of the terms that were summed.
  private static func representationBound(
    _ x: [Double], multiple t: Double, direction: [Double], basis: RowBasis
  ) -> Double {
    let line = basis.combination(direction)
    let termSizes = basis.absoluteCombination(direction)
    let gamma = RoundingBounds.gamma(basis.termCount + 3)
    let bound = x.indices.map { i -> Double in
      let terms = RoundingBounds.addUp(abs(x[i]), RoundingBounds.multiplyUp(abs(t), termSizes[i] * (1 + gamma)))
      let rounding = RoundingBounds.addUp(RoundingBounds.multiplyUp(gamma, terms), Double.leastNormalMagnitude)
      return RoundingBounds.addUp(abs(x[i] - t * line[i]), rounding)
    }
    return RoundingBounds.normUp(bound)
  }

  private static func readout(_ multiple: [Double], _ group: [Int?], sign: Double, groups: Int) -> SparseMatrix {
    let entries = multiple.indices.compactMap { j -> SparseMatrix.Entry? in
      guard let g = group[j], multiple[j] * sign > 0 else { return nil }
      return SparseMatrix.Entry(j, g, abs(multiple[j]))
    }
    return SparseMatrix(rows: multiple.count, columns: groups, entries: entries)
  }
}
