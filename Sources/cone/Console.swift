import Foundation

/// Where lines go. Each is written at once, so a pipe sees an iteration when it happens.
struct Console: Sendable {
  /// `nil` swallows everything.
  private let descriptor: Int32?

  static let standardOutput = Console(descriptor: STDOUT_FILENO)
  static let standardError = Console(descriptor: STDERR_FILENO)
  static let silent = Console(descriptor: nil)

  func line(_ text: String = "") { write(Data((text + "\n").utf8)) }

  func lines(_ texts: [String]) {
    for text in texts { line(text) }
  }

  /// Writes all of `data`, in as many calls as the system needs.
  func write(_ data: Data) {
    guard let descriptor else { return }
    data.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let written = Foundation.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
        if written >= 0 {
          start += written
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
