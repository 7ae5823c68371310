import ConeReports
import ConeSolver
import Foundation
import NNLift

/// Follows a training run: prints its log, takes its times, and stops it at Ctrl-C or the time limit.
final class TrainingMonitor {
  private let console: Console
  private let progress: PhaseProgress
  private let settings: Settings
  private let start = ContinuousClock.now
  private var refitStart: ContinuousClock.Instant?
  /// Why the run was asked to stop.
  private(set) var stopped: TrainingStatus?
  /// Seconds from the statement of the lift to its proven bound.
  private(set) var liftTime = 0.0

  /// - Parameter settings: those of the run, whose time limit counts from now.
  init(console: Console, progress: PhaseProgress, settings: Settings) {
    self.console = console
    self.progress = progress
    self.settings = settings
  }

  /// Seconds since the lift's bound was proved.
  var refitTime: Double { refitStart.map { seconds(since: $0) } ?? 0 }

  private static let refitTable = LogTable(columns: [("round", 5), ("objective", 17), ("neurons", 8), ("time", 9)])

  func observe(_ event: SDPNNTraining.Progress) -> ObserverAction {
    switch event {
    case .stated(let order, let equalities, let inequalities):
      console.line(TrainingSummary.lift(order: order, equalities: equalities, inequalities: inequalities))
      progress.begin("stating the lift")
    case .prepared(let reason):
      console.lines([LogField.line("system", reason), LogField.line("limits", ProgramSummary.limits(settings))])
      console.lines(["", IterationLog.heading])
      Interrupt.listen()
      progress.begin("starting point")
    case .relaxation(let iteration):
      console.line(IterationLog.line(iteration))
      progress.begin("iteration \(iteration.number + 1)", patience: PhaseProgress.iterationPatience)
      // The solver watches its own time limit and names it in its status.
      return action(timed: false)
    case .relaxed:
      progress.begin("proving the lower bound")
    case .bounded(let lowerBound):
      liftTime = seconds(since: start)
      refitStart = .now
      console.lines(["", LogField.line("lower bound", "\(lowerBound), proved from the lift")])
      console.lines(["", Self.refitTable.heading])
      progress.begin("refit round 0")
    case .fitting: return action(timed: true)
    case .refit(let round, let objective, let neurons):
      console.line(
        Self.refitTable.row([
          "\(round)", String(format: "%.9e", objective), "\(neurons)", String(format: "%.2f s", refitTime),
        ]))
      progress.begin("refit round \(round + 1)")
      return action(timed: true)
    }
    return .proceed
  }

  private func action(timed: Bool) -> ObserverAction {
    if Interrupt.isRequested {
      stopped = .cancelled
    } else if timed, let limit = settings.timeLimit, seconds(since: start) >= limit {
      stopped = .timeLimit
    }
    return stopped == nil ? .proceed : .stop
  }
}
