import Foundation
import Testing

/// A run of the built command.
struct CommandRun {
  var code: Int32
  var output: String
  var error: String

  /// The executable lies beside the test bundle.
  static let executable: URL = {
    var directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    if let bundle = Bundle.main.executableURL { directory = bundle.deletingLastPathComponent() }
    return directory.appendingPathComponent("cone")
  }()

  static func process(
    _ arguments: [String], in directory: URL? = nil
  ) -> (process: Process, output: Pipe, error: Pipe) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let output = Pipe()
    let error = Pipe()
    process.standardOutput = output
    process.standardError = error
    return (process, output, error)
  }

  /// Runs to the end. What the tests make the command say fits in the pipes.
  init(_ arguments: [String], in directory: Directory? = nil) async throws {
    let (process, output, error) = Self.process(arguments, in: directory?.url)
    code = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.error = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}

/// A directory that goes when the test is over.
final class Directory: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("cone-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
  func contents(of name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path) }
}
