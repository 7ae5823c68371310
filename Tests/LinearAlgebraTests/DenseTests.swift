import LinearAlgebra
import TestSupport
import Testing

/// Dense kernels against loops: every matrix is column-major and contiguous.
@Suite struct DenseTests {
  private let arena = Arena()

  private func random(_ count: Int, _ rng: inout SplitMix64) -> VectorView {
    arena.vector((0..<count).map { _ in rng.uniform() - 0.5 })
  }

  private func multiply(
    _ A: VectorView, _ transposeA: Bool, _ B: VectorView, _ transposeB: Bool, m: Int, n: Int, k: Int
  ) -> [Double] {
    var C = [Double](repeating: 0, count: m * n)
    for j in 0..<n {
      for i in 0..<m {
        for l in 0..<k {
          C[i + j * m] += (transposeA ? A[l + i * k] : A[i + l * m]) * (transposeB ? B[j + l * n] : B[l + j * k])
        }
      }
    }
    return C
  }

  private func distance(_ a: VectorView, _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

  private func positiveDefinite(_ n: Int, _ rng: inout SplitMix64) -> VectorView {
    let B = random(n * n, &rng)
    let A = arena.vector(multiply(B, false, B, true, m: n, n: n, k: n))
    for i in 0..<n { A[i + i * n] += 0.5 }
    return A
  }

  @Test(arguments: [(1, 1, 1), (4, 3, 2), (2, 5, 7), (3, 4, 0), (0, 2, 2), (2, 0, 2)])
  func products(_ m: Int, _ n: Int, _ k: Int) {
    var rng = SplitMix64(seed: UInt64(m * 100 + n * 10 + k))
    let A = random(m * k, &rng)
    let B = random(k * n, &rng)
    for transposeA in [false, true] {
      for transposeB in [false, true] {
        let C = random(m * n, &rng)
        let before = C.array
        Dense.multiply(2, A, transposeA: transposeA, B, transposeB: transposeB, -1, into: C, m: m, n: n, k: k)
        let AB = multiply(A, transposeA, B, transposeB, m: m, n: n, k: k)
        #expect(distance(C, before.indices.map { 2 * AB[$0] - before[$0] }) <= 1e-14)
      }
    }
  }

  @Test(arguments: [(1, 3), (5, 2), (4, 0), (0, 3)]) func gramMatrices(_ n: Int, _ k: Int) {
    var rng = SplitMix64(seed: UInt64(n * 10 + k))
    let A = random(n * k, &rng)
    let C = arena.vector(n * n)
    Dense.gram(3, A, 0, into: C, n: n, k: k)
    Dense.symmetrizeFromUpper(C, order: n)
    #expect(distance(C, multiply(A, true, A, false, m: n, n: n, k: k).map { 3 * $0 }) <= 1e-14)
  }

  @Test(arguments: [1, 2, 5, 17, 60]) func cholesky(_ n: Int) {
    var rng = SplitMix64(seed: UInt64(n))
    let A = positiveDefinite(n, &rng)
    let L = arena.vector(A.array)
    // Rubbish above the diagonal must neither matter nor change.
    for j in 0..<n { for i in 0..<j { L[i + j * n] = 99 } }
    #expect(Dense.choleskyLower(L, order: n) == 0)
    for j in 0..<n { for i in 0..<j { #expect(L[i + j * n] == 99) } }
    for j in 0..<n { for i in 0..<j { L[i + j * n] = 0 } }
    #expect(distance(A, multiply(L, false, L, true, m: n, n: n, k: n)) <= 1e-13 * Double(n))

    let columns = 3
    let X = random(n * columns, &rng)
    for transpose in [false, true] {
      let Y = arena.vector(X.array)
      Dense.multiplyLower(L, transpose: transpose, Y, order: n, columns: columns)
      #expect(distance(Y, multiply(L, transpose, X, false, m: n, n: columns, k: n)) <= 1e-13 * Double(n))
      Dense.solveLower(L, transpose: transpose, Y, order: n, columns: columns)
      #expect(distance(Y, X.array) <= 1e-11 * Double(n))
    }
  }

  @Test func choleskyNamesTheFirstBadMinor() {
    // diag(1, 1, −1, 1): the third leading minor is negative.
    let A = arena.vector([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1])
    #expect(Dense.choleskyLower(A, order: 4) == 3)
    let nan = arena.vector([1, .nan, 0, 1])
    let order = Dense.choleskyLower(nan, order: 2)
    #expect(order != 0 || nan[1].isNaN || nan[3].isNaN)
  }

  @Test(arguments: [1, 2, 3, 8, 33]) func eigenvaluesAndVectors(_ n: Int) {
    var rng = SplitMix64(seed: UInt64(n + 400))
    let A = random(n * n, &rng)
    Dense.symmetrizeFromUpper(A, order: n)
    let solver = SymmetricEigensolver(order: n, vectors: true)
    let V = arena.vector(A.array)
    #expect(solver.decompose(V, vectors: true))
    let values = solver.eigenvalues.array
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    // AV = VΛ and VᵀV = I.
    let scaled = arena.vector((0..<n * n).map { V[$0] * values[$0 / n] })
    #expect(distance(scaled, multiply(A, false, V, false, m: n, n: n, k: n)) <= 1e-13 * Double(n))
    let unit = (0..<n * n).map { $0 % n == $0 / n ? 1.0 : 0 }
    #expect(distance(arena.vector(unit), multiply(V, true, V, false, m: n, n: n, k: n)) <= 1e-13 * Double(n))
    // Values alone agree, and only the upper triangle is read.
    let alone = SymmetricEigensolver(order: n, vectors: false)
    let U = arena.vector(A.array)
    for j in 0..<n { for i in j + 1..<max(n, j + 1) { U[i + j * n] = .nan } }
    #expect(alone.decompose(U))
    #expect(distance(alone.eigenvalues, values) <= 1e-13 * Double(n))
  }

  @Test func eigenvaluesOfNaNAreRefused() {
    let solver = SymmetricEigensolver(order: 3, vectors: false)
    #expect(!solver.decompose(arena.vector([1, 0, 0, .nan, 1, 0, 0, 0, 1])))
    #expect(SymmetricEigensolver(order: 0, vectors: false).decompose(arena.vector(0)))
  }

  @Test(arguments: [1, 2, 4, 12, 31]) func singularValues(_ n: Int) {
    var rng = SplitMix64(seed: UInt64(n + 800))
    let A = random(n * n, &rng)
    let svd = SquareSVD(order: n)
    #expect(svd.decompose(arena.vector(A.array)))
    let values = svd.singularValues.array
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 } && values[n - 1] >= 0)
    let scaled = arena.vector((0..<n * n).map { svd.U[$0] * values[$0 / n] })
    #expect(distance(A, multiply(scaled, false, svd.VT, false, m: n, n: n, k: n)) <= 1e-13 * Double(n))
    let unit = arena.vector((0..<n * n).map { $0 % n == $0 / n ? 1.0 : 0 })
    #expect(distance(unit, multiply(svd.U, true, svd.U, false, m: n, n: n, k: n)) <= 1e-13 * Double(n))
    #expect(distance(unit, multiply(svd.VT, false, svd.VT, true, m: n, n: n, k: n)) <= 1e-13 * Double(n))
  }
}

/// Vector views: norms that neither overflow nor lose a NaN.
@Suite struct ArenaTests {
  private let arena = Arena()

