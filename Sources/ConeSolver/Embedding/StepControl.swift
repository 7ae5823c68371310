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

  func centring(_ step: Double) -> Double { pow(1 - step, centringPower) }

  func fraction(_ step: Double) -> Double {
    fractions.lowerBound + (fractions.upperBound - fractions.lowerBound) * step
  }
}
