import Foundation

/// What the predictor's step `α ∈ [0, 1]` says about the corrector: `σ = (1 − α)^p` (Mehrotra 1992, `p = 3`; `p = 2` keeps further from
/// the boundary), and which fraction of the step to the boundary is taken.
struct StepControl {
  /// The fraction grows between these with the predictor's step.
  let fractions: ClosedRange<Double>
  let centringPower: Double

  static let nesterovTodd = StepControl(
    fractions: Tuning.stepFraction...Tuning.stepFraction, centringPower: Tuning.centringPower)
  /// The HKM direction keeps its course along the central path less well.
  static let hkm = StepControl(
    fractions: Tuning.cautiousStepFraction...Tuning.stepFraction, centringPower: Tuning.centringPowerHKM)
  /// For a second attempt.
  var cautious: StepControl {
    StepControl(fractions: Tuning.cautiousStepFraction...Tuning.cautiousStepFraction, centringPower: centringPower)
  }

  /// How many corrections beyond Mehrotra's fit in their share of an iteration, by the forecasts of both (Gondzio, Comput. Optim. Appl. 6,
  /// 1996; Haeberly, Nayakkankuppam & Overton, "Extending Mehrotra and Gondzio higher order methods to mixed semidefinite–quadratic–linear
  /// programming", Optim. Methods Softw. 11, 1999).
  func furtherCorrections(_ strategy: any KKTStrategy) -> Int {
    let cones = StrategyChoice.coneOperations(strategy.cones)
    let iteration = strategy.factorizationCost + cones
    let correction = strategy.solveCost + cones / 3
    guard iteration > 0, correction > 0 else { return 0 }
    return min(Tuning.correctorLimit, Int(Tuning.correctorBudget * iteration / correction))
  }

  func centring(_ step: Double) -> Double { pow(1 - step, centringPower) }

  func fraction(_ step: Double) -> Double {
    fractions.lowerBound + (fractions.upperBound - fractions.lowerBound) * step
  }
}
