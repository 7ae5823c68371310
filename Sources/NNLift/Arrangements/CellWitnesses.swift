import Foundation

/// Enumerates the open cells of a central arrangement of distinct hyperplanes, one interior point a cell.
///
/// Cells come in pairs `±C`; only those with `x_0ᵀu > 0` are listed.
///
/// **Method.** Hyperplanes are inserted one by one. `h_k` cuts exactly those cells of the arrangement so far that it meets, and
/// these correspond to the cells of the *restriction*: the hyperplanes `h_i ∩ h_k`, `i < k`, in the space `h_k` of one dimension
/// less, enumerated in the same way. A point `w` of a cell of the restriction gives interior points `w ± εx_k` of both halves.
/// So no linear program is solved, and no cell is looked at that is not there. In the plane the cells lie between neighbours in
/// the order of the angles; on a line there is one.
///
/// On a restriction hyperplanes coincide when the data are degenerate (three rows in a plane): normals are merged there when
/// they agree to `degeneracy`, which is what computed projections may err, and cells thinner than that are not seen.
///
/// Complexity: O(n^{r−1} r) sign evaluations of cost O(n) for `n` rows of rank `r ≥ 3`, O(n log n) for `r = 2`.
/// Sources: the recursion is that of the number of cells, `C(n, r) = C(n−1, r) + C(n−1, r−1)` (T. Cover, IEEE Trans. Electronic
/// Computers 14, 1965; T. Zaslavsky, Mem. AMS 154, 1975).
enum CellWitnesses {
  /// Agreement of unit normals on a restriction above which they are one.
  static let degeneracy = 1e-9
  /// Part of the way to the nearest other hyperplane that a new interior point goes.
  private static let stepShare = 0.5

  /// - Parameter rows: unit normals, no two of them parallel, spanning their space.
  /// - Returns: unit vectors.
  static func enumerate(_ rows: [[Double]]) -> [[Double]] {
    guard let r = rows.first?.count else { return [] }
    switch r {
    case 0: return []
    case 1: return [rows[0]]
    case 2: return planar(rows)
    default: return incremental(rows)
    }
  }

  /// `u = x_0 cos θ + x_0^⊥ sin θ` for `|θ| < π/2`; the hyperplanes are the angles between which `u` lies.
  private static func planar(_ rows: [[Double]]) -> [[Double]] {
    let (a, b) = (rows[0][0], rows[0][1])
    var angles = [-Double.pi / 2, Double.pi / 2]
    angles.reserveCapacity(rows.count + 1)
    for x in rows.dropFirst() {
      let along = x[0] * a + x[1] * b
      let across = x[1] * a - x[0] * b
      angles.append(atan(-along / across))
    }
    angles.sort()
    return zip(angles, angles.dropFirst()).map { low, high in
      let middle = 0.5 * (low + high)
      let (c, s) = (cos(middle), sin(middle))
      return [a * c - b * s, b * c + a * s]
    }
  }

  private static func incremental(_ rows: [[Double]]) -> [[Double]] {
    var points = [rows[0]]
    var keys = [PatternKey()]
    for k in 1..<rows.count {
      let cell = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let rowKey = PatternKey(row: k)
      let inserted = rows[k]
      // A cell that is cut keeps its place for the positive half.
      var cut = [Bool](repeating: false, count: points.count)
      for w in restriction(rows[..<k], to: inserted) {
        var key = PatternKey()
        var step = 1.0
        for i in 0..<k {
          let value = DenseKernels.dot(rows[i], w)
          if value < 0 { key.toggle(PatternKey(row: i)) }
          let speed = abs(DenseKernels.dot(rows[i], inserted))
          if speed * step > stepShare * abs(value) { step = stepShare * abs(value) / speed }
        }
        let positive = unit(zip(w, inserted).map { $0 + step * $1 })
        let negative = unit(zip(w, inserted).map { $0 - step * $1 })
        if let parent = cell[key] {
          guard !cut[parent] else { continue }
          cut[parent] = true
          points[parent] = positive
        } else {
          // Too thin to have been seen before.
          points.append(positive)
          keys.append(key)
          cut.append(true)
        }
        key.toggle(rowKey)
        points.append(negative)
        keys.append(key)
        cut.append(true)
      }
      for c in points.indices where !cut[c] && DenseKernels.dot(points[c], inserted) < 0 { keys[c].toggle(rowKey) }
    }
    return points
  }

  /// Interior points, in the whole space, of the cells that `rows` make on the hyperplane of the given unit normal.
  private static func restriction(_ rows: ArraySlice<[Double]>, to normal: [Double]) -> [[Double]] {
    let basis = HouseholderBasis(orthogonalTo: normal)
    let projected = rows.map { unit(basis.coordinates($0)) }
    let classes = DataReduction.parallelClasses(projected, tolerance: degeneracy)
    return enumerate(classes.first.map { projected[$0] }).map(basis.combination)
  }

  private static func unit(_ x: [Double]) -> [Double] {
    let norm = DenseKernels.dot(x, x).squareRoot()
    return x.map { $0 / norm }
  }
}

/// The set of rows with a negative sign, as 128 bits: the exclusive or of a number for each. Two of `m` patterns share a key with
/// probability below `m² 2⁻¹²⁸`.
struct PatternKey: Hashable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// The empty set.
  init() {}

  init(row: Int) {
    low = Self.mixed(2 &* UInt64(row) &+ 1)
    high = Self.mixed(2 &* UInt64(row) &+ 2)
  }

  mutating func toggle(_ other: PatternKey) {
    low ^= other.low
    high ^= other.high
  }

  /// The finaliser of splitmix64.
  private static func mixed(_ index: UInt64) -> UInt64 {
    var z = index &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// An orthonormal basis of the complement of a unit vector: the columns but one of the reflection that takes the vector to a
/// multiple of a unit vector `e_p`.
struct HouseholderBasis {
  private let v: [Double]
  private let pivot: Int
  private let scale: Double

  /// - Parameter x: of length 1.
  init(orthogonalTo x: [Double]) {
    pivot = x.indices.max { abs(x[$0]) < abs(x[$1]) }!
    var v = x
    v[pivot] += x[pivot] < 0 ? -1 : 1
    scale = 2 / DenseKernels.dot(v, v)
    self.v = v
  }

  private func reflected(_ y: [Double]) -> [Double] {
    let factor = scale * DenseKernels.dot(v, y)
    return zip(y, v).map { $0 - factor * $1 }
  }

  /// The coordinates of `y` in the basis, one fewer.
  func coordinates(_ y: [Double]) -> [Double] {
    var z = reflected(y)
    z.remove(at: pivot)
    return z
  }

  /// The vector with these coordinates.
  func combination(_ z: [Double]) -> [Double] {
    var y = z
    y.insert(0, at: pivot)
    return reflected(y)
  }
}
