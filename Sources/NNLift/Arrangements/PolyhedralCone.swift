/// A pointed polyhedral cone with interior, `{w ∈ ℝʳ : a_iᵀw ≥ 0}`: extreme rays, facets, and a triangulation.
///
/// **Rays** by the double description method (T. Motzkin, H. Raiffa, G. Thompson and R. Thrall, 1953; adjacency of rays as in K.
/// Fukuda and A. Prodon, LNCS 1120, 1996): the cone of `r` independent rows is simplicial; each further row keeps the rays on its
/// good side and adds, between adjacent rays on either side, the one on its hyperplane. Two rays are adjacent when no third one
/// lies on all hyperplanes that both lie on. Rows are taken nearest to the interior point first, so that redundant ones, most of
/// them in an arrangement, meet a cone that is already final.
///
/// **Triangulation** by pulling: the first ray is joined to the triangulations of the facets it is not on.
///
/// Complexity: O(k · rays² · k/64) at worst for `k` rows, mostly O(k · rays · r). The number of rays grows as `k^{⌊r/2⌋}`.
public struct PolyhedralCone: Sendable {
  /// `a_i`, of any length but zero.
  public let normals: [[Double]]
  /// Unit vectors.
  public let rays: [[Double]]
  /// The rows that bound the cone; the others are implied.
  public let facets: [Int]
  /// `raysOfFacet[f]`: the rays on `facets[f]`.
  public let raysOfFacet: [[Int]]
  let dimension: Int

  /// Below this a unit vector lies on a hyperplane.
  static let incidence = 1e-9

  /// - Precondition: the normals span their space, and `a_iᵀw > 0` at the interior point.
  public init(normals: [[Double]], interiorPoint: [Double]) {
    let units = normals.map { a in a.map { $0 / DenseKernels.norm(a) } }
    self.normals = normals
    var description = DoubleDescription(normals: units, interiorPoint: interiorPoint)
    description.run()
    let rays = description.rays.map(\.vector)
    let dimension = interiorPoint.count
    var found: [(row: Int, rays: [Int])] = []
    for row in units.indices {
      let incident = rays.indices.filter { abs(DenseKernels.dot(units[row], rays[$0])) <= Self.incidence }
      guard incident.count >= dimension - 1, !found.contains(where: { $0.rays == incident }) else { continue }
      guard DenseSolve.Elimination(incident.map { rays[$0] }).rank == dimension - 1 else { continue }
      found.append((row, incident))
    }
    self.rays = rays
    self.dimension = dimension
    facets = found.map(\.row)
    raysOfFacet = found.map(\.rays)
  }

  /// The simplicial cones of a triangulation, each as `r` indices of rays. They cover the cone, and their interiors are disjoint.
  public var simplices: [[Int]] { triangulation(of: Array(rays.indices), dimension: dimension) }

  /// - Parameter face: the rays of a face of the given dimension.
  private func triangulation(of face: [Int], dimension: Int) -> [[Int]] {
    guard face.count > dimension else { return [face] }
    let apex = face[0]
    return facesOf(face, dimension: dimension - 1).filter { !$0.contains(apex) }.flatMap { side in
      triangulation(of: side, dimension: dimension - 1).map { [apex] + $0 }
    }
  }

  /// The faces of one dimension less than a face, which lie on facets of the cone.
  private func facesOf(_ face: [Int], dimension: Int) -> [[Int]] {
    var found: [[Int]] = []
    for incident in raysOfFacet {
      let side = face.filter(incident.contains)
      guard side.count >= dimension, side.count < face.count, !found.contains(side) else { continue }
      if DenseSolve.Elimination(side.map { rays[$0] }).rank == dimension { found.append(side) }
    }
    return found
  }
}

/// The method's state: rays of the cone of the rows so far, each with the rows it lies on.
private struct DoubleDescription {
  struct Ray {
    let vector: [Double]
    var zeros: BitSet
  }

  let normals: [[Double]]
  var rays: [Ray] = []
  private var remaining: [Int] = []
  private var processed: [Int] = []

  init(normals: [[Double]], interiorPoint: [Double]) {
    self.normals = normals
    let r = interiorPoint.count
    let distance = normals.map { DenseKernels.dot($0, interiorPoint) }
    let order = normals.indices.sorted { (distance[$0], $0) < (distance[$1], $1) }
    // The first independent rows, the nearest first.
    var basis: [Int] = []
    for row in order where basis.count < r {
      if DenseSolve.Elimination((basis + [row]).map { normals[$0] }).rank == basis.count + 1 { basis.append(row) }
    }
    guard let inverse = DenseSolve.inverse(basis.map { normals[$0] }) else {
      preconditionFailure("the normals do not span their space")
    }
    for k in 0..<r {
      var zeros = BitSet(capacity: normals.count)
      for (l, row) in basis.enumerated() where l != k { zeros.insert(row) }
      rays.append(Ray(vector: Self.unit(inverse.map { $0[k] }), zeros: zeros))
    }
    processed = basis
    remaining = order.filter { !basis.contains($0) }
  }

  mutating func run() {
    for row in remaining {
      insert(row)
      processed.append(row)
    }
  }

  private mutating func insert(_ row: Int) {
    let values = rays.map { DenseKernels.dot(normals[row], $0.vector) }
    for k in rays.indices where abs(values[k]) <= PolyhedralCone.incidence { rays[k].zeros.insert(row) }
    let negative = rays.indices.filter { values[$0] < -PolyhedralCone.incidence }
    guard !negative.isEmpty else { return }
    let positive = rays.indices.filter { values[$0] > PolyhedralCone.incidence }
    var next = rays.indices.filter { values[$0] >= -PolyhedralCone.incidence }.map { rays[$0] }
    for i in positive {
      for j in negative where areAdjacent(i, j) {
        let vector = Self.unit(zip(rays[i].vector, rays[j].vector).map { values[i] * $1 - values[j] * $0 })
        var zeros = rays[i].zeros.intersection(rays[j].zeros)
        zeros.insert(row)
        // In degenerate cones the new ray may lie on further rows.
        for other in processed where !zeros.contains(other) {
          if abs(DenseKernels.dot(normals[other], vector)) <= PolyhedralCone.incidence { zeros.insert(other) }
        }
        next.append(Ray(vector: vector, zeros: zeros))
      }
    }
    rays = next
  }

  private func areAdjacent(_ i: Int, _ j: Int) -> Bool {
    let common = rays[i].zeros.intersection(rays[j].zeros)
    guard common.count >= rays[i].vector.count - 2 else { return false }
    return !rays.indices.contains { $0 != i && $0 != j && common.isSubset(of: rays[$0].zeros) }
  }

  private static func unit(_ x: [Double]) -> [Double] {
    let norm = DenseKernels.norm(x)
    return x.map { $0 / norm }
  }
}

/// A set of small integers.
private struct BitSet {
  private var words: [UInt64]

  init(capacity: Int) { words = [UInt64](repeating: 0, count: (capacity + 63) / 64) }

  private init(words: [UInt64]) { self.words = words }

  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  func contains(_ k: Int) -> Bool { words[k >> 6] >> UInt64(k & 63) & 1 == 1 }

  mutating func insert(_ k: Int) { words[k >> 6] |= 1 << UInt64(k & 63) }

  func intersection(_ other: BitSet) -> BitSet { BitSet(words: zip(words, other.words).map { $0 & $1 }) }

  func isSubset(of other: BitSet) -> Bool { zip(words, other.words).allSatisfy { $0 & ~$1 == 0 } }
}
