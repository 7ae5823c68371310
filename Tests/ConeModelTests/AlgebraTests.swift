import ConeModel
import Testing

/// Every operation, against the same operation on numbers at a random point.
struct AlgebraTests {
  let model = Model()
  let a: Expression<Scalar, Affine>
  let x: Expression<Vector, Affine>
  let y: Expression<Vector, Affine>
  let M: Expression<Matrix, Affine>
  let X: Expression<Symmetric, Affine>
  let point: ModelSolution
  // The values of the variables above.
  let av: Double
  let xv: [Double]
  let yv: [Double]
  let Mv: Constant<Matrix>
  let Xv: Constant<Symmetric>

  init() throws {
    a = model.scalar("a")
    x = model.vector("x", count: 4)
    y = model.vector("y", count: 4)
    M = model.matrix("M", rows: 4, columns: 3)
    X = model.symmetric("X", order: 4)
    let everything = sum(x) + sum(y) + sum(M) + sum(X) + a
    var numbers = Numbers(seed: 7)
    av = numbers.next()
    xv = numbers.array(4)
    yv = numbers.array(4)
    Mv = numbers.matrix(4, 3)
    Xv = numbers.symmetric(4)
    let compiled = try Problem.minimize(everything).compile()
    point = try handmade(compiled, x: [av] + xv + yv + Mv.values + Xv.values)
  }

  @Test func variablesReadBack() throws {
    #expect(try point.value(of: a) == av)
    #expect(try point.value(of: x) == xv)
    #expect(try point.value(of: M) == Mv)
    #expect(try point.value(of: X) == Xv)
  }

  @Test func sumsAndScalings() throws {
    let shift = [1.0, 2, 3, 4]
    let e = 2 ⋅ x - y / 4 + shift - 0.5 + 3 ⋅ x
    let expected = (0..<4).map { i in
      let scaled = 5 * xv[i] - yv[i] / 4
      return scaled + shift[i] - 0.5
    }
    #expect(isClose(try point.value(of: e), expected))
    #expect(isClose(try point.value(of: 1 - (-x)), xv.map { 1 + $0 }))
    #expect(isClose(try point.value(of: [1, 1, 1, 1] - y), yv.map { 1 - $0 }))
    #expect(isClose(try point.value(of: 2 + a - 3 ⋅ a), 2 - 2 * av))
  }

  @Test func entriesAndBlocks() throws {
    #expect(try point.value(of: x[2]) == xv[2])
    #expect(try point.value(of: x[1..<3]) == [xv[1], xv[2]])
    #expect(try point.value(of: x[1..<4][1]) == xv[2])
    #expect(try point.value(of: M[3, 1]) == Mv[3, 1])
    #expect(try point.value(of: M.row(2)) == [Mv[2, 0], Mv[2, 1], Mv[2, 2]])
    #expect(try point.value(of: M.column(1)) == (0..<4).map { Mv[$0, 1] })
    #expect(try point.value(of: M.transposed()) == Mv.transposed())
    #expect(try point.value(of: M[1..<3, 0..<2]) == Constant(rows: 2, columns: 2) { Mv[$0 + 1, $1] })
    #expect(try point.value(of: X[3, 1]) == Xv[1, 3])
    #expect(try point.value(of: X[0..<2, 1..<4]) == Constant(rows: 2, columns: 3) { Xv[$0, $1 + 1] })
    #expect(try point.value(of: X.principal(1..<4)) == Constant(order: 3) { Xv[$0 + 1, $1 + 1] })
    #expect(try point.value(of: diagonal(X)) == (0..<4).map { Xv[$0, $0] })
    #expect(try point.value(of: offDiagonal(X)) == [Xv[0, 1], Xv[0, 2], Xv[1, 2], Xv[0, 3], Xv[1, 3], Xv[2, 3]])
    #expect(try point.value(of: entries(M)) == Mv.values)
    #expect(try point.value(of: entries(X)) == Xv.values)
  }

