/// A condition on the variables, made by `==`, `<=`, `>=`, `⪰`, `⪯`, `secondOrder(_:_:)` or `isMember(of:)`.
///
///     let budget = (sum(x) <= 10).named("budget")
///     let outcome = try Problem.minimize(f) { budget }.solve()
///     let price = try outcome.optimum().dual(of: budget)
///
/// `S` is the shape of its two sides, and so of its dual. A name makes messages and reports speak of it.
public struct Constraint<S: Shape>: Sendable {
  let block: ConstraintBlock

  init(_ block: ConstraintBlock) {
    self.block = block
  }

  /// The same constraint with a name.
  public func named(_ name: String) -> Constraint {
    var named = block
    named.name = name
    return Constraint(named)
  }
}

/// A convex set an expression may be asked to lie in.
enum ConeSet: Sendable, Hashable {
  case zero
  case nonnegative
  case secondOrder
  case rotatedSecondOrder
  case positiveSemidefinite
  case doublyNonnegative
}

/// A constraint, whatever its shape: `orientation · body ∈ set`, with `body` the left side minus the right.
struct ConstraintBlock: Sendable {
  /// Tells constraints apart; two that look alike are two constraints.
  final class Identity: Sendable {}

  let identity = Identity()
  var name: String?
  /// Its number in the problem it first entered.
  var number: Int?
  /// Where it entered its problem.
  var place: SourcePlace?
  let body: ExpressionBody
  let set: ConeSet
  /// +1 or −1. It is also the sign that takes the solver's multiplier to the derivative by the right side.
  let orientation: Double

  init(_ body: ExpressionBody, _ set: ConeSet, orientation: Double, name: String? = nil) {
    self.body = body
    self.set = set
    self.orientation = orientation
    self.name = name
  }
}

extension Constraint {
  init(equal difference: ExpressionBody) {
    self.init(ConstraintBlock(difference, .zero, orientation: -1))
  }

  init(atMost difference: ExpressionBody) {
    self.init(ConstraintBlock(difference, .nonnegative, orientation: -1))
  }

  init(atLeast difference: ExpressionBody) {
    self.init(ConstraintBlock(difference, .nonnegative, orientation: 1))
  }

  init(_ body: ExpressionBody, in set: ConeSet) {
    self.init(ConstraintBlock(body, set, orientation: 1))
  }
}
