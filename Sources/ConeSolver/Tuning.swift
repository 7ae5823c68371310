/// Every number that tunes the algorithm, with its reason. Nothing here depends on the program being solved.
enum Tuning {
  // MARK: Step
  /// Fraction of the step to the boundary that is taken; a little more caution than the usual 0.99 buys accuracy on programs
  /// without interior at an iteration or two.
  static let stepFraction = 0.98
  /// The same for a second attempt, and with the HKM direction after a predictor that leads nowhere.
  static let cautiousStepFraction = 0.9
  /// Power of `1 − α` in Mehrotra's centring …
  static let centringPower = 3.0
  /// … and with the HKM direction: a tenth fewer iterations on SDPLIB.
  static let centringPowerHKM = 2.0
  /// Corrections beyond the first may take this share of an iteration's forecast …
  static let correctorBudget = 0.2
  /// … are at most this many …
  static let correctorLimit = 4
  /// … each with this much of the last one's centring …
  static let correctorCentring = 0.5
  /// … and are kept when they shrink what the step leaves of the residual by this factor.
  static let correctorGain = 1.05
  /// A step that leaves less than this needs no further correction.
  static let correctorSufficient = 0.08
  /// A step shorter than this makes no progress worth an iteration.
  static let minimumStep = 1e-5
  /// Below this step length the corrector is replaced by firm centring …
  static let recentringStep = 0.02
  /// … with at least this `σ`.
  static let recentringSigma = 0.8
  /// Share of `κ` that the curvature remainder of a step may take …
  static let curvatureShare = 0.5
  /// … the factor by which the step is shortened until it does not take more …
  static let curvatureBacktrack = 0.7
  /// … and how often at most.
  static let curvatureBacktracks = 4
  /// An iterate that rounding puts outside its cone is pulled back by this fraction of the step …
  static let pullBack = 0.3
  /// … at most this often.
  static let pullBacks = 6
  /// A step that rounding puts outside a second-order cone is shortened by this factor …
  static let boundaryBacktrack = 0.8
  /// … at most this often.
  static let boundaryBacktracks = 20
  /// Up to this order the step to the boundary of a semidefinite cone comes from all eigenvalues, beyond it from Lanczos iteration …
  static let lanczosOrder = 40
  /// … of at most this many steps …
  static let lanczosSteps = 60
  /// … to this relative accuracy: a step that much shorter costs less than a more accurate one.
  static let lanczosAccuracy = 0.01
  /// Progress is a residual ratio, or a certificate residual, that fell by this factor …
  static let progress = 0.9
  /// … and this many iterations without any are a stall.
  static let stallIterations = 10
  /// A step below the first of these counts against a stall, one above the second for progress …
  static let weakSteps = 0.05...0.3
  /// … and this many more of the former than of the latter are a stall too.
  static let weakStepLimit = 8
  /// An iterate this many times worse than the best one is past the point where rounding won.
  static let divergence = 1e6

  // MARK: Starting point
  /// The least margin of the starting `s` and `z` inside their cones.
  static let startingMargin = 1.0
  /// The largest factor by which the margin of `s` may be enlarged, and that of `z` reduced, to balance their residuals …
  static let startingBalance = 1e3
  /// … found by this many bisections.
  static let startingBisections = 20

  // MARK: Regularisation and refinement
  /// Added to the diagonal of the equilibrated quasidefinite matrix; refinement removes its effect.
  static let staticRegularization = 1e-8
  /// On conic rows it is at most this fraction of `H`.
  static let conicRegularization = 1e-2
  /// Pivots below this are replaced.
  static let minimumPivot = 1e-13
  /// First relative diagonal shift of a Schur complement whose Cholesky factorisation broke down …
  static let schurShift = 1e-15
  /// … its growth per retry …
  static let schurShiftGrowth = 100.0
  /// … and the retries before the strategy gives up.
  static let schurRetries = 6
  /// Shift of the bordered equality block, relative to its largest diagonal entry.
  static let borderShift = 1e-14
  /// What stands for zero in the equality rows of a sparse Schur complement.
  static let sparseBorderShift = 1e-12
  /// A Schur complement with more than this share of nonzero entries is factored as a dense matrix.
  static let sparseComplement = 0.3
  /// Refinement steps of one linear solve.
  static let refinementSteps = 20
  /// Refinement ends when the residual is below `refinementAbsolute + refinementRelative·‖rhs‖∞` …
  static let refinementAbsolute = 1e-13
  static let refinementRelative = 1e-13
  /// … or, once it is below this fraction of the right-hand side, when a step no longer shrinks it …
  static let refinementSufficient = 1e-10
  /// … by this factor. Above that all steps are taken: the first ones may only remove outlying eigenvalues.
  static let refinementProgress = 2.0
  /// What a solve of the Newton system may leave of the equations of `x` and of the equality rows, in shares of the iterate's
  /// residual or of its tolerance.
  static let refinementGoal = 1e-2
  /// Corrections kept for further solves with the same factorisation.
  static let recycledCorrections = 60
  /// Right-hand sides that differ from multiples of one another by this fraction are multiples.
  static let proportional = 1e-15
  /// A correction must move the residual by at least this fraction of it.
  static let refinementUseful = 1e-9
  /// A Schur complement whose pivots fall below this fraction of their diagonal entries at the start has a null space …
  static let deficientPivot = 1e-11
  /// … and is kept definite by this relative diagonal shift.
  static let deficiencyShift = 1e-9

