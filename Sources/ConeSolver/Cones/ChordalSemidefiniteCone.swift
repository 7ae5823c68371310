import LinearAlgebra

/// `X ⪰ 0` of order `k` where `s` has a sparse pattern: the HKM direction in the cone of matrices with a chordal pattern, whose dual
/// are the matrices that are known there and have a positive semidefinite completion.
///
/// Rows without coefficients and right-hand side say `s_ij = 0`. Then only the entries of `z` on the pattern `E` enter the conditions,
/// and whatever completes them to `z ⪰ 0` is as good as any other. With `ẑ` the completion of largest determinant, the one whose
/// inverse has the pattern too,
///
///     H⁻¹(V) = P_E(½(ẑ V s⁻¹ + s⁻¹V ẑ)),     ζ = P_E(ẑ − σμ s⁻¹ + ½(Δẑ Δs s⁻¹ + s⁻¹Δs Δẑ)),
///     Δẑ = −ẑ − ½(ẑ Δs s⁻¹ + s⁻¹Δs ẑ),
///
/// with `Δs` the predictor's. On the central path `ẑ = μs⁻¹`, off it completing raises `det ẑ` and improves centrality (M. Fukuda, M.
/// Kojima, K. Murota and K. Nakata, SIAM J. Optim. 11, 2001; Nakata et al., Math. Prog. 95, 2003). `updateScaling` writes the
/// completion into `z`.
///
/// With `L` the sparse factor: O(k|L|) for the dense `ẑ` and `s⁻¹`, which the Schur complement is made of; O(Σ w(w + b)²) for each
/// application of `H⁻¹` over supernodes of `w` columns and separators of `b`; one dense product for the corrector; steps by sparse solves
/// and clique by clique. When not to use it: where `|L|` is not small against `k²/2`.
final class ChordalSemidefiniteCone: SymmetricCone, SemidefiniteScaling {
  let rows: Range<Int>
  let order: Int
  private let pattern: ChordalPattern
  /// Place of each row of the matrix in the order of elimination, in which everything below is stored.
  private let places: [Int]
  /// Packed position of each entry of the pattern.
  private let packed: [Int32]
  private let arena = Arena()
  /// `ẑ` and `s⁻¹`, full symmetric.
  let left, right: VectorView
  private let factor: ChordalFactor
  private let completion: ChordalCompletion
  private let chordalProduct: ChordalProduct
  private let sPanels, zPanels, changePanels, productPanels: VectorView
  private let product, work, gathered, vector, known: VectorView
  private let lanczos: LanczosBound
  /// Entries of the matrix at hand, each pair `(i, j)`, `(j, i)` once.
  private var loaded: [Entry] = []

  private struct Entry {
    let row, column: Int32
    let value: Double
  }

  init(_ pattern: ChordalPattern, rows: Range<Int>) {
    self.pattern = pattern
    self.rows = rows
    order = pattern.order
    let k = pattern.order
    var places = [Int](repeating: 0, count: k)
    for (place, row) in pattern.permutation.enumerated() { places[row] = place }
    self.places = places
    packed = pattern.rows.indices.map { e in
      let i = pattern.permutation[Int(pattern.rows[e])]
      let j = pattern.permutation[Int(pattern.columns[e])]
      return Int32(max(i, j) * (max(i, j) + 1) / 2 + min(i, j))
    }
    left = arena.vector(k * k)
    right = arena.vector(k * k)
    product = arena.vector(k * k)
    work = arena.vector(k * k)
    gathered = arena.vector(k * pattern.largestClique)
    vector = arena.vector(k)
    known = arena.vector(pattern.places.count)
    sPanels = arena.vector(pattern.panelEntries)
    zPanels = arena.vector(pattern.panelEntries)
    changePanels = arena.vector(pattern.panelEntries)
    productPanels = arena.vector(pattern.panelEntries)
    chordalProduct = ChordalProduct(pattern)
    factor = ChordalFactor(pattern)
    completion = ChordalCompletion(pattern)
    lanczos = LanczosBound(order: k, steps: Tuning.lanczosSteps)
  }

  func place(of index: Int) -> Int { places[index] }

  var forecast: Double { Self.forecast(pattern) }

  /// Seconds that one iteration's operations take: products with the sparse factor, passes over dense matrices, and one dense product.
  static func forecast(_ pattern: ChordalPattern) -> Double {
    let k = Double(pattern.order)
    return Tuning.chordalOperations * k * Double(pattern.places.count) * Tuning.denseFlop
      + Tuning.chordalPasses * k * k * Tuning.denseEntry + 2 * k * k * k * Tuning.denseFlop
  }

  /// The entries of a packed matrix on the pattern, by panels.
  private func gather(_ v: VectorView, into panels: VectorView) {
    let halfRoot = 0.5.squareRoot()
    for e in packed.indices {
      let value = v[Int(packed[e])]
      panels[Int(pattern.places[e])] = pattern.rows[e] == pattern.columns[e] ? value : value * halfRoot
    }
  }

  /// Collects the nonzero entries of a packed matrix on the pattern.
  private func load(_ v: VectorView) {
    let halfRoot = 0.5.squareRoot()
    loaded.removeAll(keepingCapacity: true)
    for e in packed.indices {
      let value = v[Int(packed[e])]
      if value == 0 { continue }
      let isDiagonal = pattern.rows[e] == pattern.columns[e]
      loaded.append(Entry(row: pattern.rows[e], column: pattern.columns[e], value: isDiagonal ? value : value * halfRoot))
    }
  }

  /// A lower estimate, for `s` and for `z` with zeros outside the pattern.
  func margin(_ v: VectorView) -> Double {
    load(v)
    return lanczos.leastEigenvalue(relative: Tuning.lanczosAccuracy, threshold: .infinity) { x, y in multiplyLoaded(x, into: y) }
  }

