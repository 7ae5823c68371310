import ConeSolver
import TestSupport
import Testing

@testable import ConeFormats

@Suite struct CBFReaderTests {
  private static let root2 = 2.0.squareRoot()
  private static let h = 0.5.squareRoot()

  /// Columns: x₀ … x₈, then the triangles 00 01 11 of X₀ and 00 of X₁.
  @Test func everyFeatureGivesTheExactProgram() throws {
    let imported = try ConicFile.read(path: instancePath("cones.cbf"))
    let problem = imported.problem
    let r = Self.root2
    let h = Self.h
    #expect(fault(in: imported) == nil)
    #expect(
      problem.cones == [
        .zero(1), .nonnegative(1), .secondOrder(2), .secondOrder(3), .positiveSemidefinite(order: 2), .nonnegative(2),
        .zero(1), .secondOrder(4), .positiveSemidefinite(order: 2), .positiveSemidefinite(order: 1),
      ])
    // MAX: the signs are turned; the off-diagonal 2.0 of ⟨F, X₀⟩ counts twice.
    #expect(problem.q == [-3, 0, 0, 0, 0, 0, 0, 0, 1, -1, -4, 0, 1])
    var rows = [[Double]](repeating: [Double](repeating: 0, count: 13), count: 21)
    var b = [Double](repeating: 0, count: 21)
    // g₀ = x₀ + 10 X₀₀₁ − 1 = 0.
    (rows[0][0], rows[0][10], b[0]) = (-1, -10, -1)
    // g₁ = 2x₁ + 7 X₁₀₀ + 3 ≤ 0.
    (rows[1][1], rows[1][12], b[1]) = (2, 7, -3)
    // g₂ is free. (g₃, g₄) = (x₃, −x₀) ∈ Q.
    (rows[2][3], rows[3][0]) = (-1, 1)
    // (g₅, g₆, g₇) = (x₀ + 2, x₁, 4x₂ + 6) ∈ QR.
    (rows[4][0], rows[4][1], b[4]) = (-h, -h, 2 * h)
    (rows[5][0], rows[5][1], b[5]) = (-h, h, 2 * h)
    (rows[6][2], b[6]) = (-4, 6)
    // G = [x₀ − 4, 2x₀ + 0.5; ·, 3x₁].
    (rows[7][0], b[7]) = (-1, -4)
    (rows[8][0], b[8]) = (-2 * r, 0.5 * r)
    rows[9][1] = -3
    // x₂ ≥ 0, x₃ ≤ 0, x₄ = 0, (x₅ … x₈) ∈ QR.
    (rows[10][2], rows[11][3], rows[12][4]) = (-1, 1, -1)
    (rows[13][5], rows[13][6], rows[14][5], rows[14][6]) = (-h, -h, -h, h)
    (rows[15][7], rows[16][8]) = (-1, -1)
    // X₀ ⪰ 0, X₁ ⪰ 0.
    (rows[17][9], rows[18][10], rows[19][11], rows[20][12]) = (-1, -r, -1, -1)
    #expect(dense(problem.A) == rows)
    #expect(problem.b == b)
  }

  @Test func aSolutionIsReportedInTheFilesTerms() throws {
    let imported = try ConicFile.read(path: instancePath("cones.cbf"))
    #expect(imported.format == .cbf)
    #expect(imported.objectiveSense == .maximize)
    #expect(imported.objectiveConstant == 10.5)
    #expect(imported.fileObjective(ofSolverValue: -2) == 12.5)
    #expect(imported.fileObjective(ofSolverValue: .infinity) == -.infinity)
    #expect(imported.scalarVariableCount == 9)
    #expect(imported.matrixVariableOrders == [2, 1])
    let x = (0..<13).map(Double.init)
    #expect(imported.scalarVariables(of: x) == (0..<9).map(Double.init))
    #expect(imported.matrixVariables(of: x) == [[9, 10, 10, 11], [12]])
    #expect(imported.matrixVariables(of: Array(x.prefix(12))) == [[9, 10, 10, 11]])
  }

  @Test func minimisationKeepsTheSigns() throws {
    let file = "VER\n1\nOBJSENSE\nMIN\nVAR\n2 1\nL+ 2\nOBJACOORD\n1\n1 4\nOBJBCOORD\n-1\n"
    let imported = try readCBF(file)
    #expect(imported.problem.q == [0, 4])
    #expect(imported.fileObjective(ofSolverValue: 3) == 2)
    #expect(imported.problem.cones == [.nonnegative(2)])
  }

  /// `2tu ≥ ‖v‖²` holds for `g` exactly when the slack lies in the second-order cone, with the same margin.
  @Test func theRotationKeepsTheCone() throws {
    let file = "VER\n1\nOBJSENSE\nMIN\nVAR\n4 1\nQR 4\n"
    let problem = try readCBF(file).problem
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      let g = (0..<4).map { _ in Double.random(in: -2...2, using: &random) }
      let s = slack(problem, g)
      let rotated = 2 * g[0] * g[1] - g[2] * g[2] - g[3] * g[3]
      let quadratic = s[0] * s[0] - s[1] * s[1] - s[2] * s[2] - s[3] * s[3]
      #expect(abs(rotated - quadratic) < 1e-13)
      let inRotated = g[0] >= 0 && g[1] >= 0 && rotated > 1e-9
      let inQuadratic = s[0] >= 0 && quadratic > 1e-9
      #expect(inRotated == inQuadratic)
    }
  }

  /// Row `⟨F, X⟩`, objective `⟨C, X⟩` and rows `svec X` against full matrices.
  @Test func innerProductsCountBothTriangles() throws {
    let file = """
      VER
      1
      OBJSENSE
      MIN
      PSDVAR
      1
      3
      CON
      1 1
      L= 1
      OBJFCOORD
      3
      0 0 0 1.5
      0 2 0 -2
      0 2 1 4
      FCOORD
      4
      0 0 1 1 3
      0 0 1 0 0.5
      0 0 2 2 -1
      0 0 1 2 7
      """
    let imported = try readCBF(file)
    let C = [[1.5, 0, -2], [0, 0, 4], [-2, 4, 0]]
    let F = [[0, 0.5, 0], [0.5, 3, 7], [0, 7, -1]]
    let X = [[1.0, 2, 3], [2, 5, 7], [3, 7, 11]]
    let x = X.indices.flatMap { j in (0...j).map { X[$0][j] } }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    func inner(_ a: [[Double]], _ b: [[Double]]) -> Double { dot(a.flatMap { $0 }, b.flatMap { $0 }) }
    #expect(dot(imported.problem.q, x) == inner(C, X))
    let s = slack(imported.problem, x)
    #expect(s[0] == inner(F, X))
    #expect(Array(s[1...]) == svec(X))
  }

  @Test func neighbouringLinearConesAreJoined() throws {
    let cones = (0..<500).map { "\(["L+", "L-", "L+", "L="][$0 % 4]) 1" }.joined(separator: "\n")
    let lines = (0..<500).map { _ in "L= 1" }.joined(separator: "\n")
    let imported = try readCBF("VER\n2\nOBJSENSE\nMIN\nVAR\n500 500\n\(lines)\n")
    #expect(imported.problem.cones == [.zero(500)])
    let mixed = try readCBF("VER\n2\nOBJSENSE\nMIN\nVAR\n500 500\n\(cones)\n")
    #expect(mixed.problem.cones == (0..<125).flatMap { _ in [Cone.nonnegative(3), .zero(1)] })
    let separate = try readCBF("VER\n2\nOBJSENSE\nMIN\nVAR\n6 2\nQ 3\nQ 3\n")
    #expect(separate.problem.cones == [.secondOrder(3), .secondOrder(3)])
  }

  /// `b − Ax` against `g = Ax + b` read by splitting strings.
  @Test func slackIsTheAffineExpression() throws {
    let problem = try ConicFile.read(path: instancePath("sambal.cbf.gz")).problem
    let text = try instanceText("sambal.cbf.gz")
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    func body(_ keyword: String) throws -> [[String]] {
      let start = try #require(lines.firstIndex(of: [keyword]))
      return Array(lines[(start + 2)...].prefix(try #require(Int(lines[start + 1][0]))))
    }
    var random = SplitMix64(seed: 8)
    let x = (0..<31).map { _ in Double.random(in: -1...1, using: &random) }
    var g = [Double](repeating: 0, count: 63)
    for line in try body("ACOORD") { g[Int(line[0])!] += Double(line[2])! * x[Int(line[1])!] }
    for line in try body("BCOORD") { g[Int(line[0])!] += Double(line[1])! }
    #expect(problem.q == (0..<31).map { $0 == 26 ? 1 : 0 })
    #expect(largestDifference(slack(problem, x), g) < 1e-13)
    #expect(problem.cones == (0..<13).flatMap { _ in [Cone.secondOrder(3), .nonnegative(1)] } + [.zero(11)])
  }

  @Test func commentsEmptyLinesAndLineEndsDoNotMatter() throws {
    let plain = String(decoding: try instance("cones.cbf"), as: UTF8.self)
    let expected = try readCBF(plain)
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(try readCBF(lines.joined(separator: "\n")) == expected)
    #expect(try readCBF(lines.joined(separator: "\r\n")) == expected)
    #expect(try readCBF(lines.joined(separator: " # aside\n# comment\n\n \t ")) == expected)
  }

  @Test func blocksThatDependOnNothingMayComeInAnyOrder() throws {
    let a = "VER\n1\nOBJSENSE\nMAX\nPSDVAR\n1\n2\nOBJFCOORD\n1\n0 1 0 3\nVAR\n1 1\nF 1\nOBJACOORD\n1\n0 1\n"
    let b = "VER\n1\nVAR\n1 1\nF 1\nOBJACOORD\n1\n0 1\nPSDVAR\n1\n2\nOBJFCOORD\n1\n0 0 1 3\nOBJSENSE\nMAX\n"
    #expect(try readCBF(a) == readCBF(b))
    #expect(try readCBF(a).problem.q == [-1, 0, -6, 0])
  }

  // MARK: Faults

  private static let header = "VER\n1\nOBJSENSE\nMIN\nVAR\n2 1\nF 2\nCON\n2 1\nL+ 2\nPSDVAR\n1\n2\nPSDCON\n1\n3\n"

  @Test(arguments: [
    ("", 1, "no VER"),
    ("# nothing\n\n", 2, "no VER"),
    ("OBJSENSE\nMIN\n", 1, "before VER"),
    ("VER\n", 1, "file ends"),
    ("VER\n0\n", 2, "version 0"),
    ("VER\n9\n", 2, "version 9"),
    ("VER\none\n", 2, "'one'"),
    ("VER\n1\nVAR\n1 1\nF 1\n", 5, "no OBJSENSE"),
    ("VER\n1\nOBJSENSE\nMIN\n", 4, "no variables"),
    ("VER\n1\nOBJSENSE\nMINIMIZE\n", 4, "'MINIMIZE'"),
    ("VER\n1\nVER\n1\n", 3, "line 1"),
    ("VER\n1\nFOO\n1\n", 3, "'FOO'"),
    ("VER\n1\nVAR 3\n", 3, "more text"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\nEXP 3\n", 7, "'EXP'"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\n@0:POW 3\n", 7, "'@0:POW'"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\nQ3\n", 7, "'Q3'"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\nQ 4\n", 7, "more than"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 1\nQ 2\n", 7, "2 dimensions"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 2\nQ 0\nF 3\n", 7, "dimension 0"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n1 1\nQR 1\n", 7, "dimension 1"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 2\nQ 3\n", 7, "file ends"),
    ("VER\n1\nOBJSENSE\nMIN\nVAR\n3 2\nQ 3\nCON\n1 1\nF 1\n", 8, "'CON'"),
    ("VER\n1\nVAR\n-1 1\nF 1\n", 4, "-1"),
    ("VER\n1\nVAR\n1000000000000 1\nF 1000000000000\n", 4, "limit"),
    ("VER\n1\nVAR\n99999999999999999999 1\n", 4, "beyond"),
    ("VER\n1\nPSDVAR\n1\n1000000000\n", 5, "limit"),
    ("VER\n1\nPSDVAR\n1\n9223372036854775807\n", 5, "limit"),
    ("VER\n1\nPSDCON\n1\n0\n", 5, "order 0"),
    ("VER\n1\nPSDVAR\n9000000000\n2\n", 5, "file ends after 1"),
    ("VER\n1\nPSDVAR\n1\n2\n3\n", 6, "more lines"),
    (header + "ACOORD\n2\n0 0 1\n", 19, "file ends after 1"),
    (header + "ACOORD\n2\n0 0 1\nBCOORD\n0\n", 20, "'BCOORD'"),
    (header + "ACOORD\n1\n0 0 1\n0 1 1\n", 20, "more lines"),
    (header + "ACOORD\n1\n2 0 1\n", 19, "constraint 2"),
    (header + "ACOORD\n1\n0 -1 1\n", 19, "variable -1"),
    (header + "ACOORD\n1\n0 1\n", 19, "line ends"),
    (header + "ACOORD\n1\n0 1 1 1\n", 19, "more than it should"),
    (header + "ACOORD\n1\n0 1 nan\n", 19, "'nan'"),
    (header + "ACOORD\n1\n0 1 -1e400\n", 19, "too large"),
    (header + "ACOORD\n2\n0 1 1\n0 1 1\n", 20, "line 19"),
    (header + "BCOORD\n2\n0 1\n0 1\n", 20, "line 19"),
    (header + "OBJACOORD\n2\n0 1\n0 1\n", 20, "line 19"),
    (header + "OBJFCOORD\n2\n0 1 0 1\n0 0 1 1\n", 20, "line 19"),
    (header + "OBJFCOORD\n1\n1 0 0 1\n", 19, "matrix variable 1"),
    (header + "OBJFCOORD\n1\n0 2 0 1\n", 19, "(2, 0)"),
    (header + "FCOORD\n2\n0 0 1 0 1\n0 0 0 1 2\n", 20, "line 19"),
    (header + "HCOORD\n2\n0 1 2 1 1\n0 1 1 2 1\n", 20, "line 19"),
    (header + "HCOORD\n1\n0 2 2 1 1\n", 19, "variable 2"),
    (header + "HCOORD\n1\n1 0 2 1 1\n", 19, "matrix constraint 1"),
    (header + "DCOORD\n2\n0 2 1 1\n0 1 2 1\n", 20, "line 19"),
    (header + "DCOORD\n1\n0 3 0 1\n", 19, "(3, 0)"),
    (header + "OBJBCOORD\ninf\n", 18, "'inf'"),
    (header + "OBJBCOORD\n1 2\n", 18, "more than it should"),
    (header + "VAR\n1 1\nF 1\n", 17, "line 5"),
    ("VER\n1\nOBJSENSE\nMIN\nACOORD\n1\n0 0 1\n", 7, "constraint 0"),
  ])
  func faultsAreNamedByLine(text: String, line: Int, mention: String) throws {
    let error = #expect(throws: FormatError.self) { try readCBF(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
    #expect(error?.remedy.isEmpty == false)
    #expect(error?.description.hasPrefix("test.cbf:\(line): ") == true)
  }

  @Test(arguments: [
    ("INT\n1\n0\n", 17), ("CHANGE\n", 17), ("POWCONES\n1 2\n", 17), ("POW*CONES\n1 2\n", 17),
  ])
  func whatIsNotSupportedIsRefusedByName(block: String, line: Int) throws {
    let error = #expect(throws: FormatError.self) { try readCBF(Self.header + block) }
    #expect(error?.kind == .unsupported)
    #expect(error?.line == line)
    #expect(error?.what.contains(block.prefix { $0 != "\n" }) == true)
  }

  @Test(arguments: ["EXP", "EXP*", "SVECPSD", "@1:POW*"])
  func conesThatAreNotSupportedAreRefusedByName(cone: String) throws {
    let error = #expect(throws: FormatError.self) { try readCBF("VER\n4\nOBJSENSE\nMIN\nVAR\n3 1\n\(cone) 3\n") }
    #expect(error?.kind == .unsupported)
    #expect(error?.line == 7)
  }
}
