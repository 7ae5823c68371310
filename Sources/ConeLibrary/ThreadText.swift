#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A text that a C function returns: every thread has its own, which holds until the thread sets it again or ends.
final class ThreadText: Sendable {
  static let lastError = ThreadText()
  static let version = ThreadText()
  static let kernels = ThreadText()
  static let message = ThreadText()
  static let report = ThreadText()
  static let model = ThreadText()

  private let key: pthread_key_t

  private init() {
    var key = pthread_key_t()
    pthread_key_create(&key) { free($0) }
    self.key = key
  }

  /// The thread's text; empty before the first one.
  var pointer: UnsafePointer<CChar>? {
    guard let text = pthread_getspecific(key) else { return set("") }
    return UnsafePointer(text.assumingMemoryBound(to: CChar.self))
  }

  @discardableResult
  func set(_ text: String) -> UnsafePointer<CChar>? {
    free(pthread_getspecific(key))
    pthread_setspecific(key, strdup(text))
    return pointer
  }
}
