import ConeSolver

/// A fault in a model, with its place and its mending.
///
/// Nothing throws while a model is being written down: a faulty expression carries its first fault along, and
/// `Problem.compile()`, or the solution asked for a value, throws it.
public indirect enum ModelError: Error, Sendable, Equatable {
  /// The sizes of two operands do not fit: the operation, and each operand with its size.
  case shapeMismatch(operation: String, left: String, right: String)
  /// An index outside `0 ..< count`.
  case indexOutOfRange(what: String, index: Int, count: Int)
  /// A negative size.
  case negativeSize(what: String, size: Int)
  /// One expression or problem mentions variables of two models.
  case mixedModels
  /// A convex or concave expression was multiplied by a weight that is not nonnegative.
  case negativeWeight(Double)
  /// A convex or concave expression was multiplied by a parameter that is not declared nonnegative.
  case parameterOfAnySign(String)
  /// Two parameters were multiplied.
  case productOfParameters(String, String)
  /// A parameter was set to a value that breaks its sign.
  case parameterSign(name: String, value: Double)
  /// A function that increases only on nonnegative numbers was given a convex argument whose sign is not known.
  case unknownSign(function: String, argument: String)
  /// A matrix that must be positive semidefinite has a negative eigenvalue.
  case notPositiveSemidefinite(leastEigenvalue: Double)
  /// A number outside the range that a function is defined for.
  case outOfRange(what: String, value: Double, rule: String)
  /// A box domain without points.
  case emptyBox(name: String, lower: Double, upper: Double)
  /// A semidefinite bound `X ⪰ k` with a number other than zero, which has two readings.
  case ambiguousBound(Double)
  /// A matrix given as symmetric is not; the first pair of entries that differ.
  case notSymmetric(row: Int, column: Int, upper: Double, lower: Double)
  /// NaN or an infinity where a finite number is needed.
  case notFinite(place: String, value: Double)
  /// The problem mentions no variable, so there is nothing to choose.
  case noVariables
  /// The solution was asked about a variable that was declared after the problem was compiled.
  case unknownVariable(String)
  /// The solution was asked about a constraint that is not part of its problem.
  case unknownConstraint(String)
  /// The dual of a variable's domain was asked of an expression that is not one whole variable.
  case notAVariable(String)
  /// A point of the wrong length was given to a compiled problem.
  case wrongPoint(what: String, found: Int, expected: Int)
  /// The fault lies in the named part of the problem.
  case within(place: String, ModelError)
  /// The compiled program was refused by the solver.
  case refused(ProblemError)

  /// The fault itself, without the place it lies within.
  public var cause: ModelError {
    if case .within(_, let fault) = self { return fault.cause }
    return self
  }

  /// The fault of something asked at a line.
  func asked(at place: SourcePlace) -> ModelError { .within(place: place.description, self) }
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shapeMismatch(let operation, let left, let right):
      return "\(operation) needs operands of matching size, but got \(left) and \(right)"
    case .indexOutOfRange(let what, let index, let count):
      return "index \(index) of \(what) is outside 0 ..< \(count)"
    case .negativeSize(let what, let size):
      return "\(what) is \(size); sizes are zero or more"
    case .mixedModels:
      return "variables of two models meet in one expression or problem; declare all of them with one Model"
    case .negativeWeight(let weight):
      return """
        a convex or concave expression was multiplied by \(weight); disciplined convex programming needs a weight of \
        zero or more, so write the sign as a minus in front of the expression
        """
    case .parameterOfAnySign(let name):
      return """
        a convex or concave expression was multiplied by the parameter \(name), which may be negative; declare it \
        .nonnegative
        """
    case .productOfParameters(let first, let second):
      return """
        the parameters \(first) and \(second) are multiplied, so that the program would not depend linearly on them; \
        make one parameter of the product
        """
    case .parameterSign(let name, let value):
      return "the parameter \(name) is declared nonnegative, but \(value) was given"
    case .unknownSign(let function, let argument):
      return """
        DCP: \(function) of \(argument) needs an argument that is affine, or convex and known to be nonnegative; bound \
        the argument by a nonnegative variable, or use positivePart
        """
    case .notPositiveSemidefinite(let least):
      return """
        quadForm needs a positive semidefinite matrix, but its least eigenvalue is \(least), so the form is not convex; \
        give the matrix that is meant, or add a multiple of the identity
        """
    case .outOfRange(let what, let value, let rule):
      return "\(what) is \(value); \(rule)"
    case .emptyBox(let name, let lower, let upper):
      return "the box of \(name) from \(lower) to \(upper) is empty; the lower bound comes first"
    case .ambiguousBound(let number):
      return """
        X ⪰ \(number) may mean a bound on every eigenvalue or a constant matrix; write X ⪰ B with B the Constant you \
        mean, for example Constant.identity(order: n).scaled(by: \(number))
        """
    case .notSymmetric(let row, let column, let upper, let lower):
      return """
        the matrix is not symmetric: entry (\(row), \(column)) is \(upper) but entry (\(column), \(row)) is \(lower); \
        give the symmetric part, or use Constant<Matrix>
        """
    case .notFinite(let place, let value):
      return "\(value) at \(place); every coefficient must be a finite number"
    case .noVariables:
      return "the problem mentions no variable; make variables with Model and use them in the objective or a constraint"
    case .unknownVariable(let name):
      return "\(name) was declared after the problem was compiled; compile the problem again"
    case .unknownConstraint(let name):
      return "\(name) is not part of the problem that was solved; ask with the constraint the problem was given"
    case .notAVariable(let what):
      return "\(what) is not one whole variable; ask with the expression that Model returned"
    case .wrongPoint(let what, let found, let expected):
      return "\(what) has \(found) entries, but the compiled problem needs \(expected)"
    case .within(let place, let fault):
      return "\(place): \(fault)"
    case .refused(let error):
      return error.description
    }
  }
}
