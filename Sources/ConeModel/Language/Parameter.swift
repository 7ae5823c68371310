/// Data of a model that may change between solves: a number, a vector, a matrix or a symmetric matrix.
///
///     let weight = model.parameter("λ", 0.1, .nonnegative)
///     let problem = Problem.minimize(sumSquares(A ⋅ x - b) + weight ⋅ norm1(x))
///     var program = try problem.compile()
///     try program.set(weight, to: 0.2)
///     let outcome = try program.solve()
///
/// A product `p ⋅ e` keeps which coefficients the parameter multiplies; compiled, it is a list of places in `P`, `q`,
/// `A` and `b`, so that a new value costs as many additions as the parameter has coefficients. Products of two
/// parameters are refused (`ModelError.productOfParameters`): the program would not depend linearly on them.
public struct Parameter<S: Shape>: Sendable {
  let model: Model
  let block: ParameterBlock

  /// The parameter itself as an expression without variables: `w <= limit.expression`.
  public var expression: Expression<S, Affine> {
    let one = ExpressionBody(extent: .scalar, affine: .constants([1]))
    let items = block.numbers.map { ParametricRows.Item(parameter: $0, row: 0, weight: 1) }
    return Expression(product(one, Array(0...block.count), items, block.extent))
  }

  /// Rows `Σ weight · parameter · (row of inner)`.
  fileprivate func product(
    _ inner: ExpressionBody, _ starts: [Int], _ items: [ParametricRows.Item], _ extent: Extent
  ) -> ExpressionBody {
    func faulty(_ fault: ModelError) -> ExpressionBody { ExpressionBody(extent: extent, affine: .faulty(fault)) }
    if let fault = inner.fault { return faulty(fault) }
    if let other = inner.affine.model, other !== model { return faulty(.mixedModels) }
    for term in inner.affine.allTerms {
      if case .parametric(let rows) = inner.affine.atom(of: term.variable)?.content {
        return faulty(.productOfParameters(block.name, rows.name))
      }
    }
    let rows = ParametricRows(name: block.name, inner: inner, starts: starts, items: items)
    let node = AtomNode(.parametric(rows), count: rows.count)
    return ExpressionBody(extent: extent, affine: .variables(node.numbers, model: model, atoms: [node]))
  }
}

/// What a parameter is required to be, so that curvature does not depend on its value.
public enum ParameterSign: Sendable {
  /// Any number.
  case any
  /// Zero or more: a weight of convex or concave expressions.
  case nonnegative
}

/// One declared parameter.
struct ParameterBlock: Sendable {
  let name: String
  let extent: Extent
  /// The number of its first entry among all entries of parameters.
  let first: Int
  let values: [Double]
  let sign: ParameterSign
  /// Where it was declared.
  let place: SourcePlace
  /// The fault of the constant it was declared with.
  let fault: ModelError?

  var count: Int { values.count }
  var numbers: Range<Int> { first..<first + count }
  /// Whether only the upper triangle is kept.
  var isSymmetric: Bool { count != extent.count }
  /// The number of entry (i, j) of a matrix, whether or not it is symmetric.
  func number(_ i: Int, _ j: Int) -> Int { first + (isSymmetric ? Triangle.index(i, j) : j * extent.rows + i) }
  var summary: String { "the \(extent) parameter \(name)" }
  var label: String { "the parameter \(name) declared at \(place)" }
}

/// Rows with coefficients that are parameters: entry `i` is `Σ weight · p[parameter] · (row of inner)`.
struct ParametricRows: Sendable {
  struct Item: Sendable, Equatable {
    let parameter: Int
    let row: Int
    let weight: Double
  }

  let name: String
  let inner: ExpressionBody
  let starts: [Int]
  let items: [Item]

  var count: Int { starts.count - 1 }

  /// Calls `body(parameter, coefficient, variable, atom)` for every term of an entry, and for constants of the inner
  /// rows with no variable.
  func forEachTerm(of entry: Int, _ body: (Int, Double, Int?, AtomNode?) -> Void) {
    let rows = inner.affine
    for item in items[starts[entry]..<starts[entry + 1]] {
      for term in rows.terms(item.row) {
        body(item.parameter, item.weight * term.coefficient, term.variable, rows.atom(of: term.variable))
      }
      let constant = rows.constant(item.row)
      if constant != 0 { body(item.parameter, item.weight * constant, nil, nil) }
    }
  }

  /// Whether only numbers are multiplied, no variables.
  var isConstant: Bool { inner.affine.allTerms.isEmpty }

  func values(_ inner: [Double], _ parameters: [Double]) -> [Double] {
    (0..<count).map { i in
      items[starts[i]..<starts[i + 1]].reduce(0) { $0 + $1.weight * parameters[$1.parameter] * inner[$1.row] }
    }
  }
}

