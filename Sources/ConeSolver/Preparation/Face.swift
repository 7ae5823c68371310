import LinearAlgebra

/// The face `{V Y Vᵀ : Y ⪰ 0}` of a semidefinite cone, with `V` a basis of the null space of an exposing matrix `a ⪰ 0` of rank `r`.
///
/// With `P` the `r` pivots of a Cholesky factorisation `a = BᵀB` and `N` the other indices, `V` has the rows `V_N = I` and
/// `V_P = U = −B_P⁻¹B_N`: as sparse as the exposing matrix allows, and data that avoid `P` keep their pattern.
struct Face {
  let order: Int
  /// `N` and `P`, both ascending.
  let kept, pivots: [Int]
  /// `U`, of shape `r × (order − r)`, column-major.
  let weights: [Double]
  private let place: [Place]
  /// `a_PP`, of order `r`.
  let exposing: [Double]

  /// An index among the kept ones, or among the pivots.
  private enum Place {
    case kept(Int)
    case pivot(Int)
  }

  /// - Parameters:
  ///   - entries: the upper triangle of `a`.
  ///   - price: what choosing an index as pivot costs; the cheapest of the large pivots is taken.
  /// - Returns: `nil` unless `a ⪰ 0` up to rounding. Complexity: O(r·|support|²).
  init?(order: Int, entries: [SymmetricEntry], price: (Int) -> Int) {
    var position = [Int](repeating: -1, count: order)
    var support: [Int] = []
    for entry in entries where entry.i == entry.j && entry.value > 0 && position[entry.i] < 0 {
      position[entry.i] = support.count
      support.append(entry.i)
    }
    let t = support.count
    var a = [Double](repeating: 0, count: t * t)
    for entry in entries where entry.value != 0 {
      let (i, j) = (position[entry.i], position[entry.j])
      guard i >= 0, j >= 0 else { return nil }
      a[i + j * t] = entry.value
      a[j + i * t] = entry.value
    }
    let original = a
    let tolerance = Tuning.faceRounding * (a.map(abs).max() ?? 0)
    guard tolerance > 0 else { return nil }
    // Minors of order two tell most indefinite matrices without elimination.
    for entry in entries where entry.value.magnitude > tolerance {
      let (i, j) = (position[entry.i], position[entry.j])
      guard entry.value * entry.value <= (a[i + i * t] + tolerance) * (a[j + j * t] + tolerance) * (1 + Tuning.faceMinor) else { return nil }
    }
    // Gauss–Jordan elimination on pivots of the remaining Schur complement: its pivot rows end as B_P⁻¹B.
    var isPivot = [Bool](repeating: false, count: t)
    while true {
      let open = (0..<t).filter { !isPivot[$0] }
      if open.contains(where: { a[$0 + $0 * t] < -tolerance }) { return nil }
      let largest = open.map { a[$0 + $0 * t] }.max() ?? 0
      if largest <= tolerance {
        for i in open where open.contains(where: { abs(a[i + $0 * t]) > tolerance }) { return nil }
        break
      }
      let pivot = open.filter { a[$0 + $0 * t] >= Tuning.facePivot * largest }
        .min { (price(support[$0]), $0) < (price(support[$1]), $1) }!
      isPivot[pivot] = true
      let diagonal = a[pivot + pivot * t]
      for j in 0..<t { a[pivot + j * t] /= diagonal }
      for i in 0..<t where i != pivot {
        let factor = a[i + pivot * t]
        if factor == 0 { continue }
        for j in 0..<t { a[i + j * t] -= factor * a[pivot + j * t] }
      }
    }
    self.order = order
    let chosen = (0..<t).filter { isPivot[$0] }.sorted { support[$0] < support[$1] }
    pivots = chosen.map { support[$0] }
    let isDropped = Set(pivots)
    kept = (0..<order).filter { !isDropped.contains($0) }
    weights = kept.flatMap { index in chosen.map { position[index] < 0 ? 0 : -a[$0 + position[index] * t] } }
    exposing = chosen.flatMap { j in chosen.map { i in original[i + j * t] } }
    var places = [Place](repeating: .kept(0), count: order)
    for (new, old) in kept.enumerated() { places[old] = .kept(new) }
    for (new, old) in pivots.enumerated() { places[old] = .pivot(new) }
    self.place = places
  }