  // MARK: Presolve
  /// A bound of this size or more is no bound: what files and modellers write for infinity.
  static let infiniteBound = 1e20
  /// Rounds of all reductions; one removal can make room for another.
  static let presolveRounds = 25
  /// A sum that is smaller than this fraction of its terms is rounding of zero.
  static let cancellation = 1e-15
  /// Rows that contradict each other by less than this fraction of their terms do not: decimals of the data agree to no more …
  static let presolveConsistency = 1e-9
  /// … and those that do by more than this are a certificate, the same share that `certificateCancellation` asks for.
  static let presolveContradiction = 1e-6

  /// A matrix of data is semidefinite of a rank when elimination leaves less than this fraction of it …
  static let faceRounding = 1e-12
  /// … after pivots of at least this fraction of the largest one left, of which the one with the least data is taken.
  static let facePivot = 0.5
  /// A minor of order two is negative when it is so by more than this fraction of its terms.
  static let faceMinor = 1e-9
  /// A face is taken when it adds at most this many times the entries of `A` and of one dense slack.
  static let faceFill = 2.0
  /// Shift of a slack that is not definite, relative to it, when the multiplier of a face is restored.
  static let faceFloor = 1e-8

  /// A program is solved as its dual when that is forecast to be this many times cheaper …
  static let dualisationGain = 3.0
  /// … and a factorisation of the program as it is to take at least this many seconds.
  static let dualisationForecast = 1e-4

  // MARK: Equilibration
  static let ruizPasses = 10
  /// Range of one row or column scaling.
  static let scalingRange = 1e-6...1e6
  /// Range of the two scalar scalings of `q` and `b`.
  static let scalarScalingRange = 1e-6...1e6
  /// Units of the objective, beside the one of equilibration, for further attempts: multipliers can be many orders larger than `x`, and
  /// rounding then wins while `τ` is still small beside them.
  static let objectiveUnits = [1e-4, 1e2]
  /// The typical size of a right-hand side is at least this fraction of its largest entry.
  static let typicalFraction = 1e-4

  // MARK: Claims
  /// Iterates are compared at tolerances not below this, whatever is asked.
  static let leastTolerance = 1e-14
  /// `almostSolved` is granted when every stopping test passes with its tolerance this many times larger, capped below.
  static let almostFactor = 1e3
  static let almostCap = 1e-4
  /// `solved` also requires the DIMACS errors to be within this many times the tolerance.
  static let dimacsFactor = 10.0
  /// How far outside its cone a returned point may be, relative to its largest entry: rounding of an eigenvalue.
  static let marginRounding = 1e-13
  /// A certificate within this many times its tolerance counts when double precision allows no better.
  static let stalledCertificateFactor = 10.0
  /// A certificate's `bᵀz` or `qᵀx` must be at least this fraction of the sum of its terms' moduli: less may be rounding.
  static let certificateCancellation = 1e-7
  /// Inverse iterations that look for certificates without a cone.
  static let nullSpacePasses = 4
  /// An infeasibility certificate is sought when `κ/τ` exceeds this …
  static let certificateKappaOverTau = 1.0
  /// … or when what `Aᵀz` may be is at most this fraction of `−bᵀz`; likewise for rays. Right-hand sides that violate little leave `κ`
  /// small beside `τ` for long.
  static let certificateHint = 1e-4

  // MARK: Cost model (seconds; see docs/kkt-strategies.md)
  /// One flop of the supernodal sparse factorisation …
  static let sparseFlop = 3.0e-11
  /// … and what each entry of its factor takes beside: assembly and memory.
  static let sparseEntry = 6.0e-9
  /// Each entry of a factor in one triangular sweep: what memory delivers.
  static let sweepEntry = 1.0e-9
  /// One flop of a large dense factorisation or product.
  static let denseFlop = 2.0e-11
  /// Flops of one iteration's work on a PSD block, in units of its order cubed: Cholesky factors, an inverse, the products of four
  /// applications of the scaling and four reductions for step lengths.
  static let semidefiniteOperations = 30.0
  /// Matrices of its order's size that a semidefinite cone keeps.
  static let semidefiniteMatrices = 8.0
  /// A Schur complement forecast to take this many seconds is assembled by all threads …
  static let threadedAssembly = 1.0e-3
  /// … but for products of this many multiply–adds, which BLAS spreads itself.
  static let threadedProduct = 2.0e7
  /// Entries of a matrix of data that agree with `±vᵢvⱼ` to this accuracy are a matrix of rank one.
  static let rankOneRounding = 1e-14
  /// Columns without zeros are taken together in runs of this many, if there are as many.
  static let fullColumns = 16
  /// Up to this share of nonzero entries a semidefinite slack multiplies entry by entry.
  static let sparseSlack = 0.04
  /// Semidefinite cones of at least this order are looked at for a chordal pattern …
  static let chordalOrder = 40
  /// … when at most this share of their entries is not zero.
  static let chordalDensity = 0.25
  /// Flops of one iteration with the sparse factor of a chordal cone, in units of its order times the entries of its factor …
  static let chordalOperations = 120.0
  /// … and passes over its dense matrices …
  static let chordalPasses = 60.0
  /// … of which one entry takes this long.
  static let denseEntry = 0.4e-9
  /// One indirectly addressed multiply–add.
  static let gatherOperation = 1.5e-9
  /// One multiply–add of a short contiguous dot product.
  static let dotOperation = 0.4e-9
  /// Bytes a strategy may ask for.
  static let memoryLimit = 8.0e9
  /// A second attempt is made when an iteration is forecast to take at most this long.
  static let retryForecast = 0.005
  /// The other strategy is tried after a numerical failure when its matrix has at most this many entries.
  static let retryEntries = 1.0e5
  /// Second-order cones up to this dimension enter the quasidefinite matrix in the frame of their operator, larger ones expanded.
  static let framedSecondOrderLimit = 4
}