  /// `y ← V x` for the matrix collected.
  private func multiplyLoaded(_ x: VectorView, into y: VectorView) {
    y.fill(0)
    for entry in loaded {
      let (i, j) = (Int(entry.row), Int(entry.column))
      y[i] += entry.value * x[j]
      if i != j { y[j] += entry.value * x[i] }
    }
  }

  func setIdentityScaling() {
    sPanels.fill(0)
    for e in packed.indices where pattern.rows[e] == pattern.columns[e] { sPanels[Int(pattern.places[e])] = 1 }
    _ = prepare(sPanels, sPanels)
  }

  /// `ẑ` and `s⁻¹` from panels; false when they are not interior.
  private func prepare(_ s: VectorView, _ z: VectorView) -> Bool {
    guard factor.factor(s), completion.factor(z) else { return false }
    factor.inverse(into: right)
    completion.complete(z, into: left)
    return true
  }

  func updateScaling(s: VectorView, z: VectorView) -> Bool {
    gather(s, into: sPanels)
    gather(z, into: zPanels)
    guard prepare(sPanels, zPanels) else { return false }
    for e in packed.indices { known[e] = z[Int(packed[e])] }
    let root = 2.0.squareRoot()
    var position = 0
    for j in 0..<order {
      let column = left.baseAddress! + places[j] * order
      for i in 0..<j {
        z[position] = column[places[i]] * root
        position += 1
      }
      position += 1
    }
    for e in packed.indices { z[Int(packed[e])] = known[e] }
    return true
  }

  func applyH(_ x: VectorView, into y: VectorView) {
    preconditionFailure("H of a chordal cone has no closed form, and the Schur complement needs none")
  }

  func applyHInverse(_ x: VectorView, into y: VectorView) {
    gather(x, into: changePanels)
    chordalProduct.apply(factor.recursion, right, completion.recursion, left, changePanels, into: productPanels)
    y.fill(0)
    let root = 2.0.squareRoot()
    for e in packed.indices {
      let value = productPanels[Int(pattern.places[e])]
      y[Int(packed[e])] = pattern.rows[e] == pattern.columns[e] ? value : value * root
    }
  }

  /// `product ← V s⁻¹`.
  private func formProduct(_ v: VectorView) {
    work.fill(0)
    let source = right.baseAddress!
    let target = work.baseAddress!
    let k = order
    func add(_ value: Double, _ from: Int, to column: Int) {
      let x = source + from * k
      let y = target + column * k
      for t in 0..<k { y[t] += value * x[t] }
    }
    load(v)
    for entry in loaded {
      let (i, j) = (Int(entry.row), Int(entry.column))
      add(entry.value, i, to: j)
      if i != j { add(entry.value, j, to: i) }
    }
    Dense.transpose(work, into: product, order: k)
  }

  /// `y ← P_E(½(A B + BᵀA))` for a symmetric `A` and `B = product`, supernode by supernode; zero outside the pattern.
  private func packProduct(_ A: VectorView, into y: VectorView) {
    y.fill(0)
    let k = order
    var e = 0
    let halfRoot = 0.5.squareRoot()
    for node in pattern.supernodes {
      let c = node.height
      let w = node.width
      let value = changePanels.slice(node.panel..<node.panel + c * w)
      // Rows of the clique against columns of the supernode, of AB and of BᵀA.
      gatherColumns(node, of: A)
      Dense.multiply(0.5, gathered, transposeA: true, product.slice(node.first * k..<(node.first + w) * k), into: value, m: c, n: w, k: k)
      gatherColumns(node, of: product)
      Dense.multiply(0.5, gathered, transposeA: true, A.slice(node.first * k..<(node.first + w) * k), 1, into: value, m: c, n: w, k: k)
      for j in 0..<w {
        for i in j..<c {
          y[Int(packed[e])] = i == j ? value[i + j * c] : value[i + j * c] / halfRoot
          e += 1
        }
      }
    }
  }

  /// The columns of a clique, one after another.
  private func gatherColumns(_ node: ChordalPattern.Supernode, of matrix: VectorView) {
    let k = order
    let target = gathered.baseAddress!
    let source = matrix.baseAddress!
    target.update(from: source + node.first * k, count: node.width * k)
    for (index, column) in pattern.separator(node).enumerated() {
      (target + (node.width + index) * k).update(from: source + column * k, count: k)
    }
  }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    if ds.contains(where: { $0 != 0 }) {
      formProduct(ds)
      // Δẑ in the place of ẑ Δs s⁻¹.
      Dense.multiply(1, left, product, into: work, m: order, n: order, k: order)
      for j in 0..<order {
        for i in 0...j {
          let value = -left[i + j * order] - 0.5 * (work[i + j * order] + work[j + i * order])
          work[i + j * order] = value
          work[j + i * order] = value
        }
      }
      packProduct(work, into: shift)
    } else {
      shift.fill(0)
    }
    let root = 2.0.squareRoot()
    for e in packed.indices {
      let (i, j) = (Int(pattern.rows[e]), Int(pattern.columns[e]))
      let position = Int(packed[e])
      shift[position] += z[position] - sigmaMu * right[i + j * order] * (i == j ? 1 : root)
    }
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    load(ds)
    let least = lanczos.leastEigenvalue(relative: Tuning.lanczosAccuracy, threshold: -1 / limit) { x, y in
      vector.copy(x)
      factor.solveTransposed(vector)
      multiplyLoaded(vector, into: y)
      factor.solve(y)
    }
    let forS = least < 0 ? min(limit, -1 / least) : limit
    gather(dz, into: changePanels)
    return completion.step(zPanels, changePanels, limit: forS)
  }
}
