import LinearAlgebra

/// The program as the method sees it, reduced and equilibrated, and the way back from its points to the user's.
final class Preparation {
  /// The user's program: what every claim is verified on.
  let original: ConicProblem
  let reduction: Reduction
  /// The reduced program, equilibrated.
  let scaled: Equilibration
  private let isOn: Bool
  /// A certificate that presolve found and the user's data confirmed.
  private(set) var verdict: InfeasibilityCertificate?
  /// The units in which a certificate's residual is weighed: what equilibration finds in the user's program.
  private(set) lazy var units = reduction.isEmpty ? scaled : Equilibration(original)

  /// - Parameter settings: whether to reduce, and the tolerance of a certificate found on the way. One that does not pass leaves the
  ///   program unreduced.
  init(_ original: ConicProblem, settings: Settings, objectiveUnit: Double = 1) {
    self.original = original
    isOn = settings.presolve
    var reduction = settings.presolve ? Reduction(reducing: original) : Reduction(unchanged: original)
    let verdict = reduction.verdict
    if verdict != nil { reduction = Reduction(unchanged: original) }
    self.reduction = reduction
    scaled = Equilibration(reduction.problem, objectiveUnit: objectiveUnit)
    guard let verdict else { return }
    self.verdict = certificates(in: [verdict]).first {
      $0.residual <= settings.epsInfeasible && $0.isInside(original, within: settings.epsInfeasible)
    }
  }

  /// One line for the log.
  var summary: String {
    if !isOn { return "off" }
    if let verdict { return verdict.status == .primalInfeasible ? "primal infeasible" : "dual infeasible" }
    return reduction.summary
  }

  /// The user's `(x, s, z)/τ` of an iterate.
  func restore(_ point: Iterate) -> HomogeneousPoint {
    reduction.restore(
      HomogeneousPoint(
        x: scaled.restoreX(point.x, divisor: point.tau), s: scaled.restoreS(point.s, divisor: point.tau),
        z: scaled.restoreZ(point.z, divisor: point.tau), tau: 1))
  }

  /// Candidates for a certificate of infeasibility in an iterate's `z` and in its `(x, s)`.
  func certificates(in point: Iterate) -> [InfeasibilityCertificate] {
    var multipliers = HomogeneousPoint.zero(reduction.problem)
    multipliers.z = scaled.restoreZ(point.z, divisor: 1)
    var ray = HomogeneousPoint.zero(reduction.problem)
    ray.x = scaled.restoreX(point.x, divisor: 1)
    ray.s = scaled.restoreS(point.s, divisor: 1)
    return certificates(in: [reduction.restore(multipliers), reduction.restore(ray)])
  }

  /// Where the dual is solved in the program's place, its multipliers are a ray and its rays are multipliers.
  private func certificates(in points: [HomogeneousPoint]) -> [InfeasibilityCertificate] {
    points.flatMap { point in
      [
        InfeasibilityCertificate.primal(original, z: point.z, units: units),
        InfeasibilityCertificate.dual(original, x: point.x, s: point.s, units: units),
      ].compactMap { $0 }
    }
  }
}
