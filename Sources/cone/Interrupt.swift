import Foundation
import Synchronization

/// Ctrl-C as a request to stop at the next iteration; a second one ends the process as usual.
enum Interrupt {
  private static let flag = Atomic<Bool>(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Begins to listen. Before this, Ctrl-C ends the process at once.
  static func listen() {
    // The first access makes the flag; a signal handler must not be the one to do it.
    _ = isRequested
    signal(SIGINT) { _ in
      Interrupt.flag.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    // A program that started the command may have left the signal blocked.
    var interrupts = sigset_t()
    sigemptyset(&interrupts)
    sigaddset(&interrupts, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &interrupts, nil)
  }
}