// MARK: - Products

extension Parameter where S == Scalar {
  fileprivate func scaling(_ body: ExpressionBody) -> ExpressionBody {
    let n = body.affine.count
    let items = (0..<n).map { ParametricRows.Item(parameter: block.first, row: $0, weight: 1) }
    return product(body, Array(0...n), items, body.extent)
  }
}

extension Expression where C == Affine {
  public static func ⋅ (p: Parameter<Scalar>, a: Self) -> Self { Self(p.scaling(a.body)) }
  public static func + (a: Self, p: Parameter<S>) -> Self { a + p.expression }
  public static func - (a: Self, p: Parameter<S>) -> Self { a - p.expression }
}

extension Expression where C: CurvedCurvature {
  /// - Parameter p: declared nonnegative; any other sign is the fault `ModelError.parameterOfAnySign`.
  public static func ⋅ (p: Parameter<Scalar>, a: Self) -> Self {
    guard p.block.sign == .nonnegative else { return Self(a.body.faulty(.parameterOfAnySign(p.block.name))) }
    return Self(p.scaling(a.body))
  }
}

extension Expression where S: ColumnShape, C == Affine {
  /// `PX` for a parameter `P`, m × n, and `X` a vector in ℝⁿ or an n × p matrix. Complexity: O(mnp).
  public static func ⋅ (P: Parameter<Matrix>, X: Self) -> Self {
    let (m, n) = (P.block.extent.rows, P.block.extent.columns)
    let extent = Extent(rows: m, columns: X.body.extent.columns)
    guard X.body.extent.rows == n else {
      return Self(X.body.faulty(.shapeMismatch(operation: "⋅", left: P.block.summary, right: X.body.summary)))
    }
    var starts = [0]
    var items: [ParametricRows.Item] = []
    items.reserveCapacity(m * n * extent.columns)
    for j in 0..<extent.columns {
      for i in 0..<m {
        for k in 0..<n {
          items.append(ParametricRows.Item(parameter: P.block.number(i, k), row: j * n + k, weight: 1))
        }
        starts.append(items.count)
      }
    }
    return Self(P.product(X.body, starts, items, extent))
  }
}

extension Parameter where S == Matrix {
  /// `P(x)`, the same as `P ⋅ x`.
  public func callAsFunction<T: ColumnShape>(_ x: Expression<T, Affine>) -> Expression<T, Affine> { self ⋅ x }
}

/// `PX` for a symmetric parameter `P` of order n and `X` a vector in ℝⁿ or an n × p matrix. Complexity: O(n²p).
public func product<S: ColumnShape>(_ P: Parameter<Symmetric>, _ X: Expression<S, Affine>) -> Expression<S, Affine> {
  Parameter<Matrix>(model: P.model, block: P.block) ⋅ X
}

/// `⟨C, X⟩`, the sum of all products of entries, for a parameter `C`.
public func inner(_ C: Parameter<Matrix>, _ X: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> {
  C.inner(X.body) { _, _ in 1 }
}

/// `⟨C, X⟩ = tr(CX)` for a symmetric parameter `C`; an entry off the diagonal counts twice.
public func inner(_ C: Parameter<Symmetric>, _ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
  C.inner(X.body) { i, j in i == j ? 1 : 2 }
}

extension Parameter where S: MatrixShape {
  /// `Σ weight(i, j) · Cᵢⱼ · Xᵢⱼ` over the stored entries.
  fileprivate func inner(_ X: ExpressionBody, _ weight: (Int, Int) -> Double) -> Expression<Scalar, Affine> {
    guard X.fault != nil || X.extent == block.extent else {
      return Expression(.faulty(.shapeMismatch(operation: "inner", left: block.summary, right: X.summary)), .scalar)
    }
    let items = block.numbers.enumerated().map { position, number in
      let place = block.isSymmetric ? Triangle.place(position) : (0, 0)
      return ParametricRows.Item(parameter: number, row: position, weight: weight(place.0, place.1))
    }
    return Expression(product(X, [0, items.count], items, .scalar))
  }
}

/// `cᵀx` for a parameter `c`.
public func inner(_ c: Parameter<Vector>, _ x: Expression<Vector, Affine>) -> Expression<Scalar, Affine> {
  guard x.body.fault != nil || x.count == c.block.count else {
    return Expression(.faulty(.shapeMismatch(operation: "inner", left: c.block.summary, right: x.body.summary)), .scalar)
  }
  let items = c.block.numbers.enumerated().map { ParametricRows.Item(parameter: $1, row: $0, weight: 1) }
  return Expression(c.product(x.body, [0, items.count], items, .scalar))
}
