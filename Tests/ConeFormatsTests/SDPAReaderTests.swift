import ConeSolver
import TestSupport
import Testing

@testable import ConeFormats

@Suite struct SDPAReaderTests {
  private static let root2 = 2.0.squareRoot()

  /// `F₀ = [−1.5 0.5; 0.5 0] ⊕ (0, 3)`, `F₁ = [1 2; 2 0] ⊕ (4, 0)`, `F₂ = [0 0; 0 −1] ⊕ (0, 2.5)`, `c = (1, −2)`.
  @Test func loosePunctuationGivesTheExactMatrices() throws {
    let imported = try ConicFile.read(path: instancePath("loose.dat-s"))
    #expect(imported.problem.q == [1, -2])
    #expect(imported.problem.cones == [.positiveSemidefinite(order: 2), .nonnegative(2)])
    #expect(imported.problem.b == [1.5, -0.5 * Self.root2, 0, 0, -3])
    #expect(dense(imported.problem.A) == [[-1, 0], [-2 * Self.root2, 0], [0, 1], [-4, 0], [0, -2.5]])
    #expect(imported.problem.P.nonzeros == 0)
    #expect(imported.objectiveSense == .minimize)
    #expect(imported.fileObjective(ofSolverValue: 3.5) == 3.5)
    #expect(imported.format == .sdpa)
    #expect(imported.scalarVariables(of: [7, 8]) == [7, 8])
    #expect(fault(in: imported) == nil)
  }

  @Test func punctuationAndLayoutDoNotMatter() throws {
    let expected = try ConicFile.read(path: instancePath("loose.dat-s"))
    let tidy = """
      2
      2
      2 -2
      1.0 -2.0
      0 1 1 1 -1.5
      0 1 1 2 0.5
      0 2 2 2 3.0
      1 1 1 1 1.0
      1 1 1 2 2.0
      1 2 1 1 4.0
      2 1 2 2 -1.0
      2 2 2 2 2.5
      """
    #expect(try readSDPA(tidy) == expected)
    #expect(try readSDPA(tidy + "\n\n  \n") == expected)
    #expect(try readSDPA(tidy.replacing("\n", with: "\r\n")) == expected)
    #expect(try readSDPA("\u{FEFF}\n* title\n" + tidy) == expected)
    #expect(try readSDPA(tidy.replacing("2 -2\n", with: "2\n-2 sizes\n")) == expected)
    #expect(try readSDPA(tidy.replacing("1.5\n0 1", with: "1.5 0 1")) == expected)
    #expect(try readSDPA(tidy.replacing("2\n2\n2 -2", with: "2=m\n2;blocks\n{2}, -2=sizes")) == expected)
  }

  @Test func theObjectiveMayRunOverLines() throws {
    let wrapped = try readSDPA("7\n1\n1\n{1, 2,\n3, 4.0, 5, 6,\n\n 7}\n0 1 1 1 5\n")
    #expect(wrapped.problem.q == [1, 2, 3, 4, 5, 6, 7])
    #expect(wrapped.problem.b == [-5])
  }

  @Test func anEntryBelowTheDiagonalIsItsMirrorImage() throws {
    let upper = "1\n1\n3\n1\n1 1 1 3 5\n1 1 2 3 7\n"
    let lower = "1\n1\n3\n1\n1 1 3 1 5\n1 1 3 2 7\n"
    #expect(try readSDPA(upper) == readSDPA(lower))
    #expect(dense(try readSDPA(upper).problem.A) == [0, 0, 0, -5 * Self.root2, -7 * Self.root2, 0].map { [$0] })
  }

  @Test func entriesInAnyOrderGiveTheSameProgram() throws {
    let lines = try instanceText("truss1.dat-s.gz").split(separator: "\n").map(String.init)
    var random = SplitMix64(seed: 5)
    let shuffled = lines.prefix(4) + lines.dropFirst(4).shuffled(using: &random)
    #expect(try readSDPA(shuffled.joined(separator: "\n")) == readSDPA(lines.joined(separator: "\n")))
  }

  @Test func explicitZerosAreLeftOut() throws {
    let imported = try readSDPA("1\n1\n2\n1\n1 1 1 1 0.0\n1 1 2 2 1\n0 1 1 2 0\n")
    #expect(imported.problem.A.nonzeros == 1)
    #expect(imported.problem.b.allSatisfy { $0 == 0 && $0.sign == .plus })
  }

