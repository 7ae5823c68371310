import Foundation

/// A proof of `κ(Z) ≤ θ` by a cover of the sphere with simplicial cones: what a checker needs beside the data.
///
/// **The cover.** `w = By` with `B` upper triangular, its diagonal without zeros, so `y` runs over `ℝʳ` as `w` does. The `2ʳ`
/// orthants of `y`, in the order of the numbers whose bit `k` says `y_k ≤ 0`, are each the root of a binary tree; `tree` has one
/// bit a node, in preorder: 1 for a split, 0 for a leaf. A split halves the edge `(i, j)`, `i < j`, with the smallest cosine of
/// `y_i` and `y_j`, the first such pair, at `m = y_i + y_j`, halved if `‖m‖² ≥ 2`: first the half that keeps `y_i` (`m` in the
/// place of `y_j`), then the other. Vertices are dyadic and the sums exact, so the leaves cover all of `ℝʳ`.
///
/// `θ` bounds `‖h(w)‖` for unit `w` on each leaf (`KappaByCones`).
public struct ConeCertificate: Sendable, Equatable {
  /// `n × c`, in the user's rows.
  public var Z: DenseMatrix
  /// `B`, `r × r`.
  public var basis: DenseMatrix
  /// The claim, in reduced coordinates.
  public var theta: Double
  /// The nodes of all trees, 8 to a byte, the first in the lowest bit; bits beyond the last node are 0.
  public var tree: Data

  public init(Z: DenseMatrix, basis: DenseMatrix, theta: Double, tree: Data) {
    self.Z = Z
    self.basis = basis
    self.theta = theta
    self.tree = tree
  }

  /// Packs one truth value a node.
  static func packed(_ nodes: [Bool]) -> Data {
    var bytes = [UInt8](repeating: 0, count: (nodes.count + 7) / 8)
    for (k, isSplit) in nodes.enumerated() where isSplit { bytes[k >> 3] |= 1 << (k & 7) }
    return Data(bytes)
  }
}
