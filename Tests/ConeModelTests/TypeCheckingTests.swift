import Foundation
import Testing

/// The compiler's part in the language: wrong models are stopped with a sentence that teaches, and no model, right or
/// wrong, costs the type checker a second.
struct TypeCheckingTests {
  /// Seconds that the compiler may spend on one model. Measured are some hundredths; the margin is for a busy machine.
  private static let budget = 1.0

  @Test func wrongModelsAreRefusedWithOurMessage() async throws {
    let run = try await Compiler.typecheck(Compiler.models("WrongModels"))
    try #require(run.seconds.count >= 25, "\(run.output.prefix(2000))")
    for file in try Compiler.models("WrongModels") {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      let wanted = try #require(
        lines.compactMap { $0.split(separator: "// error: ").last.map(String.init) }.first { text in
          lines.contains { $0.hasSuffix("// error: " + text) }
        })
      let found = run.output.split(separator: "\n").contains {
        $0.contains("/\(file.lastPathComponent):") && $0.contains("error: ") && $0.contains(wanted)
      }
      #expect(found, "\(lines[2]) should be refused with “\(wanted)”")
    }
    for (name, seconds) in run.seconds { #expect(seconds < Self.budget, "\(name)") }
  }

  @Test func rightModelsCheckQuickly() async throws {
    let run = try await Compiler.typecheck(Compiler.models("RightModels"))
    #expect(!run.output.contains("error:"), "\(run.output)")
    try #require(!run.seconds.isEmpty)
    for (name, seconds) in run.seconds { #expect(seconds < Self.budget, "\(name)") }
  }
}

/// A run of the compiler's type checker over sources that import ConeModel as it was built for these tests.
struct Compiler {
  let output: String
  /// Seconds for each function body.
  let seconds: [(name: String, seconds: Double)]

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  static func models(_ folder: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: tests.appendingPathComponent(folder), includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
  }

  static func typecheck(_ files: [URL]) async throws -> Compiler {
    let package = tests.deletingLastPathComponent().deletingLastPathComponent()
    let products = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
      .deletingLastPathComponent()
    var arguments = ["swiftc", "-typecheck", "-wmo", "-swift-version", "6"]
    arguments += ["-I", products.appendingPathComponent("Modules").path, "-Xfrontend", "-debug-time-function-bodies"]
    for library in ["COpenBLAS", "CCHOLMOD", "CZlib"] {
      arguments += ["-Xcc", "-fmodule-map-file=\(package.path)/Sources/\(library)/module.modulemap"]
    }
    // Headers that lie off the compiler's path; none where pkg-config is missing or knows nothing.
    let flags = (try? await run(["pkg-config", "--cflags", "openblas"]))?.output ?? ""
    arguments += flags.split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
    let output = try await run(arguments + files.map(\.path)).output
    let seconds = output.split(separator: "\n").compactMap { line -> (String, Double)? in
      let fields = line.split(separator: "\t")
      guard fields.count >= 3, fields[0].hasSuffix("ms"), let time = Double(fields[0].dropLast(2)) else { return nil }
      return (String(fields[1]), time / 1000)
    }
    return Compiler(output: output, seconds: seconds)
  }

  private static func run(_ arguments: [String]) async throws -> (output: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    // Through a file: what the compiler says may not fit in a pipe.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("cone-typecheck-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    process.standardOutput = handle
    process.standardError = handle
    let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return (String(decoding: try Data(contentsOf: file), as: UTF8.self), code)
  }
}
