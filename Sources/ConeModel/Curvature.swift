/// How an expression bends in the variables: part of its type, so that the rules of disciplined convex programming
/// (Grant, Boyd & Ye 2006) are checked by the compiler.
public protocol Curvature: Sendable {
  /// The curvature of `−f`.
  associatedtype Opposite: Curvature where Opposite.Opposite == Self
}

/// Convex or concave: a factor must not be negative, and what is added must bend the same way or be affine.
public protocol CurvedCurvature: Curvature where Opposite: CurvedCurvature {}

/// `Fx + g`: both convex and concave.
public enum Affine: Curvature {
  public typealias Opposite = Affine
}

/// May be minimised, and bounded from above.
public enum Convex: CurvedCurvature {
  public typealias Opposite = Concave
}

/// May be maximised, and bounded from below.
public enum Concave: CurvedCurvature {
  public typealias Opposite = Convex
}

/// A function of an affine vector that brings curvature, times a weight: `weight · φ(Fx + g)`.
///
/// A convex expression holds positive weights and a concave one negative weights, so a sign change is a scaling.
struct CurvedTerm: Sendable {
  enum Function: Sendable {
    /// `‖v‖₂`.
    case norm
    /// `‖v‖₂²`.
    case sumSquares
  }

  var weight: Double
  let function: Function
  let argument: AffineRows
}
