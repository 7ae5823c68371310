import Foundation
import Testing

@testable import cone

@Suite("cone sweep")
struct SweepCommandTests {
  private static let data = """
    x1,x2,label
    1,0.2,0
    -0.5,1,1
    -0.7,-0.9,0
    0.4,-1.1,1
    1.2,0.8,0
    """

  @Test("lists and geometric sequences of weight decays")
  func decays() {
    #expect(SweepCommand.decays("0.1,0.2") == [0.1, 0.2])
    #expect(SweepCommand.decays("0.01:1:3") == [0.01, 0.1, 1])
    for text in ["", "0.1,", "-1", "0:1:3", "0.1:1:1", "a"] { #expect(SweepCommand.decays(text) == nil, "\(text)") }
  }

  @Test("a row for each weight decay and lift; rows that are there are not run again")
  func resumes() async throws {
    let directory = try Directory()
    try directory.write(Self.data, to: "data.csv")
    let arguments = ["sweep", "data.csv", "--lifts", "exact,sdp-nn", "--jobs", "2", "--output", "sweep.csv"]
    let first = try await CommandRun(arguments + ["--weight-decays", "0.1"], in: directory)
    #expect(first.code == 0, "\(first.error)")
    let once = String(decoding: try directory.contents(of: "sweep.csv"), as: UTF8.self)
    #expect(once.split(separator: "\n").count == 3)
    let second = try await CommandRun(arguments + ["--weight-decays", "0.1,0.5"], in: directory)
    #expect(second.code == 0 && second.output.contains("4 rows, 2 of them in sweep.csv already"))
    let twice = String(decoding: try directory.contents(of: "sweep.csv"), as: UTF8.self)
    #expect(twice.hasPrefix(once))
    let rows = twice.split(separator: "\n").dropFirst().compactMap { line in
      SweepRow(fields: line.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    #expect(rows.count == 4 && rows.allSatisfy { $0.status == "complete" })
    for decay in [0.1, 0.5] {
      let values = rows.filter { $0.key.weightDecay == decay }
      #expect(values.count == 2)
      // Two lifts of one problem: each lower bound below each upper bound.
      for a in values {
        for b in values { #expect(a.figure("lower_bound") <= b.figure("upper_bound")) }
      }
    }
  }

  @Test("other options are other rows, and faults of the training are the sweep's")
  func options() async throws {
    let directory = try Directory()
    try directory.write(Self.data, to: "data.csv")
    let arguments = ["sweep", "data.csv", "--lifts", "exact", "--weight-decays", "0.1", "--output", "sweep.csv"]
    #expect(try await CommandRun(arguments, in: directory).code == 0)
    let biased = try await CommandRun(arguments + ["--", "--bias", "regularized"], in: directory)
    #expect(biased.code == 0 && biased.output.contains("1 rows, 0 of them"))
    let wrong = try await CommandRun(arguments + ["--", "--label", "nothing"], in: directory)
    #expect(wrong.code == 2 && wrong.error.contains("nothing"))
    try directory.write("a,b\n1,2\n", to: "sweep.csv")
    #expect(try await CommandRun(arguments, in: directory).code == 2)
  }
}