  /// `b − Ax` against `svec(Σ xᵢFᵢ − F₀)` from full matrices, read by splitting strings.
  @Test(arguments: ["truss1.dat-s.gz", "control1.dat-s.gz"])
  func slackIsTheLinearMatrixInequality(name: String) throws {
    let imported = try ConicFile.read(path: instancePath(name))
    let lines = try instanceText(name).split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let m = try #require(Int(lines[0][0]))
    let sizes = lines[2].compactMap { Int($0) }
    #expect(imported.problem.q == lines[3].compactMap { Double($0) })
    #expect(imported.problem.cones == sizes.map { .positiveSemidefinite(order: $0) })
    var random = SplitMix64(seed: 6)
    let x = (0..<m).map { _ in Double.random(in: -1...1, using: &random) }
    var blocks = sizes.map { [[Double]](repeating: [Double](repeating: 0, count: $0), count: $0) }
    for line in lines[4...] {
      let k = line.prefix(4).compactMap { Int($0) }
      let term = try #require(Double(line[4])) * (k[0] == 0 ? -1 : x[k[0] - 1])
      blocks[k[1] - 1][k[2] - 1][k[3] - 1] += term
      if k[2] != k[3] { blocks[k[1] - 1][k[3] - 1][k[2] - 1] += term }
    }
    #expect(largestDifference(slack(imported.problem, x), blocks.flatMap(svec)) < 1e-10)
  }

  // MARK: Faults

  private static let header = "2\n2\n2 -2\n1 1\n"

  @Test(arguments: [
    ("", 1, "file ends"),
    ("* only a comment\n", 1, "file ends"),
    ("Example\n2\n", 1, "'Example'"),
    ("* a\nx\n", 2, "'x'"),
    ("2.5\n1\n1\n", 1, "'2.5'"),
    ("0\n1\n1\n", 1, "is 0"),
    ("-3\n1\n1\n", 1, "is -3"),
    ("2 3\n1\n1\n", 1, "more numbers"),
    ("1000000000000\n1\n1\n1\n", 1, "1000000000000"),
    ("99999999999999999999999999\n1\n1\n1\n", 1, "beyond"),
    ("2\n0\n", 2, "number of blocks"),
    ("2\n1000000\n1 1 1\n1 2\n", 4, "block"),
    ("2\n3\n2 2\n", 3, "file ends"),
    ("1\n2\n2 0\n1\n", 3, "size 0"),
    ("1\n1\n2 2\n1\n", 3, "more numbers"),
    ("1\n1\n1000000000\n1\n", 3, "limit"),
    ("1\n1\n5793\n1\n", 3, "limit"),
    ("1\n1\n-16777217\n1\n", 3, "limit"),
    ("1\n1\n-9223372036854775807\n1\n", 3, "limit"),
    ("1\n1\n9223372036854775807\n1\n", 3, "limit"),
    ("1\n3\n4000 4000 4000\n1\n", 3, "block 3"),
    ("3\n1\n2\n1 2\n", 4, "entry 3 of 3"),
    ("3\n1\n2\n1 2\n0 1 1 1 5\n", 5, "2 of 3 numbers"),
    ("7\n1\n2\n1 2\n0 1 1 1 5\n1 1 1 1 1\n", 5, "2 of 7 numbers"),
    ("3\n1\n2\n1 2\n0 1 1 3 5\n", 5, "does not end"),
    ("3\n1\n2\n1 nan 2\n", 4, "'nan'"),
    ("1\n1\n2\n1 2\n", 4, "more numbers"),
    ("1\n1\n2\n1e999\n", 4, "too large"),
    (header + "3 1 1 1 5\n", 5, "matrix 3"),
    (header + "-1 1 1 1 5\n", 5, "matrix -1"),
    (header + "1 3 1 1 5\n", 5, "block 3"),
    (header + "1 0 1 1 5\n", 5, "block 0"),
    (header + "1 1 1 1 5\n\n1 1 3 1 5\n", 7, "row 3"),
    (header + "1 1 0 1 5\n", 5, "row 0"),
    (header + "1 1 1 99999999999999999999 5\n", 5, "column index"),
    (header + "1 2 1 2 5\n", 5, "off the diagonal"),
    (header + "1 1 1 1\n", 5, "line ends"),
    (header + "1 1 1 1", 5, "file ends"),
    (header + "1 1 1 1 5 6\n", 5, "matrix 6"),
    (header + "1 1 1 1 5 1\n", 5, "line ends"),
    (header + "1 1 1 1 inf\n", 5, "'inf'"),
    (header + "1 1 1 1 5x\n", 5, "'5x'"),
    (header + "1 1 1 1 5\n1 1 1 2 3\n1 1 1 1 5\n", 7, "line 5"),
    (header + "1 1 1 2 5\n1 1 2 1 5\n", 6, "line 5"),
    (header + "0 2 1 1 5\n0 2 1 1 0\n", 6, "line 5"),
  ])
  func faultsAreNamedByLine(text: String, line: Int, mention: String) throws {
    let error = #expect(throws: FormatError.self) { try readSDPA(text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
    #expect(error?.remedy.isEmpty == false)
    #expect(error?.description.hasPrefix("test.dat-s:\(line): ") == true)
  }
}