  var rank: Int { pivots.count }
  /// Order of `Y`.
  var dimension: Int { kept.count }

  /// `V Y Vᵀ` from packed to packed.
  func extend(_ packed: ArraySlice<Double>) -> [Double] {
    let (k, r) = (dimension, rank)
    let arena = Arena()
    let Y = arena.vector(k * k)
    let product = arena.vector(r * k)
    let corner = arena.vector(r * r)
    let U = arena.vector(weights)
    TriangleLayout.unpack(arena.vector(Array(packed)), into: Y, order: k)
    Dense.multiply(1, U, Y, into: product, m: r, n: k, k: k)
    Dense.multiply(1, product, U, transposeB: true, into: corner, m: r, n: r, k: k)
    return assemble(Y, product, corner, arena)
  }

  /// The packed matrix with blocks `NN`, `PN` and `PP`.
  func assemble(_ NN: VectorView, _ PN: VectorView, _ PP: VectorView, _ arena: Arena) -> [Double] {
    let whole = arena.vector(order * order)
    for (j, q) in kept.enumerated() {
      for (i, p) in kept.enumerated() { whole[p + q * order] = NN[i + j * dimension] }
      for (i, p) in pivots.enumerated() {
        whole[p + q * order] = PN[i + j * rank]
        whole[q + p * order] = PN[i + j * rank]
      }
    }
    for (j, q) in pivots.enumerated() {
      for (i, p) in pivots.enumerated() { whole[p + q * order] = PP[i + j * rank] }
    }
    let packed = arena.vector(order * (order + 1) / 2)
    TriangleLayout.pack(whole, into: packed, order: order)
    return packed.array
  }

  /// `VᵀGV − G_NN = UᵀG_PN + G_NP U + UᵀG_PP U` and `(VᵀG)_P = G_PN + G_PP U`, of shapes `k × k` and `r × k`.
  func restriction(_ PN: VectorView, _ PP: VectorView, into correction: VectorView, _ half: VectorView) {
    let (k, r) = (dimension, rank)
    let arena = Arena()
    let U = arena.vector(weights)
    half.copy(PN)
    Dense.multiply(1, PP, U, 1, into: half, m: r, n: k, k: r)
    Dense.multiply(1, U, transposeA: true, half, into: correction, m: k, n: k, k: r)
    Dense.multiply(1, PN, transposeA: true, U, 1, into: correction, m: k, n: k, k: r)
  }

  /// The entries of `VᵀGV` from those of a sparse `G`; exact zeros are left out.
  func restrict(_ entries: [SymmetricEntry]) -> [SymmetricEntry] {
    let (k, r) = (dimension, rank)
    var direct: [SymmetricEntry] = []
    var crossing: [SymmetricEntry] = []
    for entry in entries {
      if case .kept(let i) = place[entry.i], case .kept(let j) = place[entry.j] {
        direct.append(SymmetricEntry(i: i, j: j, value: entry.value))
      } else {
        crossing.append(entry)
      }
    }
    guard !crossing.isEmpty else { return direct }
    let arena = Arena()
    let PN = arena.vector(r * k)
    let PP = arena.vector(r * r)
    for entry in crossing {
      switch (place[entry.i], place[entry.j]) {
      case (.pivot(let p), .kept(let n)), (.kept(let n), .pivot(let p)): PN[p + n * r] = entry.value
      case (.pivot(let p), .pivot(let o)): (PP[p + o * r], PP[o + p * r]) = (entry.value, entry.value)
      case (.kept, .kept): break
      }
    }
    let sum = arena.vector(k * k)
    restriction(PN, PP, into: sum, arena.vector(r * k))
    for entry in direct { sum[entry.i + entry.j * k] += entry.value }
    return (0..<k).flatMap { j in
      (0...j).compactMap { i in
        sum[i + j * k] == 0 ? nil : SymmetricEntry(i: i, j: j, value: sum[i + j * k])
      }
    }
  }
}
