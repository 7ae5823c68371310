/// A point in the user's scale with its optimality measures.
struct Candidate {
  let x, s, z: [Double]
  let measures: OptimalityMeasures
  /// Largest residual over its tolerance; at most 1 passes.
  let ratio: Double
  /// The same at the reduced tolerances.
  let almostRatio: Double
  /// The same with tolerances that double precision can meet: what orders iterates when the requested ones are out of reach.
  let merit: Double

  var passes: Bool { ratio <= 1 }
  var almostPasses: Bool { almostRatio <= 1 }

  func isInside(_ problem: ConicProblem) -> Bool { ConeMargins(problem, s: s, z: z).areInside }
}

/// What a verified stop may claim.
enum Answer {
  case optimum(Candidate)
  case certificate(InfeasibilityCertificate)

  var status: Status {
    switch self {
    case .optimum: .solved
    case .certificate(let certificate): certificate.status
    }
  }
}

/// How the iteration ended.
struct Outcome {
  let answer: Answer?
  let status: Status
  let iterations: Int
  let message: String

  init(answer: Answer?, status: Status, iterations: Int, message: String) {
    self.answer = answer
    self.status = status
    self.iterations = iterations
    self.message = message
  }

  /// A verified certificate.
  init(_ certificate: InfeasibilityCertificate, iterations: Int) {
    self.init(answer: .certificate(certificate), status: certificate.status, iterations: iterations, message: "")
  }

  /// Whether this outcome says more than another: a verified answer, then an almost solved one, then the smaller residual.
  func isBetter(than other: Outcome) -> Bool {
    if rank != other.rank { return rank > other.rank }
    guard case .optimum(let mine)? = answer else { return false }
    guard case .optimum(let theirs)? = other.answer else { return true }
    return mine.merit < theirs.merit
  }

  /// Neither verified nor stopped by a limit.
  var isShort: Bool { status == .numericalFailure || status == .almostSolved }

  private var rank: Int { status.isVerified ? 2 : status == .almostSolved ? 1 : 0 }
}

/// Keeps the iterate with the smallest worst residual, and notices when nothing improves.
struct BestIterate {
  private let settings: Settings
  private(set) var candidate: Candidate?
  /// The verified iterate with the smallest gap.
  private(set) var accepted: Candidate?
  /// Measures of the iterate examined last.
  private(set) var latest: OptimalityMeasures?
  private var latestMerit = Double.infinity
  /// The certificate with the smallest residual so far.
  private(set) var certificate: InfeasibilityCertificate?
  private var sinceProgress = 0
  private var weakSteps = 0
  /// What the last progress of each measure reached. The merit alone is not enough: relative measures stay near one for as long as
  /// an objective is large and falling.
  private var progressMerit = Double.infinity
  private var progressGap = Double.infinity
  private var progressCertificate = Double.infinity

  init(_ settings: Settings) { self.settings = settings }

  /// Measures an iterate, keeping it when it is the best so far.
  mutating func examine(_ problem: ConicProblem, _ point: HomogeneousPoint) -> Candidate {
    let measures = OptimalityMeasures(problem, x: point.x, s: point.s, z: point.z)
    let almostAbs = max(settings.epsAbs, min(Tuning.almostFactor * settings.epsAbs, Tuning.almostCap))
    let almostRel = max(settings.epsRel, min(Tuning.almostFactor * settings.epsRel, Tuning.almostCap))
    let examined = Candidate(
      x: point.x, s: point.s, z: point.z, measures: measures,
      ratio: measures.worstRatio(epsAbs: settings.epsAbs, epsRel: settings.epsRel),
      almostRatio: measures.worstRatio(epsAbs: almostAbs, epsRel: almostRel),
      merit: measures.worstRatio(
        epsAbs: max(settings.epsAbs, Tuning.leastTolerance), epsRel: max(settings.epsRel, Tuning.leastTolerance)))
    latest = measures
    latestMerit = examined.merit
    sinceProgress += 1
    if examined.merit < candidate?.merit ?? .infinity { candidate = examined }
    noteProgress(examined.merit, since: \.progressMerit)
    noteProgress(measures.gap, since: \.progressGap)
    return examined
  }

  private mutating func noteProgress(_ measure: Double, since last: WritableKeyPath<Self, Double>) {
    guard measure < Tuning.progress * self[keyPath: last] else { return }
    self[keyPath: last] = measure
    sinceProgress = 0
  }

  /// Falling certificate residuals are progress as well.
  mutating func note(_ certificate: InfeasibilityCertificate) {
    if certificate.residual < self.certificate?.residual ?? .infinity { self.certificate = certificate }
    noteProgress(certificate.residual, since: \.progressCertificate)
  }

  /// Takes an iterate that passes all tests; returns the one with the smallest gap once that is small against the objective, the user's
  /// constant included, or does not fall any more. The gap test measures it against its terms, which can be far larger.
  mutating func accept(_ candidate: Candidate) -> Candidate? {
    let falls = candidate.measures.gap < Tuning.progress * (accepted?.measures.gap ?? .infinity)
    if falls { accepted = candidate }
    return falls && !candidate.measures.hasSmallGap(settings) ? nil : accepted
  }

  /// Counts steps too short to lead anywhere.
  mutating func note(step: Double) {
    if step < Tuning.weakSteps.lowerBound { weakSteps += 1 }
    if step > Tuning.weakSteps.upperBound { weakSteps = max(0, weakSteps - 1) }
  }

  /// Nothing has improved for a while, or rounding has taken over.
  var isStalled: Bool {
    guard let candidate else { return sinceProgress >= Tuning.stallIterations }
    return sinceProgress >= Tuning.stallIterations || weakSteps >= Tuning.weakStepLimit
      || (sinceProgress >= 3 && latestMerit > Tuning.divergence * candidate.merit && candidate.almostPasses)
  }
}
