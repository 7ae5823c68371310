// Functions that are piecewise linear, and Huber's.

/// The largest entry of each group of consecutive entries.
struct Maxima: Atom {
  let name: String
  let argument: ExpressionBody
  let sizes: [Int]
  let isNonnegative: Bool
  /// Whether every other entry repeats the one before it, negated or as zero.
  var isPaired = false

  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { sizes.map(Double.init) }
  var count: Int { sizes.count }

  var shownArguments: [ExpressionBody] {
    guard isPaired else { return [argument] }
    let n = argument.affine.count / 2
    return [ExpressionBody(extent: .vector(n), affine: argument.affine.gather((0..<n).map { 2 * $0 }))]
  }

  func values(_ arguments: [[Double]]) -> [Double] {
    groups(of: sizes).map { arguments[0][$0].reduce(-.infinity, Swift.max) }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    for (k, group) in groups(of: sizes).enumerated() {
      program.nonnegative(argument.affine.slice(group).subtracted(from: bound.slice(k)))
    }
  }
}

/// The sum of the `k` largest entries: the least `kq + Σ(xᵢ − q)₊` over `q`.
struct LargestSum: Atom {
  let argument: ExpressionBody
  let k: Int

  var name: String { "sumLargest" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { [Double(k)] }
  var count: Int { 1 }
  var isNonnegative: Bool { argument.isNonnegative }

  func values(_ arguments: [[Double]]) -> [Double] { [arguments[0].sorted(by: >).prefix(k).reduce(0, +)] }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let q = program.variables(1)
    let excess = program.variables(argument.affine.count)
    program.nonnegative(bound.adding(-Double(k), q).adding(-1, excess.total()))
    program.nonnegative(excess.adding(1, argument.affine.subtracted(from: q)))
    program.nonnegative(excess)
  }
}

/// `φ(x) = x²` for `|x| ≤ M` and `2M|x| − M²` beyond: the least `n² + 2M|x − n|` over `n`.
struct HuberFunction: Atom {
  let argument: ExpressionBody
  let threshold: Double

  var name: String { "huber" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { [threshold] }
  var count: Int { argument.affine.count }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    arguments[0].map { x in
      x.magnitude <= threshold ? x * x : threshold * (2 * x.magnitude - threshold)
    }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    let (near, far) = split(in: &program)
    let rest = bound.adding(-2 * threshold, far)
    for k in 0..<count { program.rotated(rest.slice(k), .constants([1]), near.slice(k)) }
  }

  /// Variables `n` and `v ≥ |x − n|`; `n² + 2Mv` bounds the function, and in an objective its square is part of `P`.
  func split(in program: inout some ConeProgram) -> (near: AffineRows, far: AffineRows) {
    let near = program.variables(count)
    let far = program.variables(count)
    let difference = near.subtracted(from: argument.affine)
    program.nonnegative(far.adding(-1, difference))
    program.nonnegative(far.adding(1, difference))
    return (near, far)
  }
}

/// `|xᵢ|`, entry by entry.
public func abs(_ x: Expression<Vector, Affine>) -> Expression<Vector, Convex> {
  Expression(.absolutes(x.body), .vector(x.body.affine.count))
}

/// `|a|`.
public func abs(_ a: Expression<Scalar, Affine>) -> Expression<Scalar, Convex> {
  Expression(.absolutes(a.body), .scalar)
}

/// `max(xᵢ, 0)`, entry by entry.
///
/// - Parameter x: affine or convex.
public func positivePart<S: OrderedShape, C: ConvexCurvature>(_ x: Expression<S, C>) -> Expression<S, Convex> {
  let n = x.body.affine.count
  let rows = AffineRows.combination(of: [x.body.affine]) { writer in
    for k in 0..<n {
      writer.add(1, k, of: x.body.affine)
      writer.endRow()
      writer.endRow()
    }
  }
  let sizes = [Int](repeating: 2, count: n)
  let body = ExpressionBody(extent: .vector(2 * n), affine: rows)
  return Expression(
    Maxima(name: "positivePart", argument: body, sizes: sizes, isNonnegative: true, isPaired: true), x.body.extent)
}

/// The largest entry.
///
/// - Parameter x: affine or convex.
public func max<C: ConvexCurvature>(_ x: Expression<Vector, C>) -> Expression<Scalar, Convex> {
  Expression(
    Maxima(
      name: "max", argument: x.body.demandingCount(1, of: "the entries of max", x.body.affine.count),
      sizes: [x.body.affine.count], isNonnegative: x.body.isNonnegative), .scalar)
}

