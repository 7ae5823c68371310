import COpenBLAS

/// The positive definite completion of largest determinant of a matrix that is known on a chordal pattern.
///
/// A partial matrix has a positive definite completion exactly when its blocks on the cliques are positive definite (R. Grone, C.
/// Johnson, E. Sá and H. Wolkowicz, Linear Algebra Appl. 58, 1984); among them one has the largest determinant, the one whose inverse
/// has the pattern. Backwards over the supernodes, with `r` the columns, `s` the separator and `W` all later indices, it is
///
///     X_Wr = X_Ws Kᵀ,     K = Z_rs Z_ss⁻¹.
///
/// Complexity: O(Σ (w + b)³ + Σ wb·n) flops.
public final class ChordalCompletion {
  public let pattern: ChordalPattern
  private let arena = Arena()
  /// Cholesky factors of the blocks on the cliques, ordered separator first; one after another.
  private let factors: VectorView
  private let block, change: VectorView
  private let columns: DenseColumns
  private let eigensolvers: [SymmetricEigensolver?]
  /// What `complete` found, for products with the completion.
  public let recursion: ChordalRecursion

  public init(_ pattern: ChordalPattern) {
    self.pattern = pattern
    factors = arena.vector(pattern.blockEntries)
    block = arena.vector(pattern.largestClique * pattern.largestClique)
    change = arena.vector(pattern.largestClique * pattern.largestClique)
    columns = DenseColumns(pattern)
    var solvers = [SymmetricEigensolver?](repeating: nil, count: pattern.largestClique + 1)
    for node in pattern.supernodes where solvers[node.height] == nil {
      solvers[node.height] = SymmetricEigensolver(order: node.height, vectors: false)
    }
    eigensolvers = solvers
    recursion = ChordalRecursion(pattern)
  }

  /// Factors the blocks on the cliques; false when one of them is not numerically positive definite.
  public func factor(_ panels: VectorView) -> Bool {
    for node in pattern.supernodes {
      let factor = factor(of: node)
      gather(node, panels, into: factor)
      if Dense.choleskyLower(factor, order: node.height) != 0 { return false }
    }
    return true
  }

  /// The completion of the panels that were factored last, dense, both triangles.
  public func complete(_ panels: VectorView, into X: VectorView) {
    let n = pattern.order
    guard let panels = panels.baseAddress, let target = X.baseAddress else { return }
    for (s, node) in pattern.supernodes.enumerated().reversed() {
      let c = node.height
      let b = node.below
      let factor = factors.baseAddress! + node.block
      let KT = recursion.gain(s)
      // C = L_rr L_rrᵀ of the clique's factor; L_rs, then Kᵀ = L_ss⁻ᵀL_rsᵀ.
      for i in 0..<node.width {
        for j in 0..<b { KT[j + i * b] = factor[b + i + j * c] }
      }
      if b > 0 {
        cblas_dtrsm(
          CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, blasint(b), blasint(node.width), 1, factor, blasint(c), KT,
          blasint(b))
      }
      let C = recursion.conditional(s)
      for j in 0..<node.width {
        for i in j..<node.width {
          var sum = 0.0
          for k in 0...j { sum += factor[b + i + (b + k) * c] * factor[b + j + (b + k) * c] }
          C[i + j * node.width] = sum
          C[j + i * node.width] = sum
        }
      }
      columns.extend(node, KT, into: target)
      // What is given stands as it is given.
      let panel = panels + node.panel
      for j in 0..<node.width {
        let column = node.first + j
        for i in j..<node.width {
          target[node.first + i + column * n] = panel[i + j * c]
          target[column + (node.first + i) * n] = panel[i + j * c]
        }
        for (i, row) in pattern.separator(node).enumerated() {
          target[row + column * n] = panel[node.width + i + j * c]
          target[column + row * n] = panel[node.width + i + j * c]
        }
      }
    }
  }

  /// The largest `α ≤ limit` for which `Z + αD` keeps a positive semidefinite completion: for each clique `−1/λ_min(L⁻¹DL⁻ᵀ)`, where a
  /// Cholesky factorisation of `Z + αD` does not show that it allows more than those before.
  public func step(_ panels: VectorView, _ direction: VectorView, limit: Double) -> Double {
    var alpha = limit
    for node in pattern.supernodes {
      let c = node.height
      let sum = block.slice(0..<c * c)
      let D = change.slice(0..<c * c)
      gather(node, panels, into: sum)
      gather(node, direction, into: D)
      sum.add(alpha, D)
      if Dense.choleskyLower(sum, order: c) == 0 { continue }
      Dense.reduceByCholeskyLower(D, factor(of: node), order: c)
      Dense.symmetrizeFromLower(D, order: c)
      guard let solver = eigensolvers[c], solver.decompose(D) else { return 0 }
      let least = solver.eigenvalues[0]
      if least < 0 { alpha = min(alpha, -1 / least) }
    }
    return alpha
  }

  private func factor(of node: ChordalPattern.Supernode) -> VectorView {
    factors.slice(node.block..<node.block + node.height * node.height)
  }

  /// The lower triangle of a clique's block, separator first.
  private func gather(_ node: ChordalPattern.Supernode, _ panels: VectorView, into matrix: VectorView) {
    guard let source = panels.baseAddress, let target = matrix.baseAddress else { return }
    let c = node.height
    let b = node.below
    let panel = source + node.panel
    pattern.separatorPlaces.withUnsafeBufferPointer { places in
      var place = node.placeStart
      for j in 0..<b {
        for i in j..<b {
          target[i + j * c] = source[Int(places[place])]
          place += 1
        }
        for i in 0..<node.width { target[b + i + j * c] = panel[node.width + j + i * c] }
      }
    }
    for j in 0..<node.width {
      for i in j..<node.width { target[b + i + (b + j) * c] = panel[i + j * c] }
    }
  }
}
