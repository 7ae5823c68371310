import Foundation
import Testing

/// `cone train` and `cone check` from their arguments to their exit codes.
struct TrainCommandTests {
  private let directory: Directory

  init() throws {
    directory = try Directory()
    try directory.write(Tables.regression, to: "regression.csv")
    try directory.write(Tables.classes, to: "classes.csv")
  }

  private func cone(_ arguments: String...) async throws -> CommandRun {
    try await CommandRun(arguments, in: directory)
  }

  private func number(_ report: [String: Any], _ key: String) throws -> Double {
    try #require(report[key] as? Double, "\(key)")
  }

  // MARK: The published example

  @Test func spiralIsBracketedAndItsClaimsHoldOnItsDataOnly() async throws {
    let table = try String(contentsOf: Tables.spiral, encoding: .utf8)
    try directory.write(table, to: "spiral.csv")
    let run = try await cone(
      "train", "spiral.csv", "--network", "relu", "--lift", "sdp-nn", "--weight-decay", "0.1", "--model", "model.json",
      "--json", "report.json")
    #expect(run.code == 0 && run.error.isEmpty)
    for part in [
      "60 samples, 2 features, 3 classes of label: 0, 1, 2", "3 zero rows dropped", "moment matrix of order 62", "κ/τ",
      "neurons", "lower bound on p*, as far as", "status      complete", "≤ p*: proved", "model       model.json",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
    let report = try json(directory.contents(of: "report.json"))
    let (lower, upper) = (try number(report, "lower_bound"), try number(report, "upper_bound"))
    #expect(abs(upper - 16.5929772) < 1e-5)
    #expect(lower <= upper)
    #expect(try number(report, "gap") <= 1e-6)
    let accuracy = try number(report, "train_accuracy")
    #expect(accuracy > 1.0 / 3 && accuracy <= 1)
    #expect(report["lower_bound_kind"] as? String == "sectors")

    let check = try await cone("check", "--model", "model.json", "spiral.csv")
    #expect(check.code == 0 && check.error.isEmpty)
    #expect(check.output.contains("verdict     passed"))

    let model = String(decoding: try directory.contents(of: "model.json"), as: UTF8.self)
    let boast = model.replacing(/"upperBound":16\.5929/, with: "\"upperBound\":16.5919")
    #expect(boast.count == model.count && boast.contains("16.5919"))
    try directory.write(boast, to: "boast.json")
    let refuted = try await cone("check", "--model", "boast.json", "spiral.csv", "--quiet")
    #expect(refuted.code == 4 && refuted.output.isEmpty)
    #expect(refuted.error.hasPrefix("boast.json: The file claims an upper bound of "))

    // One sample of the first class is handed to the second.
    let changed = table.replacingOccurrences(of: "0.025418221936208962,0", with: "0.025418221936208962,1")
    #expect(changed.contains("0.025418221936208962,1"))
    try directory.write(changed, to: "changed.csv")
    let other = try await cone("check", "--model", "model.json", "changed.csv")
    #expect(other.code == 4)
    #expect(other.output.contains("a claim does not hold"))
    #expect(other.output.contains("The file claims"))
  }

  // MARK: Kinds of data

  @Test func regressionWithBias() async throws {
    let run = try await cone(
      "train", "regression.csv", "--weight-decay", "0.05", "--bias", "regularized", "--outputs", "y1,y2", "--model",
      "model.json", "--json", "-", "--quiet")
    #expect(run.code == 0 && run.error.isEmpty)
    let report = try json(Data(run.output.utf8))
    #expect(report["train_accuracy"] is NSNull)
    #expect(try number(report, "lower_bound") <= number(report, "upper_bound"))
    #expect(report["lower_bound_kind"] as? String == "doubly_nonnegative")
    let check = try await cone("check", "--model", "model.json", "regression.csv", "--json", "-", "--quiet")
    #expect(check.code == 0)
    #expect(try number(json(Data(check.output.utf8)), "upper_bound") == number(report, "upper_bound"))
  }

  /// One sample, `(x, y) = (1, 1)`: `½(uv − 1)² + γ|uv|` is least at `uv = 1 − γ`, with the value `γ − ½γ²`.
  @Test func optimumInClosedForm() async throws {
    try directory.write("x,y\n1,1\n", to: "one.csv")
    let run = try await cone("train", "one.csv", "--outputs", "y", "--weight-decay", "0.25", "--json", "-", "--quiet")
    let report = try json(Data(run.output.utf8))
    let optimum = 0.25 - 0.5 * 0.25 * 0.25
    #expect(try number(report, "lower_bound") <= optimum)
    #expect(try number(report, "upper_bound") >= optimum - 1e-15)
    #expect(try number(report, "gap") < 1e-8)
    #expect(abs(try number(report, "lift_value") - optimum) < 1e-7)
    #expect(report["neurons"] as? Int == 1)
  }

  /// A zero input is fitted by 0 whatever the network is: its `½y²` belongs to every figure, iterations included.
  @Test func constantsAreInEveryFigure() async throws {
    try directory.write("x,y\n1,1\n0,10\n", to: "zero.csv")
    let run = try await cone("train", "zero.csv", "--outputs", "y", "--weight-decay", "0.25", "--json", "report.json")
    let optimum = 50 + 0.25 - 0.5 * 0.25 * 0.25
    let report = try json(directory.contents(of: "report.json"))
    for key in ["lower_bound", "upper_bound", "lift_value"] {
      #expect(abs(try number(report, key) - optimum) < 1e-6, "\(key)")
    }
    let lines = run.output.split(separator: "\n")
    let heading = try #require(lines.firstIndex { $0.contains("primal objective") })
    let last = try #require(lines[(heading + 1)...].prefix { $0.hasPrefix(" ") }.last).split(separator: " ")
    #expect(abs(try #require(Double(last[1])) - optimum) < 1e-4)
    #expect(abs(try #require(Double(last[2])) - optimum) < 1e-4)
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func labelColumnAnywhereAndAnyLineEnd(lineEnd: String) async throws {
    try directory.write(Tables.classes.replacingOccurrences(of: "\n", with: lineEnd), to: "table.csv")
    let run = try await cone(
      "train", "table.csv", "--label", "kind", "--weight-decay", "0.01", "--json", "-", "--model", "model.json")
    #expect(run.code == 0)
    #expect(run.error.contains("2 classes of kind: 3, 7"))
    let report = try json(Data(run.output.utf8))
    // The classes are the sign of a.
    #expect(try number(report, "train_accuracy") == 1)
    #expect(try await cone("check", "--model", "model.json", "table.csv").code == 0)
    // The last column would not do: its values are no integers.
    #expect(try await cone("train", "table.csv", "--weight-decay", "0.01").error.hasPrefix("table.csv:2: "))
  }

  // MARK: The reports

  @Test func reportOnStandardOutputIsAloneAndHasThePromisedKeys() async throws {
    let run = try await cone(
      "train", "classes.csv", "--label", "kind", "--weight-decay", "0.1", "--json", "-", "--verbose", "--model",
      "m.json")
    #expect(run.output.hasPrefix("{") && run.output.hasSuffix("}\n"))
    #expect(run.error.contains("kernels") && run.error.contains("status      complete"))
    let report = try json(Data(run.output.utf8))
    #expect(
      Set(report.keys) == [
        "status", "lower_bound", "upper_bound", "gap", "lower_bound_kind", "lift_value", "lift_status",
        "lift_iterations", "lift_residuals", "neurons", "train_accuracy", "time", "kinds",
      ])
    #expect(Set(try #require(report["time"] as? [String: Any]).keys) == ["read", "lift", "refit", "total"])
    let kinds = try #require(report["kinds"] as? [String: String])
    #expect(kinds["lower_bound"] == "lower bound" && kinds["lift_value"] == "lower bound")
    #expect(kinds["upper_bound"] == "upper bound" && kinds["neurons"] == "exact")
    let (lower, upper) = (try number(report, "lower_bound"), try number(report, "upper_bound"))
    #expect(abs(try number(report, "gap") - (upper - lower) / upper) < 1e-14)

    let check = try await cone("check", "--model", "m.json", "classes.csv", "--json", "-")
    #expect(check.output.hasPrefix("{") && check.output.hasSuffix("}\n"))
    #expect(check.error.contains("verdict     passed"))
    let checked = try json(Data(check.output.utf8))
    #expect(
      Set(checked.keys) == [
        "passed", "lower_bound", "upper_bound", "claimed_lower_bound", "claimed_upper_bound", "lower_bound_kind",
        "gap", "kappa", "weight_decay", "scale", "rank", "neurons", "train_accuracy", "failures", "remarks", "time",
      ])
    #expect(checked["passed"] as? Bool == true)
    #expect(try number(checked, "claimed_lower_bound") <= number(checked, "lower_bound"))
    #expect(try number(checked, "train_accuracy") == number(report, "train_accuracy"))
  }

