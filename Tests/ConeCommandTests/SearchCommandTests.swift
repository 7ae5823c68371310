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
}
