import ConeFormats
@testable import ConeReports
import ConeSolver
import Testing

@testable import cone

struct LogTests {
  @Test func coneSizesAreGroupedByKind() {
    let cones: [Cone] = [
      .zero(2), .positiveSemidefinite(order: 4), .nonnegative(3), .positiveSemidefinite(order: 6), .zero(1),
      .secondOrder(3), .positiveSemidefinite(order: 6), .nonnegative(7),
    ]
    #expect(ProgramSummary.coneSizes(cones) == "equalities 3, nonnegative 10, second-order 3, PSD 2×6+4")
    #expect(ProgramSummary.coneSizes([]) == "no cones")
  }

  @Test func manySizesAreCut() {
    #expect(ProgramSummary.sizeList(Array(1...9) + [1]) == "9+8+7+6+5+4+4 smaller")
    #expect(ProgramSummary.sizeList([3, 3, 3]) == "3×3")
  }

  @Test func headerNamesWhatIsSolved() throws {
    let program = try Programs.read(Programs.matrixVariable, name: "m.cbf")
    var settings = Settings()
    settings.timeLimit = 9
    func text(_ settings: Settings) -> String {
      ProgramSummary.lines(
        file: "m.cbf", program: program, presolveSummary: "3 empty rows", strategyReason: "because", settings: settings
      ).joined(separator: "\n")
    }
    let header = text(settings)
    for part in [
      "m.cbf (CBF, minimize)", "3: 0 scalar, symmetric matrices of order 2", "4: equalities 1, PSD 2",
      "presolve    3 empty rows", "because",
      "1e-08 absolute, 1e-08 relative", "at most 200 iterations, 9.0 s",
    ] {
      #expect(header.contains(part), "\(part)")
    }
  }

  @Test func iterationLinesAlignAndSpeakTheFilesSense() throws {
    let program = try Programs.read(Programs.maximization, name: "m.cbf")
    var iterations: [Iteration] = []
    _ = try program.problem.solve(observer: {
      iterations.append($0)
      return .proceed
    })
    let last = try #require(iterations.last)
    let line = IterationLog.line(last, of: program)
    #expect(line.count == IterationLog.heading.count)
    let cells = line.split(separator: " ")
    #expect(cells.first.map(String.init) == "\(last.number)")
    // The solver minimises −x₁ − 2x₂; the file maximises with a constant of 10.
    let primal = try #require(Double(cells[1]))
    #expect(abs(primal - (10 - last.primalObjective)) < 1e-6)
    #expect(primal > 17)
  }

  @Test func footerStatesTheClaim() throws {
    func footer(
      _ text: String, change: (inout Solution) -> Void = { _ in }, interrupted: Bool = false
    ) throws -> String {
      let program = try Programs.read(text)
      var solution = try program.problem.solve()
      change(&solution)
      let report = SolveReport(solution, of: program, readTime: 0, totalTime: 0)
      return SolveFooter.lines(report, solution: solution, interrupted: interrupted).joined(separator: "\n")
    }
    let solved = try footer(Programs.solvable)
    #expect(solved.contains("status      solved"))
    #expect(solved.contains("DIMACS"))
    let infeasible = try footer(Programs.primalInfeasible)
    #expect(infeasible.contains("no point satisfies the constraints"))
    #expect(infeasible.contains("‖Aᵀz‖∞"))
    #expect(!infeasible.contains("objective   "))
    let unbounded = try footer(Programs.unbounded)
    #expect(unbounded.contains("unbounded"))
    let stopped = try footer(Programs.solvable, change: { $0.status = .cancelled }, interrupted: true)
    #expect(stopped.contains("cancelled (stopped by Ctrl-C)"))
  }
}
