import ConeSolver
import Testing

@testable import ConeFormats

/// Netlib's linear programs (D. M. Gay, Electronic mail distribution of linear programming test problems, COAL
/// Newsletter 13, 1985; its directory of infeasible ones by J. Chinneck) and the quadratic ones of Maros and Mészáros
/// (Optimization Methods and Software 11, 1999), with their published sizes and optima.
@Suite struct MPSInstancesTests {
  struct Published: Sendable {
    var file: String
    var columns, rows: Int
    /// `nil` for an infeasible program.
    var optimum: Double?

    init(_ file: String, _ columns: Int, _ rows: Int, _ optimum: Double?) {
      (self.file, self.columns, self.rows, self.optimum) = (file, columns, rows, optimum)
    }
  }

  static let instances = [
    Published("afiro.mps.gz", 32, 27, -4.6475314286E+02),
    Published("sc50a.mps.gz", 48, 50, -6.4575077059E+01),
    Published("kb2.mps.gz", 41, 43, -1.7499001299E+03),
    Published("boeing2.mps.gz", 143, 166, -3.1501872802E+02),
    Published("recipe.mps.gz", 180, 91, -2.6661600000E+02),
    // Names with blanks.
    Published("forplan.mps.gz", 421, 161, -6.6421873953E+02),
    Published("inf_itest6.mps.gz", 8, 11, nil),
    Published("inf_klein1.mps.gz", 54, 54, nil),
    Published("HS35.SIF.gz", 3, 1, 1.11111111E-01),
    Published("HS53.SIF.gz", 5, 3, 4.09302326E+00),
    Published("HS76.SIF.gz", 4, 3, -4.68181818E+00),
    Published("QPTEST.SIF.gz", 2, 2, 4.37187500E+00),
    // Names that are numbers, with blanks before them.
    Published("DPKLO1.SIF.gz", 133, 77, 3.70096217E-01),
    Published("LOTSCHD.SIF.gz", 12, 7, 2.39841589E+03),
    Published("CVXQP1_S.SIF.gz", 100, 50, 1.15907181E+04),
    Published("QADLITTL.SIF.gz", 97, 56, 4.80318859E+05),
    Published("QSC205.SIF.gz", 203, 205, -5.81395184E-03),
    Published("TAME.SIF.gz", 2, 1, 0),
  ]

  @Test(arguments: instances) func sizes(_ published: Published) throws {
    let file = try ConicFile.read(path: instancePath(published.file))
    #expect(fault(in: file) == nil)
    #expect(file.scalarVariableCount == published.columns)
    let columns = Set(file.variableNames)
    #expect(columns.count == published.columns)
    // Every row of these files restricts something. No row has the name of a column but in DPKLO1, which has no bounds.
    let rows = Set(file.rowNames)
    let ownNames = rows.subtracting(columns)
    #expect((ownNames.isEmpty ? rows : ownNames).count == published.rows)
  }

  @Test(arguments: instances) func optima(_ published: Published) throws {
    let file = try ConicFile.read(path: instancePath(published.file))
    let solution = try file.problem.solve()
    guard let optimum = published.optimum else {
      #expect(solution.status == .primalInfeasible)
      return
    }
    #expect(solution.status == .solved, "\(solution.message)")
    let objective = file.fileObjective(ofSolverValue: solution.primalObjective)
    #expect(abs(objective - optimum) <= 1e-6 * max(1, abs(optimum)), "\(objective) for \(optimum)")
  }
}
