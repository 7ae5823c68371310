import ConeSolver
import Testing

@testable import ConeFormats

@Suite struct MPSReaderTests {
  private func read(_ text: String) throws(FormatError) -> ImportedProblem {
    try ConicFile.read(bytes: Array(text.utf8), name: "test.mps")
  }

  /// Every section, every type of row and bound, ranges of both signs.
  private static let everything = """
    * a comment
    NAME          EVERY THING
    ROWS
     N  COST
     E  EQ
     E  EQUP
     E  EQDN
     L  LESS
     L  LESSR
     G  MORE
     G  MORER
     N  SPARE
    COLUMNS
        X1        COST                1.   EQ                  2.
        X1        LESS                3.   SPARE               9.
        X2        EQUP               -1.   EQDN                4.
        X2        LESSR              5.0   MORE              1.e0
        X3        MORER             7.D0   COST             -.5E1
        X4        EQ                 -0.   LESS                1.
        X5        COST                2.
        X6        COST                3.
        X7        COST                4.

    RHS
        RHS       COST               -6.   EQ                 -0.
        RHS       EQUP                1.   EQDN                2.
        RHS       LESS                3.   LESSR               4.
        RHS       MORE               -5.   MORER               6.
        OTHER     LESS               99.
    RANGES
        RNG       EQUP               2.5   EQDN              -2.5
        RNG       LESSR              -3.   MORER               3.
        OTHER     LESS                1.
    BOUNDS
     UP BND       X1                  4.
     LO BND       X2                 -1.
     UP BND       X2                  1.
     FX BND       X3                 2.5
     FR BND       X4
     MI BND       X5
     UP BND       X5                  0.
     UP BND       X6                 -2.
     PL BND       X7
     UP OTHER     X7                  1.
    QUADOBJ
        X1        X1                  2.   X2                 -1.
        X2        X2                  3.
    ENDATA
    """

  @Test func everyFeatureGivesTheExactProgram() throws {
    let file = try read(Self.everything)
    let problem = file.problem
    #expect(fault(in: file) == nil)
    #expect(file.format == .mps && file.objectiveSense == .minimize && file.objectiveConstant == 6)
    #expect(file.variableNames == ["X1", "X2", "X3", "X4", "X5", "X6", "X7"])
    #expect(problem.q == [1, 0, -5, 0, 2, 3, 4])
    #expect(dense(problem.P).prefix(2) == [[2, -1, 0, 0, 0, 0, 0], [0, 3, 0, 0, 0, 0, 0]])
    #expect(problem.P.nonzeros == 3)
    #expect(problem.cones == [.zero(2), .nonnegative(17)])
    let rows: [(name: String, coefficients: [Int: Double], b: Double)] = [
      ("EQ", [0: 2], 0), ("X3", [2: 1], 2.5),
      // 1 ≤ −x₂ ≤ 3.5 and −0.5 ≤ 4x₂ ≤ 2.
      ("EQUP", [1: 1], -1), ("EQUP", [1: -1], 3.5), ("EQDN", [1: -4], 0.5), ("EQDN", [1: 4], 2),
      ("LESS", [0: 3, 3: 1], 3), ("LESSR", [1: -5], -1), ("LESSR", [1: 5], 4),
      ("MORE", [1: -1], 5), ("MORER", [2: -7], -6), ("MORER", [2: 7], 9),
      ("X1", [0: -1], 0), ("X1", [0: 1], 4), ("X2", [1: -1], 1), ("X2", [1: 1], 1),
      // x₅ ≤ 0 without a lower bound; x₆ ≤ −2 loses its lower bound of zero; x₇ keeps it.
      ("X5", [4: 1], 0), ("X6", [5: 1], -2), ("X7", [6: -1], 0),
    ]
    #expect(file.rowNames == rows.map(\.name))
    #expect(problem.b == rows.map(\.b))
    #expect(problem.b.allSatisfy { $0.sign == .plus || $0 != 0 }, "a negative zero")
    for (row, expected) in zip(dense(problem.A), rows) {
      #expect(row == (0..<7).map { expected.coefficients[$0] ?? 0 }, "\(expected.name)")
    }
  }