  @Test func quietSaysNothing() async throws {
    let run = try await cone(
      "train", "regression.csv", "--outputs", "y1", "--weight-decay", "1", "--quiet", "--model", "m.json")
    #expect(run.code == 0 && run.output.isEmpty && run.error.isEmpty)
    let check = try await cone("check", "--model", "m.json", "regression.csv", "--quiet")
    #expect(check.code == 0 && check.output.isEmpty && check.error.isEmpty)
  }

  // MARK: Limits

  @Test(arguments: [("--time-limit", "time_limit"), ("--max-iter", "iteration_limit")])
  func limitOfZeroStillBrackets(option: String, status: String) async throws {
    let run = try await cone(
      "train", "regression.csv", "--outputs", "y1,y2", "--weight-decay", "0.05", option, "0", "--model", "m.json",
      "--json", "-")
    #expect(run.code == 3)
    let report = try json(Data(run.output.utf8))
    #expect(report["status"] as? String == status)
    #expect(report["lift_status"] as? String == status)
    #expect(try number(report, "lower_bound") <= number(report, "upper_bound"))
    // An unfinished relaxation bounds nothing.
    #expect(try #require(report["kinds"] as? [String: Any])["lift_value"] is NSNull)
    #expect(run.error.contains("a bound on nothing"))
    #expect(try await cone("check", "--model", "m.json", "regression.csv").code == 0)
  }

