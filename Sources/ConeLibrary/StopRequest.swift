import Synchronization

/// Whether a run is to stop: its handle was cancelled, or its observer said so.
final class StopRequest: Sendable {
  private let isCancelled: @Sendable () -> Bool
  private let requested = Atomic<Bool>(false)

  init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

  var isWanted: Bool { requested.load(ordering: .relaxed) || isCancelled() }

  func request() { requested.store(true, ordering: .relaxed) }
}
