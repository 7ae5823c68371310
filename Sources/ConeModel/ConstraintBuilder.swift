/// Constraints of any shapes, in order.
public struct Constraints: Sendable {
  let blocks: [ConstraintBlock]

  /// None.
  public init() {
    self.init(blocks: [])
  }

  init(blocks: [ConstraintBlock]) {
    self.blocks = blocks
  }

  /// How many.
  public var count: Int { blocks.count }
}

/// Collects the constraints of a problem; `if`, `switch` and `for` are allowed:
///
///     Problem.minimize(f) {
///       sum(w) == 1
///       if longOnly { w >= 0 }
///       for sector in sectors { inner(sector, w) <= 0.25 }
///     }
///
/// A function that makes constraints for others to use is marked `@ConstraintBuilder` and returns `Constraints`.
@resultBuilder
public enum ConstraintBuilder {
  public static func buildExpression<S: Shape>(_ constraint: Constraint<S>) -> Constraints {
    Constraints(blocks: [constraint.block])
  }

  public static func buildExpression<S: Shape>(_ constraints: [Constraint<S>]) -> Constraints {
    Constraints(blocks: constraints.map(\.block))
  }

  public static func buildExpression(_ constraints: Constraints) -> Constraints { constraints }

  public static func buildBlock(_ parts: Constraints...) -> Constraints {
    Constraints(blocks: parts.flatMap(\.blocks))
  }

  public static func buildArray(_ parts: [Constraints]) -> Constraints {
    Constraints(blocks: parts.flatMap(\.blocks))
  }

  public static func buildOptional(_ part: Constraints?) -> Constraints { part ?? Constraints() }
  public static func buildEither(first part: Constraints) -> Constraints { part }
  public static func buildEither(second part: Constraints) -> Constraints { part }
}
