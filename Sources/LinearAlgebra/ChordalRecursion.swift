import COpenBLAS

/// A positive definite matrix whose inverse has a chordal pattern, by the recursion over the supernodes
///
///     X_Wr = X_Ws Kᵀ,     X_rr = C + K X_sr
///
/// with `r` the columns, `s` the separator and `W` all later indices: `K` predicts `r` from `s`, and `C` is what is left of `X_rr`.
public final class ChordalRecursion {
  private let arena = Arena()
  private let gains, conditionals: VectorView
  private let gainStarts, conditionalStarts: [Int]

  init(_ pattern: ChordalPattern) {
    var gainStarts = [0]
    var conditionalStarts = [0]
    for node in pattern.supernodes {
      gainStarts.append(gainStarts.last! + node.below * node.width)
      conditionalStarts.append(conditionalStarts.last! + node.width * node.width)
    }
    gains = arena.vector(gainStarts.last!)
    conditionals = arena.vector(conditionalStarts.last!)
    self.gainStarts = gainStarts
    self.conditionalStarts = conditionalStarts
  }

  /// `Kᵀ`, `b × w`.
  func gain(_ s: Int) -> UnsafeMutablePointer<Double> { gains.baseAddress! + gainStarts[s] }

  /// `C`, `w × w`, both triangles.
  func conditional(_ s: Int) -> UnsafeMutablePointer<Double> { conditionals.baseAddress! + conditionalStarts[s] }
}

/// Columns of a dense symmetric matrix that follow from those of a separator: `X_Wr = X_Ws Kᵀ`.
struct DenseColumns {
  private let pattern: ChordalPattern
  private let arena = Arena()
  private let gathered: VectorView

  init(_ pattern: ChordalPattern) {
    self.pattern = pattern
    gathered = arena.vector(pattern.order * (pattern.supernodes.map(\.below).max() ?? 0))
  }

  /// Writes the columns `r` of a supernode at all later indices, and their mirror image; `KT` is `b × w`.
  func extend(_ node: ChordalPattern.Supernode, _ KT: UnsafeMutablePointer<Double>, into X: UnsafeMutablePointer<Double>) {
    let n = pattern.order
    let later = n - node.end
    guard later > 0 else { return }
    let target = X + node.end + node.first * n
    if node.below == 0 {
      for j in 0..<node.width { (target + j * n).update(repeating: 0, count: later) }
    } else {
      let source = gathered.baseAddress!
      for (k, column) in pattern.separator(node).enumerated() {
        (source + k * later).update(from: X + node.end + column * n, count: later)
      }
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasNoTrans, blasint(later), blasint(node.width), blasint(node.below), 1, source,
        blasint(later), KT, blasint(node.below), 0, target, blasint(n))
    }
    let mirror = X + node.first + node.end * n
    for i in 0..<later {
      for j in 0..<node.width { mirror[j + i * n] = target[i + j * n] }
    }
  }

  /// `X_rr ← X_rr + K X_sr`, lower triangle at least, after `extend`.
  func addProduct(_ node: ChordalPattern.Supernode, _ KT: UnsafeMutablePointer<Double>, into X: UnsafeMutablePointer<Double>) {
    let n = pattern.order
    let rows = gathered.baseAddress!
    for j in 0..<node.width {
      for (k, row) in pattern.separator(node).enumerated() { rows[k + j * node.below] = X[row + (node.first + j) * n] }
    }
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, blasint(node.width), blasint(node.width), blasint(node.below), 1, KT,
      blasint(node.below), rows, blasint(node.below), 1, X + node.first * (n + 1), blasint(n))
  }
}
