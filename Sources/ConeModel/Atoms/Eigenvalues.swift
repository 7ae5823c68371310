import LinearAlgebra

// Functions of the eigenvalues of a symmetric matrix and of the singular values of any.

/// `λ₁ + … + λ_k`, the `k` largest eigenvalues: `λ₁ ≤ t` is `tI − X ⪰ 0`, and the sum is the least `ks + tr Z` over
/// `Z ⪰ 0` with `Z + sI ⪰ X` (Overton & Womersley, Math. Program. 62, 1993; Nesterov & Nemirovskii 1994, 6.4.3).
struct LargestEigenvalues: Atom {
  let argument: ExpressionBody
  let k: Int

  var name: String { k == 1 ? "lambdaMax" : "sumLargestEigenvalues" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { [Double(k)] }
  var count: Int { 1 }
  var isNonnegative: Bool { false }

  func values(_ arguments: [[Double]]) -> [Double] {
    let eigenvalues = Constant<Symmetric>(extent: argument.extent, values: arguments[0]).eigenvalues
    return [eigenvalues.suffix(k).reduce(0, +)]
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let n = argument.extent.rows
    if k == 1 {
      program.semidefinite(argument.affine.subtracted(fromMultipleOfIdentity: bound, order: n), order: n)
      return
    }
    let s = program.variables(1)
    let Z = program.variables(Triangle.count(order: n))
    let trace = Z.gather((0..<n).map { Triangle.index($0, $0) }).total()
    program.nonnegative(bound.adding(-Double(k), s).adding(-1, trace))
    program.semidefinite(Z, order: n)
    program.semidefinite(
      Z.adding(1, argument.affine.subtracted(fromMultipleOfIdentity: s, order: n)), order: n)
  }
}

/// `σ₁(M) ≤ t` as `[tI M; Mᵀ tI] ⪰ 0`.
struct SpectralNorm: Atom {
  let argument: ExpressionBody

  var name: String { "spectralNorm" }
  var arguments: [ExpressionBody] { [argument] }
  var count: Int { 1 }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] { [argument.singularValues(arguments[0]).first ?? 0] }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let (m, n) = (argument.extent.rows, argument.extent.columns)
    let block = AffineRows.combination(of: [bound, argument.affine]) { writer in
      Triangle.forEach(order: m + n) { _, i, j in
        if i == j { writer.add(1, 0, of: bound) }
        if i < m, j >= m { writer.add(1, (j - m) * m + i, of: argument.affine) }
        writer.endRow()
      }
    }
    program.semidefinite(block, order: m + n)
  }
}

/// `Σσᵢ(M)`, the least `½(tr V + tr W)` with `[V M; Mᵀ W] ⪰ 0` (Fazel, Hindi & Boyd, ACC 2001).
struct NuclearNorm: Atom {
  let argument: ExpressionBody

  var name: String { "nuclearNorm" }
  var arguments: [ExpressionBody] { [argument] }
  var count: Int { 1 }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] { [argument.singularValues(arguments[0]).reduce(0, +)] }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let (m, n) = (argument.extent.rows, argument.extent.columns)
    let V = program.variables(Triangle.count(order: m))
    let W = program.variables(Triangle.count(order: n))
    let slack = AffineRows.combination(of: [bound]) { writer in
      writer.add(1, 0, of: bound)
      for i in 0..<m { writer.add(-0.5, Triangle.index(i, i), of: V) }
      for i in 0..<n { writer.add(-0.5, Triangle.index(i, i), of: W) }
      writer.endRow()
    }
    program.nonnegative(slack)
    program.semidefinite(
      .bordered(V, order: m, corner: W, order: n) { i, j in (argument.affine, j * m + i) }, order: m + n)
  }
}

/// `tr YᵀX⁻¹Y` for `X ≻ 0`: the least `tr T` with `[X Y; Yᵀ T] ⪰ 0`, by the Schur complement.
struct MatrixFractional: Atom {
  let name: String
  let numerator: ExpressionBody
  let denominator: ExpressionBody

  var arguments: [ExpressionBody] { [numerator, denominator] }
  var count: Int { 1 }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    let (m, k) = (numerator.extent.rows, numerator.extent.columns)
    guard let inverse = Eigendecomposition(order: m, triangle: arguments[1]) else { return [.nan] }
    var total = 0.0
    for (q, lambda) in inverse.values.enumerated() {
      for column in 0..<k {
        let product = (0..<m).reduce(0) { $0 + inverse.vectors[q * m + $1] * arguments[0][column * m + $1] }
        if product != 0 { total += lambda > 0 ? product * product / lambda : .infinity }
      }
    }
    return [total]
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let (m, k) = (numerator.extent.rows, numerator.extent.columns)
    var T = bound
    if k != 1 {
      T = program.variables(Triangle.count(order: k))
      program.nonnegative(bound.adding(-1, T.gather((0..<k).map { Triangle.index($0, $0) }).total()))
    }
    program.semidefinite(
      .bordered(denominator.affine, order: m, corner: T, order: k) { i, j in (numerator.affine, j * m + i) },
      order: m + k)
  }
}

/// The largest eigenvalue.
public func lambdaMax(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  Expression(
    LargestEigenvalues(argument: X.body.demandingCount(1, of: "the eigenvalues of lambdaMax", X.order), k: 1), .scalar)
}