  @Test func vectorsBeginAtZeroAndAreAligned() {
    for count in [0, 1, 7, 1000] {
      let v = arena.vector(count)
      #expect(v.count == count && v.allSatisfy { $0 == 0 })
      #expect(UInt(bitPattern: v.baseAddress) % 64 == 0)
    }
  }

  @Test func arithmetic() {
    let v = arena.vector([1, -2, 3])
    v.add(2, arena.vector([1, 1, 1]))
    #expect(v.array == [3, 0, 5])
    v.scale(-1)
    #expect(v.array == [-3, 0, -5])
    #expect(v.dot(arena.vector([1, 7, 2])) == -13)
    v.slice(1..<3).fill(4)
    #expect(v.array == [-3, 4, 4])
    v.slice(0..<0).fill(9)
    #expect(v.array == [-3, 4, 4])
  }

  @Test func normsAreSafe() {
    #expect(arena.vector([3, -4]).euclideanNorm == 5)
    #expect(arena.vector([3, -4]).maximumNorm == 4)
    #expect(abs(arena.vector([3e200, -4e200]).euclideanNorm / 5e200 - 1) <= 1e-15)
    #expect(arena.vector([3e-200, 4e-200]).euclideanNorm > 4.9e-200)
    #expect(arena.vector(0).euclideanNorm == 0 && arena.vector(5).euclideanNorm == 0)
    for v in [[Double.nan, 1], [1, .nan], [.infinity, .nan], [.nan, .infinity]] {
      #expect(arena.vector(v).maximumNorm.isNaN && arena.vector(v).euclideanNorm.isNaN)
    }
    #expect(arena.vector([1, -.infinity]).euclideanNorm == .infinity)
  }
}
