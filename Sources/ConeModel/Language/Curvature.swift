/// How an expression bends in the variables: part of its type, so that the rules of disciplined convex programming
/// (Grant, Boyd & Ye 2006) are checked by the compiler.
public protocol Curvature: Sendable {
  /// The curvature of `−f`.
  associatedtype Opposite: Curvature where Opposite.Opposite == Self
}

/// Convex or concave: a factor must not be negative, and what is added must bend the same way or be affine.
public protocol CurvedCurvature: Curvature where Opposite: CurvedCurvature {}

/// What may stand where a convex function is wanted: a convex expression or an affine one.
public protocol ConvexCurvature: Curvature {}

/// What may stand where a concave function is wanted: a concave expression or an affine one.
public protocol ConcaveCurvature: Curvature {}

/// `Fx + g`: both convex and concave.
public enum Affine: ConvexCurvature, ConcaveCurvature {
  public typealias Opposite = Affine
}

/// May be minimised, and bounded from above.
public enum Convex: CurvedCurvature, ConvexCurvature {
  public typealias Opposite = Concave
}

/// May be maximised, and bounded from below.
public enum Concave: CurvedCurvature, ConcaveCurvature {
  public typealias Opposite = Convex
}
