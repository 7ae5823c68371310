import Foundation

// Geometric means and rational powers, by towers of second-order cones.

/// Minus `(Π xᵢ)^(1/n)` for `x ≥ 0`.
struct NegatedGeometricMean: Atom {
  let argument: ExpressionBody

  var name: String { "-geometricMean" }
  var arguments: [ExpressionBody] { [argument] }
  var count: Int { 1 }
  var isNonnegative: Bool { false }
  var needsOwnBound: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    let x = arguments[0]
    if x.contains(where: { $0 < 0 }) { return [.infinity] }
    // Factor by factor, so that no product leaves the range of a double.
    return [-x.reduce(1) { $0 * root($1, x.count) }]
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let n = argument.affine.count
    program.geometricMean(bound.scaled { _ in -1 }, of: (0..<n).map { argument.affine.slice($0) })
    // One leaf alone stands in no cone that keeps it nonnegative.
    if n == 1 { program.nonnegative(argument.affine) }
  }
}

/// `± x^(a/b)` for `x ≥ 0`, entry by entry: convex for exponents above 1 and below 0, minus a concave power between.
struct RationalPower: Atom {
  let argument: ExpressionBody
  let numerator: Int
  let denominator: Int

  var name: String { isConcave ? "-power" : "power" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { [Double(numerator), Double(denominator)] }
  var count: Int { argument.affine.count }
  var isNonnegative: Bool { !isConcave }
  var needsOwnBound: Bool { isConcave }
  private var isConcave: Bool { 0 < numerator && numerator < denominator }
  private var exponent: Double { Double(numerator) / Double(denominator) }

  func values(_ arguments: [[Double]]) -> [Double] {
    arguments[0].map { x in
      if x < 0 { return .infinity }
      return isConcave ? -power(x, exponent) : power(x, exponent)
    }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let one = AffineRows.constants([1])
    for k in 0..<count {
      let x = argument.affine.slice(k)
      let t = bound.slice(k)
      if isConcave {
        // (−t)ᵇ ≤ xᵃ 1^(b − a)
        program.geometricMean(
          t.scaled { _ in -1 }, of: repeated(x, numerator) + repeated(one, denominator - numerator))
        if numerator == 1 { program.nonnegative(x) }
      } else if numerator < 0 {
        // 1 ≤ tᵇ x^|a|
        program.geometricMean(one, of: repeated(t, denominator) + repeated(x, -numerator))
      } else {
        // xᵃ ≤ tᵇ 1^(a − b)
        program.geometricMean(x, of: repeated(t, denominator) + repeated(one, numerator - denominator))
        program.nonnegative(x)
      }
    }
  }

  private func repeated(_ row: AffineRows, _ count: Int) -> [AffineRows] { .init(repeating: row, count: count) }
}

/// Minus `(det X)^(1/n)` for `X ⪰ 0`: `det X ≥ Π Zᵢᵢ` for a lower triangular `Z` with `[X Z; Zᵀ Diag(Z)] ⪰ 0`, with
/// equality at the Cholesky factor (Nesterov & Nemirovskii 1994, 6.4.3).
struct NegatedRootDeterminant: Atom {
  let argument: ExpressionBody

  var name: String { "-rootDeterminant" }
  var arguments: [ExpressionBody] { [argument] }
  var count: Int { 1 }
  var isNonnegative: Bool { false }
  var needsOwnBound: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    let eigenvalues = Constant<Symmetric>(extent: argument.extent, values: arguments[0]).eigenvalues
    if eigenvalues.contains(where: { $0 < 0 }) { return [.infinity] }
    return [-eigenvalues.reduce(1) { $0 * root($1, eigenvalues.count) }]
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let n = argument.extent.rows
    // Zᵢⱼ, i ≥ j, kept as the upper triangle of its transpose.
    let Z = program.variables(Triangle.count(order: n))
    let diagonal = (0..<n).map { Z.slice(Triangle.index($0, $0)) }
    let zero = AffineRows.constants([0])
    let corner = AffineRows.combination(of: [Z]) { writer in
      Triangle.forEach(order: n) { position, i, j in
        if i == j { writer.add(1, position, of: Z) }
        writer.endRow()
      }
    }
    program.semidefinite(
      .bordered(argument.affine, order: n, corner: corner, order: n) { i, j in
        i >= j ? (Z, Triangle.index(j, i)) : (zero, 0)
      }, order: 2 * n)
    program.geometricMean(bound.scaled { _ in -1 }, of: diagonal)
  }
}

