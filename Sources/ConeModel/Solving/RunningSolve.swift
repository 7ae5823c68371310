import ConeSolver
import Synchronization

/// A solve under way on a thread of its own: a sequence of iterations, and an outcome.
///
///     let solve = try problem.start()
///     for await iteration in solve { print(iteration.number, iteration.gap) }
///     let outcome = try await solve.outcome
///
/// `cancel()`, or cancelling the task that waits for the outcome, stops it after the iteration at hand; the outcome is
/// then `.stopped` with the best point so far. One consumer may iterate; iterations that nobody takes are kept.
public final class RunningSolve: AsyncSequence, Sendable {
  public typealias Element = Iteration
  public typealias Failure = Never

  private let stream: AsyncStream<Iteration>
  private let task: Task<Outcome, any Error>
  private let flag: CancellationFlag

  private final class CancellationFlag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  fileprivate init(_ compiled: CompiledProblem, _ settings: Settings) {
    let flag = CancellationFlag()
    let (stream, continuation) = AsyncStream.makeStream(of: Iteration.self)
    self.flag = flag
    self.stream = stream
    task = Task.detached {
      defer { continuation.finish() }
      return try compiled.solve(settings) { iteration in
        continuation.yield(iteration)
        return flag.isSet.load(ordering: .relaxed) ? .stop : .proceed
      }
    }
  }

  /// Asks the solve to stop after the iteration at hand.
  public func cancel() {
    flag.isSet.store(true, ordering: .relaxed)
  }

  /// How the solve ends; waits for it.
  ///
  /// - Throws: `ModelError.refused` when the solver refused the program.
  public var outcome: Outcome {
    get async throws {
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        flag.isSet.store(true, ordering: .relaxed)
      }
    }
  }

  public func makeAsyncIterator() -> AsyncStream<Iteration>.Iterator { stream.makeAsyncIterator() }
}

extension Problem {
  /// Compiles, and starts a solve that can be watched and cancelled.
  ///
  /// - Throws: `ModelError` for a fault in the problem.
  public func start(_ settings: Settings = Settings()) throws(ModelError) -> RunningSolve {
    RunningSolve(try compile(), settings)
  }
}

extension CompiledProblem {
  /// Starts a solve that can be watched and cancelled.
  public func start(_ settings: Settings = Settings()) -> RunningSolve { RunningSolve(self, settings) }
}
