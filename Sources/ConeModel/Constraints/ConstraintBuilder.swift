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
  public static func buildExpression<S: Shape>(
    _ constraint: Constraint<S>, fileID: StaticString = #fileID, line: Int = #line
  ) -> Constraints {
    Constraints(blocks: [constraint.block.placed(fileID, line)])
  }

  public static func buildExpression<S: Shape>(
    _ constraints: [Constraint<S>], fileID: StaticString = #fileID, line: Int = #line
  ) -> Constraints {
    Constraints(blocks: constraints.map { $0.block.placed(fileID, line) })
  }

  @available(*, unavailable, message: "This line is no constraint: compare it by ==, <=, >= or ⪰, or name a cone.")
  public static func buildExpression<S: Shape, C: Curvature>(_ expression: Expression<S, C>) -> Constraints {
    Constraints()
  }

  @available(*, unavailable, message: "This compares numbers, not expressions; the constraint would be true or false.")
  public static func buildExpression(_ condition: Bool) -> Constraints { Constraints() }

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

extension ConstraintBlock {
  fileprivate func placed(_ fileID: StaticString, _ line: Int) -> ConstraintBlock {
    var block = self
    block.place = place ?? SourcePlace(fileID, line)
    return block
  }
}
