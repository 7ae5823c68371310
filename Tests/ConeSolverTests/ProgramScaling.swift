import TestSupport
import ConeSolver
import LinearAlgebra

/// Powers of two between the natural units of a draft and the units the solver sees, so that nothing is rounded:
///
///     A' = α R A C,  b' = β R b,  q' = γ C q,  P' = (γα/β) C P C
///     x' = (β/α) C⁻¹x,  s' = β R s,  z' = (γ/α) R⁻¹z,  objective' = (γβ/α)·objective
///
/// `R` is constant over second-order and semidefinite cones, so cones are kept.
struct ProgramScaling {
  enum Mode: String, CaseIterable { case none, overall, rows, columns, mild, everything }

  var mode: Mode
  var alpha = 0, beta = 0, gamma = 0
  var R: [Int]
  var C: [Int]

  /// 2²⁰ ≈ 10⁶ bounds every single factor.
  static let widest = 20

  init(_ draft: ProgramDraft, _ rng: inout SplitMix64) {
    let modes: [Mode] = [.none, .none, .none, .overall, .rows, .columns, .mild, .mild, .everything]
    mode = modes[rng.integer(0...modes.count - 1)]
    R = [Int](repeating: 0, count: draft.m)
    C = [Int](repeating: 0, count: draft.n)
    func exponent(_ bound: Int) -> Int { rng.integer(-bound...bound) }
    let widest = Self.widest
    if mode == .overall || mode == .everything {
      switch rng.integer(0...3) {
      case 0: alpha = exponent(widest)
      case 1: beta = exponent(widest)
      case 2: gamma = exponent(widest)
      default: (alpha, beta, gamma) = (exponent(7), exponent(7), exponent(7))
      }
    }
    let rowBound = [.rows: widest, .everything: widest, .mild: 7][mode] ?? 0
    let columnBound = [.columns: widest, .everything: widest, .mild: 7][mode] ?? 0
    if rowBound > 0 {
      var row = 0
      for cone in draft.cones {
        let shared = exponent(rowBound)
        for i in row..<row + cone.dimension {
          switch cone {
          case .zero, .nonnegative: R[i] = exponent(rowBound)
          default: R[i] = shared
          }
        }
        row += cone.dimension
      }
    }
    if columnBound > 0 { for j in 0..<draft.n { C[j] = exponent(columnBound) } }
    // An absolute tolerance makes a tiny violation no violation at all: bring the scales closer until it is one.
    while !keepsViolations(draft) { halve() }
  }

  private mutating func halve() {
    alpha /= 2
    beta /= 2
    gamma /= 2
    for i in R.indices { R[i] /= 2 }
    for j in C.indices { C[j] /= 2 }
  }

  /// Every `(x, s)` violates `Ax + s = b` by at least `1/‖z‖₁` for a certificate with `bᵀz = −1`, and likewise for
  /// rays. In the scaled units that must stand out from the tolerances by a factor of 100.
  private func keepsViolations(_ draft: ProgramDraft) -> Bool {
    if alpha == 0, beta == 0, gamma == 0, R.allSatisfy({ $0 == 0 }), C.allSatisfy({ $0 == 0 }) { return true }
    if let z = draft.farkas {
      let scaled = scaledZ(z)
      let bz = -inner(scaledB(draft.b), scaled)
      let size = scaled.reduce(0) { $0 + abs($1) }
      if bz / size < 1e-6 * (1 + Self.power(beta + (R.max() ?? 0))) { return false }
    }
    if let ray = draft.ray {
      let scaled = scaledX(ray.x)
      let qx = -inner(scaledQ(draft.q), scaled)
      let size = scaled.reduce(0) { $0 + abs($1) }
      if qx / size < 1e-6 * (1 + Self.power(gamma + (C.max() ?? 0))) { return false }
    }
    return true
  }

  static func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

  func scaledX(_ x: [Double]) -> [Double] { x.indices.map { x[$0] * Self.power(beta - alpha - C[$0]) } }
  func scaledS(_ s: [Double]) -> [Double] { s.indices.map { s[$0] * Self.power(beta + R[$0]) } }
  func scaledZ(_ z: [Double]) -> [Double] { z.indices.map { z[$0] * Self.power(gamma - alpha - R[$0]) } }
  func scaledB(_ b: [Double]) -> [Double] { scaledS(b) }
  func scaledQ(_ q: [Double]) -> [Double] { q.indices.map { q[$0] * Self.power(gamma + C[$0]) } }
  func scaledA(_ A: Rows) -> Rows {
    A.indices.map { i in A[i].indices.map { A[i][$0] * Self.power(alpha + R[i] + C[$0]) } }
  }
  func scaledP(_ P: Rows) -> Rows {
    P.indices.map { i in P[i].indices.map { P[i][$0] * Self.power(gamma + alpha - beta + C[i] + C[$0]) } }
  }
}

extension SparseMatrix {
  /// The nonzero entries of dense rows.
  init(_ dense: Rows, columns: Int, upperOnly: Bool = false) {
    var entries: [Entry] = []
    for i in dense.indices {
      for j in 0..<columns where dense[i][j] != 0 && (!upperOnly || i <= j) { entries.append(Entry(i, j, dense[i][j])) }
    }
    self.init(rows: dense.count, columns: columns, entries: entries)
  }
}