/// The smallest eigenvalue.
public func lambdaMin(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Concave> {
  -lambdaMax(-X)
}

/// The sum of the `k` largest eigenvalues. With `k` outside `1 ... n` the fault is `ModelError.indexOutOfRange`.
public func sumLargestEigenvalues(_ X: Expression<Symmetric, Affine>, _ k: Int) -> Expression<Scalar, Convex> {
  let argument =
    1...Swift.max(1, X.order) ~= k
    ? X.body : X.body.faulty(.indexOutOfRange(what: "the k of sumLargestEigenvalues", index: k, count: X.order + 1))
  return Expression(LargestEigenvalues(argument: argument, k: k), .scalar)
}

/// The largest singular value.
public func spectralNorm(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> {
  Expression(SpectralNorm(argument: M.body), .scalar)
}

/// The largest magnitude of an eigenvalue.
public func spectralNorm(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  max(lambdaMax(X), lambdaMax(-X))
}

/// The sum of the magnitudes of the eigenvalues.
public func nuclearNorm(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  nuclearNorm(X[0..<X.order, 0..<X.order])
}

/// The sum of the singular values.
public func nuclearNorm(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> {
  Expression(NuclearNorm(argument: M.body), .scalar)
}

/// `tr YᵀX⁻¹Y` on `X ≻ 0`, which it implies.
public func matrixFractional(
  _ Y: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>
) -> Expression<Scalar, Convex> {
  fractional("matrixFractional", Y.body, X)
}

/// `yᵀX⁻¹y` on `X ≻ 0`, which it implies.
public func matrixFractional(
  _ y: Expression<Vector, Affine>, _ X: Expression<Symmetric, Affine>
) -> Expression<Scalar, Convex> {
  fractional("matrixFractional", y.body, X)
}

/// `tr X⁻¹` on `X ≻ 0`, which it implies.
public func traceInverse(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  let identity = Constant<Matrix>(rows: X.order, columns: X.order) { $0 == $1 ? 1 : 0 }
  return fractional("traceInverse", identity.body, X)
}

private func fractional(
  _ name: String, _ Y: ExpressionBody, _ X: Expression<Symmetric, Affine>
) -> Expression<Scalar, Convex> {
  let fits = Y.fault != nil || X.body.fault != nil || Y.extent.rows == X.order
  let numerator = fits ? Y : Y.faulty(.shapeMismatch(operation: name, left: Y.summary, right: X.body.summary))
  return Expression(MatrixFractional(name: name, numerator: numerator, denominator: X.body), .scalar)
}

extension AffineRows {
  /// The triangle of `tI − X`, `X` the receiver.
  fileprivate func subtracted(fromMultipleOfIdentity t: AffineRows, order: Int) -> AffineRows {
    .combination(of: [t, self]) { writer in
      Triangle.forEach(order: order) { position, i, j in
        if i == j { writer.add(1, 0, of: t) }
        writer.add(-1, position, of: self)
        writer.endRow()
      }
    }
  }

  /// The triangle of `[V M; Mᵀ W]`; `entry(i, j)` finds entry (i, j) of `M`.
  static func bordered(
    _ V: AffineRows, order m: Int, corner W: AffineRows, order n: Int, _ entry: (Int, Int) -> (AffineRows, Int)
  ) -> AffineRows {
    let source = m > 0 && n > 0 ? [entry(0, 0).0] : []
    return .combination(of: [V, W] + source) { writer in
      Triangle.forEach(order: m + n) { position, i, j in
        if j < m {
          writer.add(1, position, of: V)
        } else if i >= m {
          writer.add(1, Triangle.index(i - m, j - m), of: W)
        } else {
          let (rows, row) = entry(i, j - m)
          writer.add(1, row, of: rows)
        }
        writer.endRow()
      }
    }
  }
}

extension ExpressionBody {
  /// Descending singular values of the matrix with the given entries.
  fileprivate func singularValues(_ values: [Double]) -> [Double] {
    let (m, n) = (extent.rows, extent.columns)
    let order = Swift.max(m, n)
    guard order > 0 else { return [] }
    let arena = Arena()
    let svd = SquareSVD(order: order)
    return withExtendedLifetime((arena, svd)) {
      let padded = arena.vector(order * order)
      for j in 0..<n {
        for i in 0..<m { padded[j * order + i] = values[j * m + i] }
      }
      return svd.decompose(padded) ? Array(svd.singularValues.prefix(Swift.min(m, n))) : [.nan]
    }
  }
}

/// Eigenvalues, ascending, and orthonormal eigenvectors, by columns.
struct Eigendecomposition {
  let values: [Double]
  let vectors: [Double]

  /// `nil` when LAPACK did not converge or met a NaN.
  init?(order: Int, triangle: [Double]) {
    let arena = Arena()
    let solver = SymmetricEigensolver(order: order, vectors: true)
    let full = arena.vector(order * order)
    defer { withExtendedLifetime((arena, solver)) {} }
    Triangle.forEach(order: order) { position, i, j in full[j * order + i] = triangle[position] }
    guard solver.decompose(full, vectors: true) else { return nil }
    values = Array(solver.eigenvalues)
    vectors = Array(full)
  }
}

extension Constant where S == Symmetric {
  /// Ascending eigenvalues; none when they cannot be computed.
  public var eigenvalues: [Double] { Eigendecomposition(order: order, triangle: values)?.values ?? [] }
}
