import Foundation
import Testing

/// `cone train --lift exact` and `cone certify` from their arguments to their exit codes.
struct SearchCommandTests {
  private let directory: Directory

  init() throws {
    directory = try Directory()
    try directory.write(Self.table, to: "table.csv")
  }

  /// Eight samples in three features, two targets.
  private static let table = """
    a,b,c,y,z
    1,0.5,-0.3,1,0
    0.3,-1.2,0.8,0,1
    -0.8,0.9,0.4,1,0
    -1.1,-0.4,-0.6,-1,0.5
    0.6,1.4,0.2,0,-1
    1.3,-0.7,0.9,0.5,0.5
    -0.2,0.3,-1.1,1,1
    0.5,0.1,0.7,0,0.3

    """
  private static let optimum = 0.535220598

  private func cone(_ arguments: String...) async throws -> CommandRun {
    try await CommandRun(arguments, in: directory)
  }

  private func report(_ name: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: directory.contents(of: name)) as? [String: Any])
  }

  private func number(_ report: [String: Any], _ key: String) throws -> Double {
    try #require(report[key] as? Double, "\(key)")
  }

  @Test func provedOptimumWithTraceAndCheck() async throws {
    let run = try await cone(
      "train", "table.csv", "--outputs", "y,z", "--lift", "exact", "--weight-decay", "0.1", "--gap", "1e-6", "--model",
      "m.json", "--json", "r.json", "--trace", "t.csv")
    #expect(run.code == 0 && run.error.isEmpty)
    for part in ["global optimum to a gap of 1e-06", "cones/s", "a bound on every cone", "complete", "trace       t.csv"] {
      #expect(run.output.contains(part), "\(part)")
    }
    let report = try report("r.json")
    let (lower, upper) = (try number(report, "lower_bound"), try number(report, "upper_bound"))
    #expect(lower <= Self.optimum * (1 + 1e-8) && upper >= Self.optimum * (1 - 1e-8))
    #expect(try number(report, "gap") <= 1e-6)
    #expect(report["lower_bound_kind"] as? String == "cones")
    #expect(try number(report, "rounds") > 0 && number(report, "nodes") > 0)
    let trace = String(decoding: try directory.contents(of: "t.csv"), as: UTF8.self).split(separator: "\n")
    #expect(trace[0] == "time,round,atoms,lower_bound,upper_bound,gap,potential_gap,nodes")
    let uppers = trace.dropFirst().compactMap { Double($0.split(separator: ",")[4]) }
    #expect(uppers == uppers.sorted(by: >) && abs((uppers.last ?? 0) - upper) <= 1e-15)

    let check = try await cone("check", "--model", "m.json", "table.csv", "--json", "c.json")
    #expect(check.code == 0)
    #expect(try self.report("c.json")["lower_bound_kind"] as? String == "cones")
    try directory.write(Self.table.replacingOccurrences(of: "0.5,0.1,0.7,0,0.3", with: "0.5,0.1,0.7,0,0.4"), to: "other.csv")
    let refuted = try await cone("check", "--model", "m.json", "other.csv")
    #expect(refuted.code == 4 && refuted.output.contains("The file claims"))
    let model = String(decoding: try directory.contents(of: "m.json"), as: UTF8.self)
    try directory.write(model.replacing(/"theta":0\.0\d/, with: "\"theta\":0.05"), to: "boast.json")
    #expect(try await cone("check", "--model", "boast.json", "table.csv").code == 4)
  }

  @Test func zeroTimeStillBrackets() async throws {
    let run = try await cone(
      "train", "table.csv", "--outputs", "y,z", "--lift", "exact", "--weight-decay", "0.1", "--time-limit", "0", "--model",
      "m.json", "--json", "r.json", "--quiet")
    #expect(run.code == 3)
    let report = try report("r.json")
    #expect(report["status"] as? String == "time_limit")
    #expect(try number(report, "lower_bound") <= number(report, "upper_bound"))
    #expect(try await cone("check", "--model", "m.json", "table.csv").code == 0)
  }

  @Test func certifiesWeightsFromTables() async throws {
    try directory.write("1,0,0\n0,1,-0.5\n", to: "U.csv")
    try directory.write("0.5,0\n0,0.25\n", to: "V.csv")
    let run = try await cone(
      "certify", "--weights", "U.csv,V.csv", "table.csv", "--outputs", "y,z", "--weight-decay", "0.1", "--gap", "1e-5",
      "--json", "r.json", "--polish", "better.json")
    #expect(run.code == 0 && run.error.isEmpty)
    #expect(run.output.contains("would improve it most"))
    let report = try report("r.json")
    let (lower, upper, given) = (
      try number(report, "lower_bound"), try number(report, "upper_bound"), try number(report, "objective")
    )
    #expect(lower <= Self.optimum * (1 + 1e-8) && upper >= Self.optimum * (1 - 1e-8) && given > upper)
    #expect(abs(try number(report, "excess") - (given - lower) / given) < 1e-14)
    #expect(try number(report, "neuron_gain") > 1)
    #expect(try await cone("check", "--model", "better.json", "table.csv").code == 0)

    let again = try await cone("certify", "--model", "better.json", "table.csv", "--gap", "1e-4", "--json", "again.json")
    #expect(again.code == 0)
    #expect(try number(self.report("again.json"), "excess") <= 1e-4)
  }

  @Test func faultsOfWeightsAreNamed() async throws {
    try directory.write("1,0,0\n", to: "U.csv")
    try directory.write("0.5,0\n0,0.25\n", to: "V.csv")
    try directory.write("1,zero\n", to: "bad.csv")
    for (weights, place) in [("U.csv,V.csv", "V.csv: "), ("bad.csv,V.csv", "bad.csv:1: "), ("absent.csv,V.csv", "absent.csv: ")] {
      let run = try await cone(
        "certify", "--weights", weights, "table.csv", "--outputs", "y,z", "--weight-decay", "0.1")
      #expect(run.code == 2 && run.error.hasPrefix(place), "\(run.error)")
    }
    #expect(try await cone("certify", "table.csv").code == 2)
    #expect(try await cone("certify", "--weights", "U.csv,V.csv", "table.csv").code == 2)
    let plot = try await cone(
      "train", "table.csv", "--outputs", "y,z", "--lift", "exact", "--weight-decay", "0.1", "--plot", "p.gif")
    #expect(plot.code == 2 && plot.error.contains("--plot"))
  }

  /// Samples of three features on a grid without pattern, hard enough to be caught at work.
  private static let hard: String = {
    var lines = ["a,b,c,y"]
    for k in 0..<40 {
      let t = Double(k)
      let (a, b, c) = (cos(1.7 * t), sin(2.3 * t + 1), cos(0.9 * t * t))
      lines.append("\(a),\(b),\(c),\(sin(5 * t))")
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  /// Ctrl-C and limits at moments between the first line and the end: each time a bracket that holds, and a model that passes.
  @Test func stoppedAnywhereTheBracketHolds() async throws {
    try directory.write(Self.hard, to: "hard.csv")
    let arguments = ["train", "hard.csv", "--outputs", "y", "--lift", "exact", "--weight-decay", "0.02", "--gap", "1e-9"]
    let whole = try await CommandRun(arguments + ["--gap", "1e-4", "--json", "whole.json", "--quiet"], in: directory)
    #expect(whole.code == 0)
    let optimum = try (number(report("whole.json"), "lower_bound"), number(report("whole.json"), "upper_bound"))
    func expectBracket(_ context: String) async throws {
      let report = try report("r.json")
      let (lower, upper) = (try number(report, "lower_bound"), try number(report, "upper_bound"))
      #expect(lower <= optimum.1 * (1 + 1e-12) && upper >= optimum.0 * (1 - 1e-12), "\(context): \(lower) … \(upper)")
      #expect(try await cone("check", "--model", "m.json", "hard.csv", "--quiet").code == 0, "\(context)")
    }
    for limit in ["0", "0.003", "0.02", "0.1"] {
      let run = try await CommandRun(
        arguments + ["--time-limit", limit, "--model", "m.json", "--json", "r.json", "--quiet"], in: directory)
      #expect(run.code == 3 || run.code == 0 || run.code == 4, "\(run.code): \(run.error)")
      try await expectBracket("limit \(limit)")
    }
    for limit in ["1", "700", "20000"] {
      let run = try await CommandRun(
        arguments + ["--node-limit", limit, "--model", "m.json", "--json", "r.json", "--quiet"], in: directory)
      #expect(run.code == 3 || run.code == 0 || run.code == 4, "\(run.code): \(run.error)")
      try await expectBracket("\(limit) nodes")
    }
    for delay in [0, 0.011, 0.037, Double.random(in: 0...0.15)] {
      let code = try await interrupted(arguments + ["--model", "m.json", "--json", "r.json"], after: delay)
      #expect(code == 3 || code == 0 || code == 4, "\(code)")
      try await expectBracket("interrupt after \(delay) s")
    }
  }

  /// The exit code of a run that is interrupted some time after it has printed its first line.
  private func interrupted(_ arguments: [String], after delay: Double) async throws -> Int32 {
    let (process, output, _) = CommandRun.process(arguments, in: directory.url)
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
        _ = output.fileHandleForReading.availableData
        Thread.sleep(forTimeInterval: delay)
        process.interrupt()
        _ = output.fileHandleForReading.readDataToEndOfFile()
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  private static let hasGnuplot = ProcessInfo.processInfo.environment["PATH"].map { path in
    path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }
  } ?? false

  @Test(.enabled(if: hasGnuplot)) func plotsAreDrawn() async throws {
    try directory.write("x1,x2,class\n1,0,0\n0.9,0.4,0\n0,1,1\n-0.4,0.8,1\n-1,-0.1,2\n-0.7,-0.8,2\n0.2,-1,0\n", to: "flat.csv")
    let run = try await cone(
      "train", "flat.csv", "--lift", "exact", "--weight-decay", "0.01", "--plot", "gap.svg", "--regions", "regions.svg",
      "--quiet")
    #expect(run.code == 0 && run.error.isEmpty)
    for (name, labels) in [("gap.svg", ["seconds", "relative gap", "proved"]), ("regions.svg", ["x1", "x2"])] {
      let picture = String(decoding: try directory.contents(of: name), as: UTF8.self)
      #expect(picture.contains("<svg") && picture.contains("</svg>"))
      for label in labels { #expect(picture.contains(label), "\(name): \(label)") }
    }
    // Decision regions need two features and classes.
    let solid = try await cone(
      "train", "table.csv", "--outputs", "y,z", "--lift", "exact", "--weight-decay", "0.1", "--regions", "r.svg")
    #expect(solid.code == 2 && solid.error.contains("two features"))
    #expect(!directory.has("r.svg"))
  }
}