  @Test func interruptStillBracketsAndWritesTheModel() async throws {
    let (process, output, _) = CommandRun.process(
      ["train", Tables.spiral.path, "--weight-decay", "0.1", "--json", "report.json", "--model", "m.json"],
      in: directory.url)
    let code: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
        var log = ""
        while !log.contains("\n   0 ") {
          let chunk = output.fileHandleForReading.availableData
          if chunk.isEmpty { break }
          log += String(decoding: chunk, as: UTF8.self)
        }
        process.interrupt()
      } catch {
        continuation.resume(throwing: error)
      }
    }
    #expect(code == 3)
    let rest = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(rest.contains("stopped by Ctrl-C"))
    let report = try json(directory.contents(of: "report.json"))
    #expect(report["status"] as? String == "cancelled")
    #expect(try number(report, "lower_bound") <= number(report, "upper_bound"))
    #expect(try await cone("check", "--model", "m.json", Tables.spiral.path).code == 0)
  }

  // MARK: Faults

  @Test func badCellIsNamedByLineAndNothingIsWritten() async throws {
    try directory.write("x,y\n1,1\n2,oops\n", to: "bad.csv")
    let run = try await cone(
      "train", "bad.csv", "--outputs", "y", "--weight-decay", "0.1", "--json", "-", "--model", "m.json")
    #expect(run.code == 2 && run.output.isEmpty)
    #expect(run.error.hasPrefix("bad.csv:3: ") && run.error.contains("oops") && run.error.contains("; "))
    #expect(!directory.has("m.json"))
  }

  @Test func overflowIsAFaultOfTheData() async throws {
    try directory.write("x,y\n1e200,1e150\n2e200,0\n", to: "huge.csv")
    let run = try await cone("train", "huge.csv", "--outputs", "y", "--weight-decay", "0.1", "--quiet")
    #expect(run.code == 2)
    #expect(run.error.hasPrefix("huge.csv: ") && run.error.contains("scale features and targets"))
  }

  @Test func unwritablePathIsFoundBeforeTheWork() async throws {
    for option in ["--json", "--model"] {
      let run = try await cone(
        "train", "classes.csv", "--label", "kind", "--weight-decay", "0.1", option, "absent/out.json")
      #expect(run.code == 2 && run.output.isEmpty)
      #expect(run.error.hasPrefix("absent/out.json: "))
    }
  }

  @Test func unknownColumnListsTheColumns() async throws {
    for option in ["--label", "--outputs"] {
      let run = try await cone("train", "classes.csv", option, "colour", "--weight-decay", "0.1")
      #expect(run.code == 2)
      #expect(run.error.hasPrefix("classes.csv:1: ") && run.error.contains("kind"))
    }
  }

  @Test(arguments: [
    ["--weight-decay", "0"], ["--weight-decay=-1"], ["--weight-decay", "nan"], ["--network", "cnn"], ["--lift", "sdp"], ["--gap", "0.1"],
    ["--bias", "half"], ["--time-limit", "nan"], ["--max-iter=-1"], ["--threads", "0"], ["--kkt", "cg"],
    ["--outputs", "y,"], ["--label", "kind", "--outputs", "a"], ["--quiet", "--verbose"], ["--model", "-"],
    ["--model", "classes.csv"],
  ])
  func badOptionIsBadInput(options: [String]) async throws {
    let decay = options[0].hasPrefix("--weight-decay") ? [] : ["--weight-decay", "0.1"]
    let run = try await CommandRun(["train", "classes.csv"] + decay + options, in: directory)
    #expect(run.code == 2 && run.output.isEmpty)
    #expect(run.error.contains(try #require(options[0].split(separator: "=").first)))
  }

  @Test func weightDecayIsNeeded() async throws {
    let run = try await cone("train", "classes.csv")
    #expect(run.code == 2 && run.error.contains("--weight-decay"))
  }

  @Test func unreadableFilesOfACheckAreBadInput() async throws {
    try directory.write("{}", to: "empty.json")
    for (model, data, place) in [
      ("absent.json", "classes.csv", "absent.json: "), ("empty.json", "classes.csv", "empty.json: "),
    ] {
      let run = try await cone("check", "--model", model, data)
      #expect(run.code == 2 && run.output.isEmpty)
      #expect(run.error.hasPrefix(place))
    }
    let help = try await cone("check", "--help")
    #expect(help.code == 0 && help.output.contains("Exit codes:"))
  }
}

/// Small tables.
private enum Tables {
  /// Five samples, one of them zero, two parallel.
  static let regression = """
    a,b,y1,y2
    1,2,0.5,1
    2,4,1,2
    -1,0.5,0,0.25
    0,0,1,1
    0.3,-2,2,-1

    """

  /// Two classes, told apart by the sign of `a`.
  static let classes = """
    a,kind,b
    1,3,0.5
    2,3,-0.25
    -1,7,0.5
    -2,7,0.125

    """

  static let spiral = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("examples/spiral.csv")
}
