import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Faces of the semidefinite cone, and a program that has its optimum on one.
@Suite struct FacialReductionTests {
  private static func entries(_ M: Rows) -> [SymmetricEntry] {
    M.indices.flatMap { j in (0...j).map { SymmetricEntry(i: $0, j: j, value: M[$0][j]) } }.filter { $0.value != 0 }
  }

  /// `aV = 0`, `V` has the identity in the kept rows, and `extend` and `restrict` are adjoint.
  @Test(arguments: [(3, 1), (5, 2), (8, 3), (4, 4)]) func faceIsTheNullSpace(_ order: Int, _ rank: Int) throws {
    var rng = SplitMix64(seed: UInt64(10 * order + rank))
    for _ in 0..<20 {
      let B = (0..<rank).map { _ in rng.normals(order) }
      let a = product(transpose(B, columns: order), B)
      let face = try #require(Face(order: order, entries: Self.entries(a), price: { _ in 0 }))
      #expect(face.rank == rank && face.dimension == order - rank)
      let V = (0..<order).map { i -> [Double] in
        if let p = face.pivots.firstIndex(of: i) { return (0..<face.dimension).map { face.weights[p + $0 * rank] } }
        return face.kept.map { $0 == i ? 1 : 0 }
      }
      if face.dimension > 0 { #expect(largest(product(a, V).flatMap { $0 }) <= 1e-10 * largest(a.flatMap { $0 }) * max(1, largest(face.weights))) }
      let G = smat(rng.normals(order * (order + 1) / 2), order: order)
      let Y = smat(rng.normals(face.dimension * (face.dimension + 1) / 2), order: face.dimension)
      let extended = smat(face.extend(svec(Y)[...]), order: order)
      let expected = product(V, product(Y, transpose(V, columns: face.dimension)))
      if face.dimension > 0 { #expect(largest(sum(extended.flatMap { $0 }, expected.flatMap { $0 }, -1)) <= 1e-9 * max(1, largest(expected.flatMap { $0 }))) }
      var restricted = Rows(repeating: [Double](repeating: 0, count: face.dimension), count: face.dimension)
      for entry in face.restrict(Self.entries(G)) { (restricted[entry.i][entry.j], restricted[entry.j][entry.i]) = (entry.value, entry.value) }
      let pairing = inner(restricted.flatMap { $0 }, Y.flatMap { $0 })
      let whole = inner(G.flatMap { $0 }, extended.flatMap { $0 })
      #expect(abs(pairing - whole) <= 1e-9 * max(1, abs(whole), norm(extended.flatMap { $0 })))
    }
  }

  /// An indefinite matrix exposes no face, by a hair or by much.
  @Test func indefiniteMatricesExposeNothing() {
    for M: Rows in [[[1, 2], [2, 1]], [[1, 1], [1, 1 - 1e-9]], [[0, 1], [1, 0]], [[1, 0, 0], [0, 0, 1], [0, 1, 0]], [[-1, 0], [0, -1]]] {
      #expect(Face(order: M.count, entries: Self.entries(M), price: { _ in 0 }) == nil)
    }
  }

  /// Graph equipartition, `min ⟨C, X⟩, X_ii = 1, eᵀXe = 0, X ⪰ 0`: the last equation leaves no interior, the face has one.
  ///
  /// For the complete graph `C = −J + nI`, and every feasible `X` costs `n·tr X = n²`; for a perfect matching `C = −Σ e_ie_jᵀ − e_je_iᵀ`
  /// the sum is least with `X_ij = 1` on all edges, `−n`, as for two equal halves that split no edge.
  @Test func equipartitionIsSolvedOnItsFace() throws {
    let n = 12
    let root = 2.0.squareRoot()
    let dimension = n * (n + 1) / 2
    func program(_ C: Rows) -> ConicProblem {
      // Variables y; slack C − Diag(y) − y₀J.
      var list: [SparseMatrix.Entry] = []
      for i in 0..<n { list.append(.init(TriangleLayout.diagonal(i), i, 1)) }
      for j in 0..<n { for i in 0...j { list.append(.init(j * (j + 1) / 2 + i, n, i == j ? 1 : root)) } }
      return ConicProblem(
        q: [Double](repeating: -1, count: n) + [0], A: SparseMatrix(rows: dimension, columns: n + 1, entries: list), b: svec(C),
        cones: [.positiveSemidefinite(order: n)])
    }
    let complete = (0..<n).map { i in (0..<n).map { $0 == i ? Double(n - 1) : -1 } }
    let matching = (0..<n).map { i in (0..<n).map { $0 == i ^ 1 ? -1.0 : 0 } }
    for (C, optimum) in [(complete, Double(n * n)), (matching, -Double(n))] {
      let solver = try Solver(program(C))
      #expect(solver.presolveSummary.contains("face"))
      let solution = solver.solve()
      #expect(solution.status == .solved)
      #expect(abs(-solution.primalObjective - optimum) <= 1e-6 * optimum.magnitude)
      #expect(abs(-solution.dualObjective - optimum) <= 1e-6 * optimum.magnitude)
      let X = smat(solution.z, order: n)
      #expect(abs(X.flatMap { $0 }.reduce(0, +)) <= 1e-8)
    }
  }
}