/// The geometric mean `(Π xᵢ)^(1/n)` on `x ≥ 0`, which it implies.
///
/// - Parameter x: affine or concave.
public func geometricMean<C: ConcaveCurvature>(_ x: Expression<Vector, C>) -> Expression<Scalar, Concave> {
  let argument =
    x.body.affine.count > 0 || x.body.fault != nil
    ? x.body : x.body.faulty(.indexOutOfRange(what: "the argument of geometricMean", index: 0, count: 0))
  return Expression(minus: NegatedGeometricMean(argument: argument), .scalar)
}

/// The root of the determinant, `(det X)^(1/n)`, on `X ⪰ 0`, which it implies. Maximising it maximises `det X`, the
/// volume of an ellipsoid, without the logarithm that no symmetric cone can state.
public func rootDeterminant(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Concave> {
  Expression(minus: NegatedRootDeterminant(argument: X.body.demandingCount(1, of: "rootDeterminant", X.order)), .scalar)
}

/// `√a` on `a ≥ 0`, which it implies.
public func squareRoot(_ a: Expression<Scalar, Affine>) -> Expression<Scalar, Concave> {
  Expression(minus: RationalPower(argument: a.body, numerator: 1, denominator: 2), .scalar)
}

/// `1/a` on `a > 0`, which it implies.
public func reciprocal(_ a: Expression<Scalar, Affine>) -> Expression<Scalar, Convex> {
  Expression(RationalPower(argument: a.body, numerator: -1, denominator: 1), .scalar)
}

/// `x^(p/q)`, entry by entry, on `x ≥ 0`, which it implies; convex, for `p/q` at least 1 or negative.
///
/// Complexity: `O(log(|p| + q))` second-order cones for each entry. `|p| + q` is at most 1024; a power that is not
/// convex, or needs more, is the fault `ModelError.outOfRange`.
public func convexPower<S: OrderedShape>(_ x: Expression<S, Affine>, _ p: Int, over q: Int = 1) -> Expression<S, Convex>
{
  Expression(rationalPower(x.body, p, q, isConvex: true), x.body.extent)
}

/// `x^(p/q)`, entry by entry, on `x ≥ 0`, which it implies; concave, for `p/q` between 0 and 1.
///
/// Complexity: as `convexPower`.
public func concavePower<S: OrderedShape>(_ x: Expression<S, Affine>, _ p: Int, over q: Int) -> Expression<S, Concave> {
  Expression(minus: rationalPower(x.body, p, q, isConvex: false), x.body.extent)
}

private func rationalPower(_ x: ExpressionBody, _ p: Int, _ q: Int, isConvex: Bool) -> RationalPower {
  let isBetween = 0 < p && p < q
  let isValid = q > 0 && p != 0 && p.magnitude + q.magnitude <= 1024 && isBetween != isConvex
  let rule = isConvex ? "it is at least 1 or negative, its terms at most 1024 together" : "it is between 0 and 1"
  let argument =
    isValid
    ? x : x.faulty(.outOfRange(what: "the exponent \(p)/\(q)", value: Double(p) / Double(q), rule: rule))
  let divisor = isValid ? gcd(p.magnitude, q.magnitude) : 1
  return RationalPower(argument: argument, numerator: p / divisor, denominator: q / divisor)
}

private func gcd(_ a: UInt, _ b: UInt) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return Int(a)
}

private func root(_ x: Double, _ n: Int) -> Double { pow(x, 1 / Double(n)) }
private func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
