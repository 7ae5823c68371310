import Foundation
import Testing

/// `cone lifts`, `cone export`, and `cone train` through the lifts that are solved as they stand.
struct LiftCommandTests {
  private let directory: Directory

  init() throws {
    directory = try Directory()
    // The optimum with weight decay 0.1 is 0.59221004367, the relaxation 0.53358153: see NNLiftTests.
    try directory.write(
      """
      a,b,y
      1.0,0.5,1.0
      0.3,-1.2,-0.5
      -0.8,0.9,0.8
      -1.1,-0.4,0.3
      0.6,1.4,-1.2
      1.3,-0.7,0.6

      """, to: "six.csv")
    try directory.write("a,b,kind\n1,0.2,1\n0.5,1,1\n-1,0.1,0\n-0.4,-1,0\n0.3,-0.2,1\n", to: "kinds.csv")
  }

  private func cone(_ arguments: String...) async throws -> CommandRun {
    try await CommandRun(arguments, in: directory)
  }

  private func report(_ run: CommandRun) throws -> [String: Any] { try json(Data(run.output.utf8)) }

  private func number(_ report: [String: Any], _ key: String) throws -> Double {
    try #require(report[key] as? Double, "\(key)")
  }

  @Test func listNamesGuaranteeSizeTheoremAndSource() async throws {
    let text = try await cone("lifts", "--network", "relu")
    #expect(text.code == 0)
    for part in ["sdp-nn (--network relu): lower bound", "cone-program (--network relu): exact", "theorem", "source"] {
      #expect(text.output.contains(part), "\(part)")
    }
    #expect(!text.output.contains("--network conv"))
    let list = try await cone("lifts", "--json", "-")
    let rows = try #require(JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
    let names = rows.map { "\($0["network"] ?? "")/\($0["name"] ?? "")" }
    #expect(Set(names).count == names.count)
    for row in rows {
      #expect(Set(["exact", "lower bound", "upper bound"]).contains(try #require(row["guarantee"] as? String)))
      for key in ["size", "theorem", "source"] { #expect(!(try #require(row[key] as? String)).isEmpty) }
    }
  }

  @Test func everyListedLiftCanBeAskedFor() async throws {
    let list = try await cone("lifts", "--json", "-")
    let rows = try #require(JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
    for row in rows where row["network"] as? String == "relu" {
      let name = try #require(row["name"] as? String)
      let run = try await cone(
        "train", "six.csv", "--outputs", "y", "--weight-decay", "0.1", "--lift", name, "--json", "-", "--quiet")
      // Data that lack what a lift rests on are refused in a sentence.
      if run.code == 2 {
        #expect(run.error.contains(" needs ") || run.error.contains("does not cover") || run.error.contains("; "))
        continue
      }
      let report = try report(run)
      // A degenerate program may leave the last digits out of reach; its bounds hold all the same.
      #expect(run.code == 0 || report["lift_status"] as? String == "almost_solved", "\(name)")
      let optimum = 0.59221004367
      if run.code == 0, let value = report["lift_value"] as? Double {
        switch row["guarantee"] as? String {
        case "exact": #expect(abs(value - optimum) < 1e-4, "\(name)")
        case "lower bound": #expect(value < optimum + 1e-6, "\(name)")
        default: #expect(value > optimum - 1e-6, "\(name)")
        }
      }
      if let lower = report["lower_bound"] as? Double { #expect(lower < optimum + 1e-7, "\(name)") }
      if let upper = report["upper_bound"] as? Double, name != "gated-relu" { #expect(upper > optimum - 1e-8, "\(name)") }
    }
  }

  @Test func exactLiftBracketsAndItsModelChecks() async throws {
    let run = try await cone(
      "train", "six.csv", "--outputs", "y", "--weight-decay", "0.1", "--lift", "cone-program", "--model", "m.json", "--json",
      "report.json")
    #expect(run.code == 0 && run.error.isEmpty)
    for part in ["cone-program, exact", "the optimum, as far as", "dual value, not proved", "model       m.json"] {
      #expect(run.output.contains(part), "\(part)")
    }
    let report = try json(directory.contents(of: "report.json"))
    #expect(abs(try number(report, "upper_bound") - 0.59221004367) < 1e-7)
    #expect(report["lower_bound_kind"] as? String == "numerical")
    #expect((report["kinds"] as? [String: Any])?["lift_value"] as? String == "exact")
    // The iterations hold every constant: their last objective is the value.
    let last = try #require(run.output.split(separator: "\n").last { $0.hasSuffix(" s") && $0.hasPrefix(" ") })
    #expect(abs(try #require(Double(last.split(separator: " ")[1])) - 0.59221) < 1e-4)
    let check = try await cone("check", "--model", "m.json", "six.csv")
    #expect(check.code == 0 && check.output.contains("verdict     passed"))
  }

  @Test func lossesBiasesAndNormsReachTheModelFile() async throws {
    let run = try await cone(
      "train", "kinds.csv", "--loss", "huber:0.5", "--weight-decay", "0.2", "--bias", "free", "--skip", "--outputs", "kind",
      "--input-norm", "l1", "--model", "m.json", "--json", "-")
    #expect(run.code == 0 && run.error.contains("choice      cone-program"))
    #expect(run.error.contains("huber:0.5 loss, weight decay 0.2, ℓ1 norm of input weights, free bias, skip connection"))
    let check = try await cone("check", "--model", "m.json", "kinds.csv", "--json", "-", "--quiet")
    #expect(check.code == 0)
    #expect(abs(try number(report(check), "upper_bound") - number(report(run), "upper_bound")) < 1e-12)
  }

  @Test func twoClassesByTheirSign() async throws {
    let run = try await cone(
      "train", "kinds.csv", "--loss", "hinge", "--weight-decay", "0.01", "--lift", "cone-program", "--json", "-", "--quiet")
    #expect(run.code == 0)
    #expect(try number(report(run), "train_accuracy") == 1)
  }

  @Test func windowsOfColumns() async throws {
    try directory.write("p,q,r,s,y\n1,0.3,-0.4,1,1\n-0.5,0.8,0.9,0.1,-0.5\n0.2,-1,-1,-0.6,0.7\n", to: "windows.csv")
    let run = try await cone(
      "train", "windows.csv", "--network", "conv", "--filter", "2", "--stride", "2", "--outputs", "y", "--weight-decay", "0.1",
      "--json", "-", "--model", "m.json")
    #expect(run.code == 0 && run.error.contains("filters of 2 columns, stride 2"))
    #expect(abs(try number(report(run), "upper_bound") - 0.54559166069) < 1e-7)
    #expect(try await cone("check", "--model", "m.json", "windows.csv").code == 0)
  }

  @Test func lassoPathIsATable() async throws {
    let run = try await cone(
      "train", "six.csv", "--outputs", "y", "--weight-decay", "0.1", "--lift", "ray-lasso", "--path", "path.csv")
    #expect(run.code == 0 && run.output.contains("path        path.csv: "))
    let lines = String(decoding: try directory.contents(of: "path.csv"), as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "weight_decay,objective,loss,weights,neurons")
    let last = try #require(lines.last).split(separator: ",").compactMap { Double($0) }
    #expect(last[0] == 0.1 && abs(last[1] - 0.59221004367) < 1e-9)
  }

  @Test func exportedProgramsHaveTheValueOfTheLift() async throws {
    for (lift, value) in [("sdp-nn", 0.53358153), ("cone-program", 0.59221004367)] {
      let export = try await cone(
        "export", "six.csv", "--outputs", "y", "--weight-decay", "0.1", "--lift", lift, "-o", "program.cbf")
      #expect(export.code == 0 && export.output.contains("written     program.cbf: "))
      let solve = try await cone("solve", "program.cbf", "--json", "-", "--quiet")
      #expect(solve.code == 0)
      #expect(abs(try number(report(solve), "primal_objective") - value) < 1e-7)
    }
    let search = try await cone(
      "export", "six.csv", "--outputs", "y", "--weight-decay", "0.1", "--lift", "exact", "-o", "other.cbf")
    #expect(search.code == 2 && search.error.contains("is a method") && !directory.has("other.cbf"))
  }

  @Test(arguments: [
    (["--lift", "separable"], "needs orthogonally separable data"), (["--lift", "sdp-nn", "--loss", "absolute"], "does not cover"),
    (["--lift", "cone-program", "--loss", "hinge"], "hinge losses need labels"), (["--network", "conv"], "--filter"),
    (["--filter", "2"], "--network conv"), (["--network", "gated-relu", "--lift", "sdp-nn"], "--lift sdp-nn is none of"),
    (["--path", "p.csv"], "--path belongs to"), (["--loss", "logistic"], "--loss"),
    (["--network", "conv", "--filter", "9"], "do not fit"), (["--loss", "huber:-1", "--lift", "cone-program"], "Huber"),
  ])
  func whatIsNotCoveredIsSaid(options: [String], part: String) async throws {
    let run = try await CommandRun(["train", "six.csv", "--outputs", "y", "--weight-decay", "0.1"] + options, in: directory)
    #expect(run.code == 2 && run.error.contains(part), "\(run.error)")
  }

  @Test("linear networks: the closed form, and lifts that state it")
  func linearNetworks() async throws {
    let chosen = try report(try await cone("train", "six.csv", "--network", "linear", "--lift", "auto", "--outputs", "a,b", "--widths", "1", "--json", "-"))
    let optimum = try number(chosen, "upper_bound")
    #expect(try number(chosen, "lower_bound") == optimum && chosen["neurons"] as? Int == 1)
    for lift in ["fantope", "perspective"] {
      let run = try await cone(
        "train", "six.csv", "--network", "linear", "--lift", lift, "--outputs", "a,b", "--widths", "1", "--json", "-")
      #expect(run.code == 0, "\(run.error)")
      #expect(abs(try number(try report(run), "lower_bound") - optimum) < 1e-6)
      #expect(abs(try number(try report(run), "upper_bound") - optimum) < 1e-6)
    }
    let bilinear = try await cone(
      "train", "six.csv", "--network", "bilinear", "--lift", "auto", "--outputs", "a,b", "--widths", "2", "--weight-decay", "0.3")
    #expect(bilinear.code == 0 && bilinear.output.contains("singular-value shrinkage"))
    let refused = try await cone("train", "six.csv", "--network", "linear", "--lift", "nuclear", "--outputs", "a,b")
    #expect(refused.code == 2 && refused.error.contains("weight decay"))
    #expect(try await cone("lifts", "--network", "linear").output.contains("kronecker"))
  }
}
