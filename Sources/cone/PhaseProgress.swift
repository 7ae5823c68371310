import Dispatch
import Foundation
import Synchronization

/// Says that a phase without lines of its own is still under way, with the time it has taken: once its patience is
/// over, and again whenever that time has doubled.
final class PhaseProgress {
  /// Seconds without a line before an iteration says that it is under way.
  static let iterationPatience = 8.0

  private struct Phase {
    let name: String
    let start = ContinuousClock.now
    /// Seconds at which to speak next.
    var next: Double
  }

  private final class State: Sendable {
    let phase = Mutex<Phase?>(nil)

    /// The line that is due now, if one is.
    func dueLine() -> String? {
      phase.withLock { phase in
        guard let current = phase else { return nil }
        let elapsed = seconds(since: current.start)
        guard elapsed >= current.next else { return nil }
        phase?.next = max(2 * current.next, elapsed)
        return "  \(current.name) … \(Int(elapsed)) s"
      }
    }
  }

  private let state = State()
  private let timer = DispatchSource.makeTimerSource()

  init(to console: Console) {
    timer.setEventHandler { [state] in
      if let line = state.dueLine() { console.line(line) }
    }
    timer.schedule(deadline: .now() + .milliseconds(250), repeating: .milliseconds(250))
    timer.resume()
  }

  deinit { timer.cancel() }

  /// A new phase takes the place of the present one.
  func begin(_ name: String, patience: Double = 1) {
    state.phase.withLock { $0 = Phase(name: name, next: patience) }
  }

  func end() { state.phase.withLock { $0 = nil } }
}

/// Wall-clock seconds since `start`.
func seconds(since start: ContinuousClock.Instant) -> Double {
  (ContinuousClock.now - start) / .seconds(1)
}
