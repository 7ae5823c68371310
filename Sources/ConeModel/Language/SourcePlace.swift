/// Where something was written, for messages.
struct SourcePlace: Sendable, CustomStringConvertible {
  let file: String
  let line: Int

  init(_ fileID: StaticString, _ line: Int) {
    file = "\(fileID)"
    self.line = line
  }

  /// `Portfolio.swift:12`.
  var description: String { "\(file.split(separator: "/").last ?? "?"):\(line)" }
}