  @Test func sumsOverASymmetricMatrixCountBothTriangles() throws {
    var numbers = Numbers(seed: 3)
    let C = numbers.symmetric(4)
    var total = 0.0
    var product = 0.0
    var squares = 0.0
    for i in 0..<4 {
      for j in 0..<4 {
        total += Xv[i, j]
        product += C[i, j] * Xv[i, j]
        squares += Xv[i, j] * Xv[i, j]
      }
    }
    #expect(isClose(try point.value(of: sum(X)), total))
    #expect(isClose(try point.value(of: inner(C, X)), product))
    #expect(isClose(try point.value(of: sumSquares(X)), squares))
    #expect(isClose(try point.value(of: trace(X)), (0..<4).reduce(0) { $0 + Xv[$1, $1] }))
  }

  @Test func linearMaps() throws {
    var numbers = Numbers(seed: 11)
    let A = numbers.matrix(2, 4)
    let B = numbers.matrix(3, 5)
    let c = numbers.array(4)
    #expect(isClose(try point.value(of: inner(c, x)), dot(c, xv)))
    #expect(isClose(try point.value(of: A ⋅ x), multiply(A, Constant(rows: 4, columns: 1, columnMajor: xv)).values))
    #expect(isClose(try point.value(of: A ⋅ M).values, multiply(A, Mv).values))
    #expect(isClose(try point.value(of: product(A ⋅ M, B)).values, multiply(multiply(A, Mv), B).values))
    let full = Constant<Matrix>(rows: 4, columns: 4) { Xv[$0, $1] }
    #expect(isClose(try point.value(of: product(A, X)).values, multiply(A, full).values))
    #expect(isClose(try point.value(of: product(X, A.transposed())).values, multiply(full, A.transposed()).values))
    let congruent = multiply(multiply(A, full), A.transposed())
    let value = try point.value(of: congruence(A, X))
    for i in 0..<2 {
      for j in 0..<2 { #expect(isClose(value[i, j], congruent[i, j])) }
    }
  }

  @Test func buildingFromParts() throws {
    #expect(try point.value(of: vector(of: [x[3], a, X[0, 2]])) == [xv[3], av, Xv[0, 2]])
    #expect(try point.value(of: stack([x, y])) == xv + yv)
    #expect(try point.value(of: stack(a, y)) == [av] + yv)
    let T = symmetric(order: 3) { i, j in x[i] + y[j] }
    #expect(isClose(try point.value(of: T[2, 1]), xv[1] + yv[2]))
    let R = matrix(rows: 2, columns: 3) { i, j in M[j, i] }
    #expect(try point.value(of: R)[1, 2] == Mv[2, 1])
    #expect(isClose(try point.value(of: sum([a, x[0], x[0]])), av + 2 * xv[0]))
  }

  @Test func rowBuilderAddsTermsInAnyOrder() throws {
    let rows = vector(count: 3) { rows in
      rows.add(2, X[1, 0], to: 2)
      rows.add(1, x[3], to: 0)
      rows.add(-1, x[0] + 2 ⋅ x[3] + 5, to: 0)
      rows.add(3, X[0, 1], to: 2)
      rows.add(7, to: 2)
    }
    #expect(isClose(try point.value(of: rows), [-xv[3] - xv[0] - 5, 0, 5 * Xv[0, 1] + 7]))
  }

  @Test func curvedFunctions() throws {
    let squares = xv.reduce(0) { $0 + $1 * $1 }
    #expect(isClose(try point.value(of: sumSquares(x)), squares))
    #expect(isClose(try point.value(of: norm(x)), squares.squareRoot()))
    #expect(isClose(try point.value(of: square(a - 2)), (av - 2) * (av - 2)))
    let f = 1 - 2 ⋅ norm(x) - sumSquares(M) / 2 + a
    let expected = 1 - 2 * squares.squareRoot() - 0.5 * dot(Mv.values, Mv.values) + av
    #expect(isClose(try point.value(of: f), expected))
  }

  private func multiply(_ A: Constant<Matrix>, _ B: Constant<Matrix>) -> Constant<Matrix> {
    Constant(rows: A.rows, columns: B.columns) { i, j in
      (0..<A.columns).reduce(0) { $0 + A[i, $1] * B[$1, j] }
    }
  }
}
