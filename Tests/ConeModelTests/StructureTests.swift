import ConeModel
import Testing

/// The rest of the affine algebra, against the same operations on numbers at a random point.
struct StructureTests {
  let model = Model()
  let x: AffineVector
  let M: AffineMatrix
  let X: AffineSymmetric
  var point: ModelPoint
  let Mv: Constant<Matrix>
  let Xv: Constant<Symmetric>
  let xv: [Double]

  init() throws {
    x = model.vector("x", count: 3)
    M = model.matrix("M", rows: 3, columns: 2)
    X = model.symmetric("X", order: 3)
    var numbers = Numbers(seed: 21)
    xv = numbers.array(3)
    Mv = numbers.matrix(3, 2)
    Xv = numbers.symmetric(3)
    point = ModelPoint(model)
    try point.set(x, to: xv)
    try point.set(M, to: Mv)
    try point.set(X, to: Xv)
  }

  private func expect(_ E: AffineMatrix, _ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double) throws {
    #expect(E.rows == rows && E.columns == columns)
    for i in 0..<rows { for j in 0..<columns { #expect(isClose(try point.value(of: E[i, j]), entry(i, j))) } }
  }

  private func expect(_ E: AffineSymmetric, _ order: Int, _ entry: (Int, Int) -> Double) throws {
    #expect(E.order == order)
    for i in 0..<order { for j in 0..<order { #expect(isClose(try point.value(of: E[i, j]), entry(i, j))) } }
  }

  @Test func kroneckerProducts() throws {
    let A = Constant<Matrix>([[1, -2, 0], [0, 3, 0.5]])
    try expect(kronecker(A, M), 6, 6) { i, j in A[i / 3, j / 2] * Mv[i % 3, j % 2] }
    try expect(kronecker(M, A), 6, 6) { i, j in Mv[i / 2, j / 3] * A[i % 2, j % 3] }
    let S = Constant<Symmetric>([[1, -2], [-2, 0.5]])
    try expect(kronecker(S, X), 6) { i, j in S[i / 3, j / 3] * Xv[i % 3, j % 3] }
  }

  @Test func blocks() throws {
    try expect(block([[M, column(x)], [M, column(2 ⋅ x)]]), 6, 3) { i, j in
      j < 2 ? Mv[i % 3, j] : (i < 3 ? 1 : 2) * xv[i % 3]
    }
    try expect(matrix(columns: [x, 3 ⋅ x]), 3, 2) { i, j in (j == 0 ? 1 : 3) * xv[i] }
    let corner = symmetric(order: 2) { i, j in x[i] + x[j] }
    try expect(symmetricBlock(X, M, corner), 5) { i, j in
      if i < 3, j < 3 { return Xv[i, j] }
      if i >= 3, j >= 3 { return xv[i - 3] + xv[j - 3] }
      return i < 3 ? Mv[i, j - 3] : Mv[j, i - 3]
    }
    let odd = block([[M, column(x)], [M]])
    #expect(throws: ModelError.self) { try Problem.minimize(sum(odd)).compile() }
  }

  @Test func diagonalsAndParts() throws {
    try expect(diagonalMatrix(x), 3) { i, j in i == j ? xv[i] : 0 }
    try expect(outer(x, [2, -1]), 3, 2) { i, j in xv[i] * [2, -1][j] }
    let square = block([[M, column(x)]])
    func entry(_ i: Int, _ j: Int) -> Double { j < 2 ? Mv[i, j] : xv[i] }
    try expect(symmetricPart(square), 3) { i, j in (entry(i, j) + entry(j, i)) / 2 }
    #expect(isClose(try point.value(of: trace(square)), entry(0, 0) + entry(1, 1) + entry(2, 2)))
    #expect(try point.value(of: Mv.transposed()(x)[1]) == point.value(of: (Mv.transposed() ⋅ x)[1]))
    #expect(isClose(try point.value(of: 2 * x[1] - 0.5 * x[0]), 2 * xv[1] - 0.5 * xv[0]))
    #expect(isClose(try point.value(of: 2 * norm(x)), try point.value(of: 2 ⋅ norm(x))))
    #expect(isClose(try point.value(of: sum(repeated(x[1], count: 4))), 4 * xv[1]))
    #expect(
      isClose(
        try point.value(of: sum(product(X, [1, 2, 3]))),
        (0..<9).reduce(0) { $0 + Xv[$1 / 3, $1 % 3] * Double($1 % 3 + 1) }))
    let D = model.diagonal("D", order: 3, .nonnegative)
    #expect("\(trace(D))" == "sum(D)")
  }

  @Test func sparseConstantsAreTheirDenseTwins() throws {
    let entries = [(row: 0, column: 1, value: 2.0), (row: 2, column: 0, value: -1), (row: 2, column: 0, value: 0.5)]
    let sparse = Constant<Matrix>(rows: 3, columns: 3, entries: entries)
    let dense = Constant<Matrix>([[0, 2, 0], [0, 0, 0], [-0.5, 0, 0]])
    #expect(sparse == dense && sparse.transposed() == dense.transposed() && sparse.scaled(by: 3) == dense.scaled(by: 3))
    #expect(sparse[2, 0] == -0.5 && sparse[1, 1] == 0)
    for A in [sparse, dense] {
      #expect(isClose(try point.value(of: sum(A ⋅ x)), 2 * xv[1] - 0.5 * xv[0]))
      #expect(isClose(try point.value(of: inner(A, block([[M, column(x)]]))), 2 * Mv[0, 1] - 0.5 * Mv[2, 0]))
    }
    let symmetric = Constant<Symmetric>(order: 3, entries: [(0, 0, 1), (2, 1, 4)])
    #expect(symmetric == Constant<Symmetric>([[1, 0, 0], [0, 0, 4], [0, 4, 0]]))
    #expect(isClose(try point.value(of: inner(symmetric, X)), Xv[0, 0] + 8 * Xv[1, 2]))
    let outside = Constant<Matrix>(rows: 2, columns: 3, entries: [(2, 0, 1)])
    #expect(throws: ModelError.self) { try Problem.minimize(sum(outside ⋅ x)).compile() }
  }

  @Test func faultsOfAtoms() throws {
    func fault(_ f: ConvexScalar) -> ModelError? {
      do throws(ModelError) {
        _ = try Problem.minimize(f).compile()
        return nil
      } catch {
        if case .within(_, let inner) = error { return inner }
        return error
      }
    }
    #expect(
      fault(sumSquares(square(x) - 1)) == .unknownSign(function: "sumSquares", argument: "a 3 × 1 expression in square")
    )
    #expect(fault(sumSquares(square(x) + 1)) == nil)
    #expect(fault(sumLargest(x, 4)) == .indexOutOfRange(what: "the k of sumLargest", index: 4, count: 4))
    #expect(fault(sum(convexPower(x, 1, over: 2))) != nil)
    #expect(fault(sum(huber(x, threshold: 0))) != nil)
    #expect(fault(matrixFractional(x[0..<2], X)) != nil)
    #expect(fault(inner([1, -1, 2], abs(x))) == .negativeWeight(-1))
    #expect(fault(norm(model.vector("box", count: 2, .box(1, 0)))) == .emptyBox(name: "box", lower: 1, upper: 0))
    #expect(fault(norm(x + model.vector("other", count: 2))) != nil)
  }

  /// `⟨MMᵀ, X⟩ = 0` keeps a semidefinite `X` on a face, and so does a zero on the diagonal: a program without an interior
  /// point, whose optimum and duals are those of the program on the face.
  @Test func facesOfTheSemidefiniteCone() throws {
    let Y = Model().symmetric("Y", order: 4, .positiveSemidefinite)
    let C = Constant<Symmetric>(order: 4) { i, j in i == j ? Double(i + 1) : wave(4 * i + j) }
    let ones = Constant<Symmetric>(order: 4) { _, _ in 1 }
    let unit = trace(Y) == 1
    let problem = Problem.minimize(inner(C, Y)) {
      unit
      (inner(ones, Y) == 0).named("face")
      (Y[3, 3] == 0).named("zero")
    }
    // On the face, Y = UVUᵀ with the columns of U orthonormal, orthogonal to (1, 1, 1, 0) and to the last unit vector.
    let (a, b) = (0.5.squareRoot(), (1.0 / 6).squareRoot())
    let U = [[a, -a, 0, 0], [b, b, -2 * b, 0]]
    let reduced = Constant<Symmetric>(order: 2) { i, j in
      (0..<16).reduce(0) { $0 + C[$1 / 4, $1 % 4] * U[i][$1 / 4] * U[j][$1 % 4] }
    }
    let optimum = try problem.solve().optimum()
    #expect(isClose(optimum.objective, reduced.eigenvalues[0], 1e-6))
    #expect(isClose(try optimum.dual(of: unit), reduced.eigenvalues[0], 1e-5))
    #expect(try optimum.report().violation < 1e-7)
  }
}
