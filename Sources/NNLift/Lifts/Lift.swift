import ConeModel
import ConeSolver

/// What the optimum of a lift is, relative to the optimum `p*` of training.
public enum Guarantee: String, Sendable, Codable, CaseIterable {
  case exact
  case lowerBound = "lower bound"
  case upperBound = "upper bound"
}

/// What a user chooses a lift by: one row of `cone lifts`.
public struct LiftInfo: Sendable {
  /// As given to `--lift`.
  public let name: String
  public let guarantee: Guarantee
  /// When the guarantee holds, if not always: `"spike-free X"`.
  public let condition: String?
  /// Order of the cones and numbers of variables and rows, in `n`, `d`, `c`, rank `r` and cells `P`.
  public let size: String
  /// The statement the guarantee rests on.
  public let theorem: String
  /// Paper and equation.
  public let source: String

  public init(
    name: String, guarantee: Guarantee, condition: String? = nil, size: String, theorem: String, source: String
  ) {
    self.name = name
    self.guarantee = guarantee
    self.condition = condition
    self.size = size
    self.theorem = theorem
    self.source = source
  }
}

/// A convex program for a training problem, with the way back to a network.
///
/// Solving, exporting and explaining are the same for every lift: all they need is the program (`LiftedProgram`).
public protocol Lift: Sendable {
  associatedtype Network: Sendable
  static var info: LiftInfo { get }
  /// What the optimum is on the data at hand: `info.guarantee`, unless these meet a condition that sharpens it.
  var guarantee: Guarantee { get }
  /// Builds the program; no solver is run.
  func program() throws -> LiftedProgram<Network>
}

extension Lift {
  public var guarantee: Guarantee { Self.info.guarantee }
}

/// A lift written down: a model, and how its solution reads as a network.
public struct LiftedProgram<Network: Sendable>: Sendable {
  public let problem: Problem
  /// Added to the model's objective: what the reductions of the data took out of the loss.
  public let constant: Double
  /// The network of a solution; `nil` where the lift has moments only, which `Rounding` turns into one.
  public let network: @Sendable (ModelSolution) throws -> Network?

  public init(
    _ problem: Problem, constant: Double = 0, network: @escaping @Sendable (ModelSolution) throws -> Network?
  ) {
    self.problem = problem
    self.constant = constant
    self.network = network
  }

  /// - Parameter observer: receives the iterations, their objectives with every constant of the training problem.
  /// - Throws: `NotOptimal` when the program has no optimum (interpolation that no network reaches), `ModelError` when the solver
  ///   refuses it; whatever `network` throws.
  public func solve(
    _ settings: Settings = Settings(), observer: ((Iteration) -> ObserverAction)? = nil
  ) throws -> LiftedOptimum<Network> {
    let compiled = try problem.compile()
    let constant = constant
    let outcome = try compiled.solve(settings) { iteration in
      var iteration = iteration
      iteration.primalObjective = compiled.objective(ofSolverValue: iteration.primalObjective) + constant
      iteration.dualObjective = compiled.objective(ofSolverValue: iteration.dualObjective) + constant
      return observer?(iteration) ?? .proceed
    }
    switch outcome {
    case .infeasible, .unbounded: _ = try outcome.optimum()
    case .optimal, .stopped: break
    }
    let solution = outcome.solution
    return LiftedOptimum(
      value: solution.objective + constant, dualValue: solution.bound + constant, network: try network(solution),
      solution: solution)
  }
}

/// A solved lift. Its values hold as far as the residuals of `solution` go; what is proved is made of it by
/// `Certificates`.
public struct LiftedOptimum<Network: Sendable>: Sendable {
  public let value: Double
  public let dualValue: Double
  public let network: Network?
  public let solution: ModelSolution
}
