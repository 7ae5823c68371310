import ConeModel
import Foundation

private let graph = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 4), (3, 5), (4, 5), (0, 5), (5, 6), (6, 1)]
private let regressors = (0..<8).map { k in [wave(800 + 3 * k), wave(801 + 3 * k), wave(802 + 3 * k)] }

/// `Σ wₖaₖaₖᵀ`.
private func information(_ w: AffineVector) -> AffineSymmetric {
  symmetric(order: 3) { i, j in inner(regressors.map { $0[i] * $0[j] }, w) }
}

let semidefiniteModels: [RightModel] = [
  RightModel(name: "MaxCut") {
    let X = Model().symmetric("X", order: 7, .positiveSemidefinite)
    let laplacian = Constant<Symmetric>(
      order: 7, entries: graph.flatMap { i, j in [(i, i, 1.0), (j, j, 1.0), (i, j, -1.0)] })
    return .maximize(0.25 ⋅ inner(laplacian, X)) { diagonal(X) == 1 }
  },
  RightModel(name: "Lovász's theta") {
    let X = Model().symmetric("X", order: 7, .positiveSemidefinite)
    return .maximize(sum(X)) {
      trace(X) == 1
      for i in 0..<7 { X[i, (i + 1) % 7] == 0 }
    }
  },
  RightModel(name: "theta plus") {
    let X = Model().symmetric("X", order: 7, .doublyNonnegative)
    return .maximize(sum(X)) {
      trace(X) == 1
      for (i, j) in graph { X[i, j] == 0 }
    }
  },
  RightModel(name: "nearest correlation matrix") {
    let X = Model().symmetric("X", order: 5, .positiveSemidefinite)
    let C = Constant<Symmetric>(order: 5) { i, j in i == j ? 1 : wave(900 + 5 * i + j) }
    return .minimize(sumSquares(X - C)) { diagonal(X) == 1 }
  },
  RightModel(name: "matrix completion") {
    let X = Model().matrix("X", rows: 5, columns: 4)
    let known = (0..<20).filter { $0 % 3 != 1 }
    return .minimize(nuclearNorm(X)) {
      for k in known { X[k % 5, k / 5] == wave(950 + k % 5) * wave(960 + k / 5) }
    }
  },
  RightModel(name: "E-optimal design") {
    let w = Model().vector("w", count: 8, .nonnegative)
    return .maximize(lambdaMin(information(w))) { sum(w) == 1 }
  },
  RightModel(name: "A-optimal design") {
    let w = Model().vector("w", count: 8, .nonnegative)
    return .minimize(traceInverse(information(w))) { sum(w) == 1 }
  },
  RightModel(name: "D-optimal design") {
    let w = Model().vector("w", count: 8, .nonnegative)
    return .maximize(rootDeterminant(information(w))) { sum(w) == 1 }
  },
  RightModel(name: "lower bound of a polynomial") {
    // x⁴ − 3x² + x + 2 − t is a sum of squares.
    let model = Model()
    let t = model.scalar("t")
    let Q = model.symmetric("Q", order: 3, .positiveSemidefinite)
    return .maximize(t) {
      Q[0, 0] + t == 2
      2 ⋅ Q[0, 1] == 1
      2 ⋅ Q[0, 2] + Q[1, 1] == -3
      2 ⋅ Q[1, 2] == 0
      Q[2, 2] == 1
    }
  },
  RightModel(name: "fastest mixing Markov chain") {
    let path = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 3)]
    let p = Model().vector("p", count: path.count, .nonnegative)
    let P = symmetric(order: 5) { i, j in
      let edges = path.indices.filter { k in i == j ? path[k].0 == i || path[k].1 == i : path[k] == (i, j) }
      return i == j ? 1 - sum(edges.map { p[$0] }) : sum(edges.map { p[$0] })
    }
    let mean = Constant<Symmetric>(order: 5) { _, _ in 0.2 }
    return .minimize(spectralNorm(P - mean)) { diagonal(P) >= 0 }
  },
  RightModel(name: "standard quadratic program, relaxed") {
    let X = Model().symmetric("X", order: 5, .completelyPositive(relaxation: .doublyNonnegative))
    let Q = Constant<Symmetric>(order: 5) { i, j in wave(1000 + 5 * i + j) }
    return .minimize(inner(Q, X)) { sum(X) == 1 }
  },
  RightModel(name: "sum of the largest eigenvalues") {
    let x = Model().vector("x", count: 2)
    let base = (0..<3).map { k in Constant<Symmetric>(order: 4) { i, j in wave(1100 + 16 * k + 4 * i + j) } }
    let M = symmetric(order: 4) { i, j in base[0][i, j] + base[1][i, j] ⋅ x[0] + base[2][i, j] ⋅ x[1] }
    return .minimize(sumLargestEigenvalues(M, 2))
  },
  RightModel(name: "stability by Lyapunov's inequality") {
    let P = Model().symmetric("P", order: 3)
    let A = Constant<Matrix>([[-1, 2, 0], [0, -2, 1], [0.5, 0, -1.5]])
    let derivative = symmetricPart(product(A.transposed(), P))
    return .minimize(trace(P)) {
      derivative ⪯ Constant.identity(order: 3).scaled(by: -0.5)
      P ⪰ Constant.identity(order: 3)
    }
  },
]
