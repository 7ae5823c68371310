/// A function of a model's variables, its shape and its curvature part of its type.
///
///     let model = Model()
///     let x = model.vector("x", count: 3, .nonnegative)      // Expression<Vector, Affine>
///     let f = sumSquares(A ⋅ x - b)                          // Expression<Scalar, Convex>
///
/// Expressions are values: they can be stored, sent and reused freely. One that was written with sizes that do not fit
/// carries its fault along, and `Problem.compile()` throws it.
///
/// A convex or concave expression is an affine one in the variables and in the values of atoms (`AtomNode`), the
/// coefficients of the latter with the sign that the curvature asks for. So sums, entries, stacking and scaling are the
/// same operations for every curvature.
public struct Expression<S: Shape, C: Curvature>: Sendable {
  let body: ExpressionBody

  init(_ body: ExpressionBody) {
    self.body = body
  }

  init(_ affine: AffineRows, _ extent: Extent) {
    self.init(ExpressionBody(extent: extent, affine: affine))
  }
}

/// What an expression is made of, whatever its type: a size, and one row for each stored entry.
struct ExpressionBody: Sendable {
  let extent: Extent
  let affine: AffineRows

  var fault: ModelError? { affine.fault }

  func faulty(_ fault: ModelError) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: .faulty(self.fault ?? fault))
  }

  /// `k` times the expression; the caller knows that the curvature allows it.
  func scaled(by k: Double) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: affine.scaled { _ in k })
  }

  /// `self + k · other`.
  func adding(_ k: Double, _ other: ExpressionBody, as operation: String) -> ExpressionBody {
    if let fault = fault ?? other.fault { return faulty(fault) }
    guard extent == other.extent, affine.count == other.affine.count else {
      return faulty(.shapeMismatch(operation: operation, left: summary, right: other.summary))
    }
    let sum =
      other.affine.isConstant
      ? affine.shifted { k * other.affine.constant($0) } : affine.adding(k, other.affine)
    return ExpressionBody(extent: extent, affine: sum)
  }

  /// The expression plus `k` in every entry.
  func shifted(by k: Double) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: affine.shifted { _ in k })
  }

  /// Whether the rows are an upper triangle. A 1 × 1 matrix counts as one, which changes nothing.
  var isTriangle: Bool { extent.rows == extent.columns && affine.count == Triangle.count(order: extent.rows) }

  /// The size, and the first variable mentioned, for a message.
  var summary: String {
    let mentioned = (0..<affine.count).lazy.compactMap { affine.terms($0).first }.first
    guard let mentioned, let model = affine.model else { return "a \(extent) constant" }
    if let node = affine.atom(of: mentioned.variable) { return "a \(extent) expression in \(node.name)" }
    return "a \(extent) expression in \(model.name(ofVariable: mentioned.variable))"
  }
}

// Names for function signatures. A file that also imports Foundation, which has an `Expression` of its own, needs them,
// or `ConeModel.Expression`.

/// An affine expression in ℝ.
public typealias AffineScalar = Expression<Scalar, Affine>
/// An affine expression in ℝⁿ.
public typealias AffineVector = Expression<Vector, Affine>
/// An affine expression in ℝᵐˣⁿ.
public typealias AffineMatrix = Expression<Matrix, Affine>
/// An affine expression in 𝕊ⁿ.
public typealias AffineSymmetric = Expression<Symmetric, Affine>
/// A convex function in ℝ.
public typealias ConvexScalar = Expression<Scalar, Convex>
/// Convex functions in ℝⁿ.
public typealias ConvexVector = Expression<Vector, Convex>
/// A concave function in ℝ.
public typealias ConcaveScalar = Expression<Scalar, Concave>
/// Concave functions in ℝⁿ.
public typealias ConcaveVector = Expression<Vector, Concave>
