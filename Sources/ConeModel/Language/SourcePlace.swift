/// Where something was written, for messages.
struct SourcePlace: Sendable, CustomStringConvertible {
  private let fileID: StaticString
  private let line: Int

  init(_ fileID: StaticString, _ line: Int) {
    self.fileID = fileID
    self.line = line
  }

  /// `Portfolio.swift:12`.
  var description: String { "\("\(fileID)".split(separator: "/").last ?? "?"):\(line)" }
}