  /// Words one blank apart: the same program, read as free MPS.
  @Test func freeFormReadsAsTheFixedOne() throws {
    let lines = Self.everything.split(separator: "\n", omittingEmptySubsequences: false)
    let free = lines.map { line in
      (line.first == " " ? " " : "") + line.split(separator: " ").joined(separator: line.hasSuffix("1.") ? "\t" : " ")
    }
    #expect(try read(free.joined(separator: "\n")) == read(Self.everything))
    #expect(try read(free.joined(separator: "\r\n")) == read(Self.everything))
  }

  @Test func namesWithBlanksAreReadByColumns() throws {
    let text = """
      NAME          BLANKS
      ROWS
       N  A$ 1 1
       G  1   2
      COLUMNS
          X 1       A$ 1 1             1.5   1   2               3.
           X2       1   2               1.   $ the rest is a comment
      RHS
                    1   2               6.
      BOUNDS
       UP           X 1                 4.
      ENDATA
      """
    let file = try read(text)
    #expect(file.variableNames == ["X 1", "X2"])
    #expect(file.rowNames == ["1   2", "X 1", "X 1", "X2"])
    #expect(dense(file.problem.A) == [[-3, -1], [-1, 0], [1, 0], [0, -1]])
    #expect(file.problem.b == [-6, 0, 4, 0])
    // A line out of its columns makes the file free, and the message says which line that is.
    let error = #expect(throws: FormatError.self) {
      try read(text.replacingOccurrences(of: "X2       1", with: "X2        1"))
    }
    #expect(error?.line == 3)
    #expect(error?.remedy.contains("line 7") == true, "\(String(describing: error))")
  }

  /// In free form the names of sets may be left out, and names may be long.
  @Test func freeFormMayLeaveOutSets() throws {
    let text = """
      NAME
      OBJSENSE
          MAX
      ROWS
       N objective_function
       L resource_of_every_kind
      COLUMNS
       production_of_everything objective_function 2 resource_of_every_kind 1
       other resource_of_every_kind 1e-3
      RHS
       resource_of_every_kind 10 objective_function -4
      BOUNDS
       UP production_of_everything 1e30
       FR other
      ENDATA
      """
    let file = try read(text)
    #expect(file.objectiveSense == .maximize && file.objectiveConstant == 4)
    #expect(file.problem.q == [-2, 0])
    #expect(dense(file.problem.A) == [[1, 1e-3], [-1, 0]])
    #expect(file.problem.b == [10, 0])
    #expect(try read(text.replacingOccurrences(of: "1e30", with: "Inf")) == file)
    #expect(try read(text.replacingOccurrences(of: "OBJSENSE\n    MAX", with: "OBJSENSE MAXIMIZE")) == file)
  }

  @Test func quadraticSectionsAgree() throws {
    func text(_ section: String, _ lines: String) -> String {
      "NAME\nROWS\n N c\nCOLUMNS\n x c 1\n y c 1\n\(section)\n\(lines)ENDATA\n"
    }
    let upper = try read(text("QUADOBJ", " x x 2\n x y -1\n y y 4\n"))
    #expect(dense(upper.problem.P) == [[2, -1], [0, 4]])
    #expect(try read(text("QUADOBJ", " x x 2\n y x -1\n y y 4\n")) == upper)
    #expect(try read(text("QSECTION c", " x x 2 y -1\n y y 4\n")) == upper)
    #expect(try read(text("QMATRIX", " x x 2 y -1\n y x -1 y 4\n")) == upper)
    let maximized = try read("OBJSENSE\n MAX\n" + text("QUADOBJ", " x x -2\n x y 1\n y y -4\n"))
    #expect(maximized.problem.P == upper.problem.P)
    for (section, lines, line) in [
      ("QMATRIX", " x x 2\n x y 1\n y x 2\n", 9), ("QMATRIX", " x y 1\n", 8), ("QUADOBJ", " x y 1\n y x 1\n", 9),
      ("QUADOBJ", " x z 1\n", 8),
    ] {
      let error = #expect(throws: FormatError.self) { try read(text(section, lines)) }
      #expect(error?.line == line, "\(String(describing: error))")
    }
  }

  @Test func theFormatIsRecognised() throws {
    for name in ["a.mps", "A.MPS.GZ", "b.qps", "c.SIF", "c.SIF.gz"] { #expect(ConicFile.format(ofName: name) == .mps) }
    #expect(ConicFile.format(ofText: Array(Self.everything.utf8), name: "x") == .mps)
    #expect(ConicFile.format(ofText: Array("* a comment\n\nROWS\n".utf8), name: "x") == .mps)
    #expect(ConicFile.format(ofText: Array("* a comment\n 2\n".utf8), name: "x") == .sdpa)
  }

  // MARK: Faults

  private static let header = "NAME\nROWS\n N c\n L r\nCOLUMNS\n x c 1 r 1\n y r 1\n"

  @Test(arguments: [
    ("", 1, "ENDATA"),
    (" x c 1\n", 1, "before any section"),
    ("NAME\nROWS\n N c\n", 3, "ENDATA"),
    ("NAME\nROWS\n N c\nENDATA\n", 4, "no columns"),
    ("NAME\n x\n", 2, "NAME holds no such line"),
    ("NAME\nFOO\n", 2, "'FOO'"),
    ("NAME\nCOLUMNS\n", 2, "before ROWS"),
    ("NAME\nROWS\n N c\nRHS\n", 4, "before COLUMNS"),
    ("NAME\nROWS\n X c\n", 3, "'X'"),
    ("NAME\nROWS\n N\n", 3, "1 entries"),
    ("NAME\nROWS\n N c\n L c\n", 4, "twice"),
    ("NAME\nROWS\n N c\nROWS\n", 4, "line 2"),
    ("NAME\nOBJSENSE\nROWS\n", 2, "OBJSENSE is empty"),
    ("NAME\nOBJSENSE\n LEAST\n", 3, "'LEAST'"),
    (header + " x r 1\n", 8, "further above"),
    (header + " y r 2\n", 8, "line 7"),
    (header + " z q 1\n", 8, "'q'"),
    (header + " z r\n", 8, "2 entries"),
    (header + " z r 1x\n", 8, "'1x'"),
    (header + " z r nan\n", 8, "'nan'"),
    (header + " z r 1e999\n", 8, "too large"),
    (header + "RHS\n b r 1 r 2\n", 9, "the same line"),
    (header + "RHS\n b r -1e30\n", 9, "infinite"),
    (header + "RHS\n b q 1\n", 9, "'q'"),
    (header + "RANGES\n b c 1\n", 9, "type N"),
    (header + "RHS\n b r 1e30\nRANGES\n b r 1\nENDATA\n", 12, "infinite"),
    (header + "BOUNDS\n UP b z 1\n", 9, "'z'"),
    (header + "BOUNDS\n UP b x\n", 9, "'b'"),
    (header + "BOUNDS\n UP b x 1\n FX b x 1\n", 10, "line 9"),
    (header + "BOUNDS\n MI b x\n LO b x 1\n", 10, "line 9"),
    (header + "BOUNDS\n FX b x inf\n", 9, "no value"),
    (header + "BOUNDS\n UP b x -1e20\n", 9, "no value"),
    (header + "BOUNDS\n AB b x 1\n", 9, "'AB'"),
    (header + "QUADOBJ\nQMATRIX\n", 9, "QMATRIX follows QUADOBJ"),
  ])
  func faultsAreNamedByLine(text: String, line: Int, mention: String) throws {
    let error = #expect(throws: FormatError.self) { try read(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test(arguments: [
    (" M 'MARKER' 'INTORG'\n", 8, "integer"), ("BOUNDS\n BV b x\n", 9, "BV"), ("BOUNDS\n LI b x 1\n", 9, "LI"),
    ("BOUNDS\n UI b x 1\n", 9, "UI"), ("QCMATRIX r\n x x 1\n", 8, "QCMATRIX"), ("SOS\n", 8, "SOS"),
    ("QSECTION r\n x x 1\n", 8, "'r'"), ("RANGES\nGROUPS\n", 9, "GROUPS"),
  ])
  func whatIsNotSupportedIsRefusedByName(part: String, line: Int, mention: String) throws {
    let error = #expect(throws: FormatError.self) { try read(Self.header + part + "ENDATA\n") }
    #expect(error?.kind == .unsupported)
    #expect(error?.line == line)
    #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
  }

  @Test func markersAreRefusedInFixedColumnsToo() throws {
    let text = Self.everything.replacingOccurrences(
      of: "COLUMNS\n", with: "COLUMNS\n    MARKER                 'MARKER'                 'INTORG'\n")
    let fixed = Self.everything.replacingOccurrences(
      of: "COLUMNS\n", with: "COLUMNS\n    M1        'MARKER'                 'INTORG'\n")
    for text in [text, fixed] {
      let error = #expect(throws: FormatError.self) { try read(text) }
      #expect(error?.kind == .unsupported)
      #expect(error?.line == 14)
    }
  }
}