/// The larger of two numbers.
public func max(_ a: Expression<Scalar, Affine>, _ b: Expression<Scalar, Affine>) -> Expression<Scalar, Convex> {
  max(vector(of: [a, b]))
}

/// The larger of two convex functions.
public func max(_ a: Expression<Scalar, Convex>, _ b: Expression<Scalar, Convex>) -> Expression<Scalar, Convex> {
  max(vector(of: [a, b]))
}

/// The smallest entry.
///
/// - Parameter x: affine or concave.
public func min<C: ConcaveCurvature>(_ x: Expression<Vector, C>) -> Expression<Scalar, Concave> {
  let negated = x.body.scaled(by: -1).demandingCount(1, of: "the entries of min", x.body.affine.count)
  return Expression(
    minus: Maxima(name: "max", argument: negated, sizes: [negated.affine.count], isNonnegative: negated.isNonnegative),
    .scalar)
}

/// The smaller of two numbers.
public func min(_ a: Expression<Scalar, Affine>, _ b: Expression<Scalar, Affine>) -> Expression<Scalar, Concave> {
  min(vector(of: [a, b]))
}

/// The smaller of two concave functions.
public func min(_ a: Expression<Scalar, Concave>, _ b: Expression<Scalar, Concave>) -> Expression<Scalar, Concave> {
  min(vector(of: [a, b]))
}

@available(
  *, unavailable, message: "DCP: the maximum of concave functions is not concave; max takes affine or convex ones."
)
public func max(_ x: Expression<Vector, Concave>) -> Expression<Scalar, Convex> { .init(x.body) }

@available(
  *, unavailable, message: "DCP: the minimum of convex functions is not convex; min takes affine or concave ones."
)
public func min(_ x: Expression<Vector, Convex>) -> Expression<Scalar, Concave> { .init(x.body) }

/// The sum of the `k` largest entries. With `k` outside `0 ... n` the fault is `ModelError.indexOutOfRange`.
///
/// - Parameter x: affine or convex.
public func sumLargest<C: ConvexCurvature>(_ x: Expression<Vector, C>, _ k: Int) -> Expression<Scalar, Convex> {
  Expression(
    LargestSum(argument: x.body.demandingCount(k, of: "the k of sumLargest", x.body.affine.count), k: k), .scalar)
}

/// The sum of the `k` smallest entries. With `k` outside `0 ... n` the fault is `ModelError.indexOutOfRange`.
///
/// - Parameter x: affine or concave.
public func sumSmallest<C: ConcaveCurvature>(_ x: Expression<Vector, C>, _ k: Int) -> Expression<Scalar, Concave> {
  let negated = x.body.scaled(by: -1).demandingCount(k, of: "the k of sumSmallest", x.body.affine.count)
  return Expression(minus: LargestSum(argument: negated, k: k), .scalar)
}

/// Huber's function, entry by entry: `x²` for `|x| ≤ threshold`, `2M|x| − M²` beyond. In an objective its square becomes
/// part of `P`.
///
/// - Parameter threshold: `M > 0`; anything else is the fault `ModelError.outOfRange`.
public func huber(_ x: Expression<Vector, Affine>, threshold: Double = 1) -> Expression<Vector, Convex> {
  let isValid = threshold > 0 && threshold.isFinite
  let argument =
    isValid
    ? x.body : x.body.faulty(.outOfRange(what: "the threshold of huber", value: threshold, rule: "it is positive"))
  return Expression(HuberFunction(argument: argument, threshold: threshold), .vector(x.body.affine.count))
}

extension AffineRows {
  fileprivate static func absolutes(_ x: ExpressionBody) -> AffineRows {
    let sizes = [Int](repeating: 2, count: x.affine.count)
    return .values(
      of: Maxima(name: "abs", argument: .absolutePairs(x), sizes: sizes, isNonnegative: true, isPaired: true))
  }
}

extension ExpressionBody {
  /// `x₁, −x₁, x₂, −x₂, …`.
  static func absolutePairs(_ x: ExpressionBody) -> ExpressionBody {
    let rows = AffineRows.combination(of: [x.affine]) { writer in
      for k in 0..<x.affine.count {
        for sign in [1.0, -1.0] {
          writer.add(sign, k, of: x.affine)
          writer.endRow()
        }
      }
    }
    return ExpressionBody(extent: .vector(2 * x.affine.count), affine: rows)
  }

  func demandingCount(_ k: Int, of what: String, _ n: Int) -> ExpressionBody {
    0...n ~= k ? self : faulty(.indexOutOfRange(what: what, index: k, count: n + 1))
  }
}
