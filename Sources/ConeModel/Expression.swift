/// A function of a model's variables, its shape and its curvature part of its type.
///
///     let model = Model()
///     let x = model.vector("x", count: 3, .nonnegative)      // Expression<Vector, Affine>
///     let f = sumSquares(A ⋅ x - b)                          // Expression<Scalar, Convex>
///
/// Expressions are values: they can be stored, sent and reused freely. One that was written with sizes that do not fit
/// carries its fault along, and `Problem.compile()` throws it.
public struct Expression<S: Shape, C: Curvature>: Sendable {
  let body: ExpressionBody

  init(_ body: ExpressionBody) {
    self.body = body
  }

  init(_ affine: AffineRows, _ extent: Extent) {
    self.init(ExpressionBody(extent: extent, affine: affine, curved: []))
  }
}

/// What an expression is made of, whatever its type: an affine part and curved terms.
///
/// The affine part has one row for each entry; curved terms occur in scalars only.
struct ExpressionBody: Sendable {
  let extent: Extent
  let affine: AffineRows
  let curved: [CurvedTerm]

  var fault: ModelError? { affine.fault }

  func faulty(_ fault: ModelError) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: .faulty(self.fault ?? fault), curved: [])
  }

  /// `k` times the expression; the caller knows that the curvature allows it.
  func scaled(by k: Double) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: affine.scaled { _ in k }, curved: scaledTerms(by: k))
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
    return ExpressionBody(extent: extent, affine: sum, curved: curved + other.scaledTerms(by: k))
  }

  /// The expression plus `k` in every entry.
  func shifted(by k: Double) -> ExpressionBody {
    ExpressionBody(extent: extent, affine: affine.shifted { _ in k }, curved: curved)
  }

  /// The size, and the first variable mentioned, for a message.
  var summary: String {
    let mentioned = (0..<affine.count).lazy.compactMap { affine.terms($0).first }.first
    guard let mentioned, let model = affine.model else { return "a \(extent) constant" }
    return "a \(extent) expression in \(model.name(ofVariable: mentioned.variable))"
  }

  private func scaledTerms(by k: Double) -> [CurvedTerm] {
    curved.map { term in
      var scaled = term
      scaled.weight *= k
      return scaled
    }
  }
}
