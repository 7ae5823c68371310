import ArgumentParser
import Foundation
import NNLift

/// Tables and figures of the papers behind NNLift, made anew: `swift run -c release papers NAME`. See docs/papers.md.
@main
struct Papers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "papers",
    abstract: "Makes tables and figures of published work anew; prints Markdown.",
    subcommands: [
      Ratios.self, SpiralSweep.self, RandomTeacher.self, PhaseTransition.self, WeightDecayPath.self, Whitened.self,
      Kernels.self,
    ])
}

/// A Markdown table, a row printed as soon as it is known.
struct MarkdownTable {
  init(_ titles: [String]) {
    row(titles)
    row(titles.map { _ in "---" })
  }

  func row(_ cells: [String]) {
    FileHandle.standardOutput.write(Data(("| " + cells.joined(separator: " | ") + " |\n").utf8))
  }
}

func format(_ value: Double, _ digits: Int = 6) -> String { String(format: "%.\(digits)g", value) }

func elapsed(_ start: ContinuousClock.Instant) -> Double {
  let parts = (ContinuousClock.now - start).components
  return Double(parts.seconds) + 1e-18 * Double(parts.attoseconds)
}

extension Dataset {
  /// A table whose last column is a class, or whose targets begin with `y`.
  static func published(_ path: String) throws -> Dataset {
    let header = try String(contentsOfFile: path, encoding: .utf8).prefix { !$0.isNewline }
    let targets = header.split(separator: ",").map(String.init).filter { $0.hasPrefix("y") }
    return try Dataset(csv: path, targets: targets.isEmpty ? .lastColumn : .outputs(targets))
  }
}

/// A figure: gnuplot reads the script from a pipe.
func draw(_ script: String, to path: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gnuplot"]
  let input = Pipe()
  process.standardInput = input
  try process.run()
  let terminal = path.hasSuffix(".png") ? "pngcairo size 900,600" : "svg size 900,600 background rgb 'white'"
  input.fileHandleForWriting.write(Data("set terminal \(terminal)\nset output '\(path)'\n\(script)\n".utf8))
  try input.fileHandleForWriting.close()
  process.waitUntilExit()
}
