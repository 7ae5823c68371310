/// The exact `κ(Z) = max_{‖u‖≤1} ‖Zᵀ(Xu)_+‖` and where it is attained, by the faces of the arrangement: cone-constrained PCA.
///
/// On the relative interior of a face `F` of the arrangement `h(w) = M_Fw` is linear. The maximum of `‖h‖` over the unit sphere lies
/// in the relative interior of some face, is a local maximum of `‖M_Fw‖` on the sphere of the span of `F`, hence the global one
/// there: the top right singular vector of `M_F` on that span. So the largest `‖h‖` at the top vectors `±w` of all faces is `κ`;
/// which faces these vectors lie in need not be asked, as `‖h(w)‖ ≤ κ` everywhere.
///
/// The faces are found once for all `Z`: for every set of at most `r − 1` independent directions the cells of the arrangement on
/// their common hyperplanes. Complexity: O(gʳ⁻¹) faces, O(gcr) for each and each `Z`. In exact arithmetic; no proof in floating point.
/// Source: M. Asteris, D. Papailiopoulos & A. Dimakis, ICML 2014, Lemma 7; A. Sahiner et al., ICLR 2021, App. A.4.
struct FaceOracle: Sendable {
  private struct Face {
    /// Orthonormal basis of the span, `k × r`.
    let basis: DenseMatrix
    /// Groups with `x̂_gᵀw > 0`, and those with `< 0`.
    let positive: [Int]
    let negative: [Int]
  }

  private let directions: DenseMatrix
  private let faces: [Face]

  /// - Parameter directions: `X̂`, spanning, no two rows parallel.
  init(_ directions: DenseMatrix) {
    self.directions = directions
    faces = directions.rows == 0 ? [] : Self.faces(directions, on: .identity(directions.columns), from: 0)
  }

  /// The faces on a flat, given by an orthonormal basis, and on its intersections with the hyperplanes from a first one on.
  private static func faces(_ directions: DenseMatrix, on basis: DenseMatrix, from first: Int) -> [Face] {
    let projected = DenseKernels.product(directions, basis, transposeB: true).rowArrays
    let lengths = projected.map(DenseKernels.norm)
    let crossing = projected.indices.filter { lengths[$0] > CellWitnesses.degeneracy }
    let normals = crossing.map { i in projected[i].map { $0 / lengths[i] } }
    let classes = DataReduction.parallelClasses(normals, tolerance: CellWitnesses.degeneracy)
    var faces: [Face] = []
    for point in CellWitnesses.enumerate(classes.first.map { normals[$0] }) {
      let positive = crossing.filter { DenseKernels.dot(projected[$0], point) > 0 }
      let negative = crossing.filter { DenseKernels.dot(projected[$0], point) < 0 }
      faces.append(Face(basis: basis, positive: positive, negative: negative))
      faces.append(Face(basis: basis, positive: negative, negative: positive))
    }
    guard basis.rows > 1 else { return faces }
    for (k, i) in crossing.enumerated() where i >= first {
      let within = HouseholderBasis(orthogonalTo: normals[k])
      let rows = (0..<basis.rows - 1).map { a in
        basis.transposed.times(within.combination((0..<basis.rows - 1).map { $0 == a ? 1 : 0 }))
      }
      faces += Self.faces(directions, on: DenseMatrix(rowArrays: rows, columns: basis.columns), from: i + 1)
    }
    return faces
  }

  var faceCount: Int { faces.count }

  /// A unit `w` with the largest `‖h(w)‖`, and that number.
  func maximum(_ dual: GroupDual) -> (direction: [Double], value: Double) {
    candidates(dual).max { $0.value < $1.value } ?? ([Double](repeating: 0, count: directions.columns), 0)
  }

  /// The top vectors of all faces with `‖h(w)‖` above a threshold, largest first, each direction once.
  func violations(_ dual: GroupDual, above threshold: Double) -> [(direction: [Double], value: Double)] {
    var distinct: [(direction: [Double], value: Double)] = []
    for peak in candidates(dual).filter({ $0.value > threshold }).sorted(by: { $0.value > $1.value }) {
      if !distinct.contains(where: { Separation.areSame($0.direction, peak.direction) }) { distinct.append(peak) }
    }
    return distinct
  }

  private func candidates(_ dual: GroupDual) -> [(direction: [Double], value: Double)] {
    faces.flatMap { face in topDirections(face, dual).map { ($0, norm(at: $0, dual)) } }
  }

  /// `±` the top right singular vector of `M_F` on the span of the face.
  private func topDirections(_ face: Face, _ dual: GroupDual) -> [[Double]] {
    let (k, c) = (face.basis.rows, dual.positive.columns)
    guard k > 1 else { return [face.basis.row(0)] + [face.basis.row(0).map { -$0 }] }
    var M = DenseMatrix(rows: c, columns: k)
    for (groups, weights, sign) in [(face.positive, dual.positive, 1.0), (face.negative, dual.negative, -1.0)] {
      for i in groups {
        for a in 0..<k {
          var product = 0.0
          for b in 0..<directions.columns { product += face.basis[a, b] * directions[i, b] }
          for j in 0..<c { M[j, a] += sign * weights[i, j] * product }
        }
      }
    }
    guard let eigen = DenseKernels.symmetricEigen(DenseKernels.product(M, M, transposeA: true)) else { return [] }
    let w = face.basis.transposed.times(eigen.vectors.column(k - 1))
    return [w, w.map { -$0 }]
  }

  private func norm(at w: [Double], _ dual: GroupDual) -> Double {
    var h = [Double](repeating: 0, count: dual.positive.columns)
    for i in 0..<directions.rows {
      var product = 0.0
      for b in w.indices { product += directions[i, b] * w[b] }
      for j in h.indices { h[j] += product > 0 ? product * dual.positive[i, j] : -product * dual.negative[i, j] }
    }
    return DenseKernels.norm(h)
  }
}

/// A dual matrix `Z`, `n × ρ`, gathered by groups: `Ẑ₊ = P₊ᵀZ` and `Ẑ₋ = P₋ᵀZ`, `g × ρ`, so that
/// `h(w) = Zᵀ(hidden outputs) = Ẑ₊ᵀ(X̂w)_+ + Ẑ₋ᵀ(−X̂w)_+`.
struct GroupDual {
  private(set) var positive: DenseMatrix
  private(set) var negative: DenseMatrix

  init(_ dual: ReducedDual) { (positive, negative) = (dual.positive, dual.negative) }

  init(_ Z: DenseMatrix, _ data: MomentData) {
    positive = DenseMatrix(rows: data.groupCount, columns: Z.columns)
    negative = positive
    for j in 0..<Z.rows {
      for k in 0..<Z.columns {
        for reading in data.positive[j] { positive[reading.group, k] += reading.weight * Z[j, k] }
        for reading in data.negative[j] { negative[reading.group, k] += reading.weight * Z[j, k] }
      }
    }
  }
}
