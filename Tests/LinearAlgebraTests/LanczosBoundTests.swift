import LinearAlgebra
import TestSupport
import Testing

/// Lanczos estimates against all eigenvalues.
@Suite struct LanczosBoundTests {
  private static func symmetric(_ n: Int, shift: Double, _ rng: inout SplitMix64, _ arena: Arena) -> VectorView {
    let A = arena.vector(n * n)
    for j in 0..<n {
      for i in j..<n {
        let value = rng.normal() + (i == j ? shift : 0)
        A[i + j * n] = value
        A[j + i * n] = value
      }
    }
    return A
  }

  @Test(arguments: [1, 2, 7, 50, 130]) func estimatesTheLeastEigenvalueFromBelow(_ n: Int) throws {
    var rng = SplitMix64(seed: UInt64(n))
    let arena = Arena()
    let lanczos = LanczosBound(order: n, steps: 60)
    let eigensolver = SymmetricEigensolver(order: n, vectors: false)
    for shift in [0.0, -30, 4] {
      let A = Self.symmetric(n, shift: shift, &rng, arena)
      let copy = arena.vector(A.array)
      let estimate = lanczos.leastEigenvalue(relative: 0.01, threshold: .infinity) { Dense.symmetricMultiply(A, $0, into: $1) }
      #expect(eigensolver.decompose(copy))
      let exact = eigensolver.eigenvalues[0]
      let size = max(abs(exact), abs(eigensolver.eigenvalues[n - 1]))
      #expect(estimate <= exact + 1e-10 * size)
      #expect(estimate >= exact - 0.02 * size)
    }
  }

  /// Above the threshold the caller only learns that.
  @Test func stopsAtTheThreshold() {
    let n = 80
    var rng = SplitMix64(seed: 5)
    let arena = Arena()
    let A = Self.symmetric(n, shift: 100, &rng, arena)
    let estimate = LanczosBound(order: n, steps: 60).leastEigenvalue(relative: 0, threshold: -1) {
      Dense.symmetricMultiply(A, $0, into: $1)
    }
    #expect(estimate >= -1 && estimate <= 100)
  }

  @Test func whatIsNotFiniteHasNoBound() {
    let arena = Arena()
    let A = arena.vector([1, 0, 0, Double.nan])
    let multiply = { (v: VectorView, y: VectorView) in Dense.symmetricMultiply(A, v, into: y) }
    #expect(LanczosBound(order: 2, steps: 10).leastEigenvalue(relative: 0.01, threshold: 0, multiply: multiply) == -.infinity)
    #expect(LanczosBound(order: 0, steps: 10).leastEigenvalue(relative: 0.01, threshold: 0, multiply: multiply) == .infinity)
  }
}
