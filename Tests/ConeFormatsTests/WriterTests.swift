import ConeSolver
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import ConeFormats

/// What is written reads back as the same program, bit by bit where the format has the same cones.
@Suite struct WriterTests {
  private func roundTrip(
    _ problem: ConicProblem, _ format: ConicFileFormat, sense: ObjectiveSense = .minimize, constant: Double = 0
  ) throws -> ImportedProblem {
    let bytes = try ConicFile.encode(
      problem, objectiveSense: sense, objectiveConstant: constant, name: "written", format: format)
    return try ConicFile.read(bytes: bytes, name: "written", format: format)
  }

  // MARK: Programs

  /// Strictly feasible on both sides. Off-diagonal entries of semidefinite blocks are doubles times √2, as in files.
  private static func program(_ cones: [Cone], n: Int, quadratic: Bool, _ rng: inout SplitMix64) -> ConicProblem {
    let scale = cones.flatMap(unscaledOnes)
    let m = scale.count
    let interior = cones.flatMap(interiorPoint)
    func value() -> Double { rng.normal() * (rng.chance(0.2) ? 1e-7 : 1) }
    var A: [SparseMatrix.Entry] = []
    for i in 0..<m { for j in 0..<n where rng.chance(0.4) { A.append(.init(i, j, value() * scale[i])) } }
    let matrix = SparseMatrix(rows: m, columns: n, entries: A)
    var P: [SparseMatrix.Entry] = []
    if quadratic {
      let g = (0..<n - 1).map { _ in rng.normal() }
      for j in 0..<n - 1 { for i in 0...j { P.append(.init(i, j, g[i] * g[j] + (i == j ? 0.5 : 0))) } }
    }
    // b = Ax + s and q = −Aᵀz for s and z inside; entries of b rounded as files have them.
    let x = rng.normals(n)
    var b = interior.map { $0 * 3 }
    var q = [Double](repeating: 0, count: n)
    for entry in matrix.entries {
      b[entry.row] += entry.value * x[entry.column]
      q[entry.column] -= entry.value * interior[entry.row]
    }
    for i in 0..<m where scale[i] != 1 { b[i] = (b[i] / scale[i]) * scale[i] }
    return ConicProblem(
      P: SparseMatrix(rows: n, columns: n, entries: P), q: q, A: matrix, b: b, cones: cones)
  }

  /// √2 for the off-diagonal entries of a semidefinite block, one for all else.
  private static func unscaledOnes(_ cone: Cone) -> [Double] {
    guard case .positiveSemidefinite(let k) = cone else { return [Double](repeating: 1, count: cone.dimension) }
    return (0..<k).flatMap { j in (0...j).map { $0 == j ? 1 : 2.0.squareRoot() } }
  }

  private static func interiorPoint(_ cone: Cone) -> [Double] {
    switch cone {
    case .zero(let n): [Double](repeating: 0, count: n)
    case .nonnegative(let n): [Double](repeating: 1, count: n)
    case .secondOrder(let n): (0..<n).map { $0 == 0 ? 1 : 0 }
    case .positiveSemidefinite(let k): (0..<k).flatMap { j in (0...j).map { $0 == j ? 1 : 0 } }
    }
  }

  private static func randomCones(_ kinds: [Cone], _ rng: inout SplitMix64) -> [Cone] {
    (0..<rng.integer(1...5)).map { _ in kinds[rng.integer(0...kinds.count - 1)] }
  }

  private static let allKinds: [Cone] = [
    .zero(1), .zero(2), .nonnegative(1), .nonnegative(4), .secondOrder(1), .secondOrder(3), .secondOrder(5),
    .positiveSemidefinite(order: 1), .positiveSemidefinite(order: 2), .positiveSemidefinite(order: 4), .zero(0),
    .positiveSemidefinite(order: 0),
  ]

  /// The order in which CBF gives a program back: semidefinite blocks last, neighbouring linear cones joined.
  private static func asCBFOrders(_ problem: ConicProblem) -> ConicProblem {
    var order: [Int] = []
    var semidefinite: [Int] = []
    var cones: [Cone] = []
    var blocks: [Cone] = []
    var row = 0
    for cone in problem.cones where cone.dimension > 0 {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      if case .positiveSemidefinite = cone {
        semidefinite += rows
        blocks.append(cone)
        continue
      }
      order += rows
      switch (cones.last, cone) {
      case (.zero(let a), .zero(let b)): cones[cones.count - 1] = .zero(a + b)
      case (.nonnegative(let a), .nonnegative(let b)): cones[cones.count - 1] = .nonnegative(a + b)
      default: cones.append(cone)
      }
    }
    order += semidefinite
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    return ConicProblem(
      q: problem.q,
      A: SparseMatrix(
        rows: problem.rowCount, columns: problem.variableCount,
        entries: problem.A.entries.map { .init(place[$0.row], $0.column, $0.value) }),
      b: order.map { problem.b[$0] }, cones: cones + blocks)
  }

  // MARK: Identity

  @Test func linearObjectivesSurviveCBF() throws {
    var rng = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let problem = Self.program(Self.randomCones(Self.allKinds, &rng), n: rng.integer(1...6), quadratic: false, &rng)
      if problem.rowCount == 0 { continue }
      #expect(try roundTrip(problem, .cbf).problem == Self.asCBFOrders(problem))
    }
  }

  @Test func linearAndSemidefiniteConesSurviveSDPA() throws {
    var rng = SplitMix64(seed: 2)
    let kinds = Self.allKinds.filter { cone in
      switch cone {
      case .nonnegative, .positiveSemidefinite: true
      default: false
      }
    }
    for _ in 0..<200 {
      var problem = Self.program(Self.randomCones(kinds, &rng), n: rng.integer(1...6), quadratic: false, &rng)
      problem.cones.removeAll { $0.dimension == 0 }
      if problem.rowCount == 0 { continue }
      #expect(try roundTrip(problem, .sdpa).problem == problem)
    }
  }

  @Test(arguments: ["arch0", "control1", "gpp100", "hinf1", "infd1", "infp2", "mcp124-1", "qap5", "theta1", "truss1"])
  func SDPLIBSurvivesBothFormats(name: String) throws {
    let file = try ConicFile.read(path: instancePath("\(name).dat-s.gz"))
    #expect(try roundTrip(file.problem, .sdpa) == file)
    let viaCBF = try roundTrip(file.problem, .cbf).problem
    #expect(viaCBF == Self.asCBFOrders(file.problem))
  }

  @Test func netlibSurvivesCBF() throws {
    for name in ["afiro", "boeing2", "forplan", "inf_klein1"] {
      let file = try ConicFile.read(path: instancePath("\(name).mps.gz"))
      let back = try roundTrip(file.problem, .cbf, sense: file.objectiveSense, constant: file.objectiveConstant)
      #expect(back.problem == file.problem)
    }
  }

  @Test func senseAndConstantSurviveCBF() throws {
    let file = try ConicFile.read(path: instancePath("cones.cbf"))
    let back = try roundTrip(file.problem, .cbf, sense: file.objectiveSense, constant: file.objectiveConstant)
    #expect(back.objectiveSense == .maximize && back.objectiveConstant == 10.5)
    #expect(back.problem.q == file.problem.q)
    #expect(back.problem == Self.asCBFOrders(file.problem))
  }

  @Test func sdpaSaysWhatItLeavesOut() throws {
    var rng = SplitMix64(seed: 3)
    let problem = Self.program([.nonnegative(3)], n: 2, quadratic: false, &rng)
    let bytes = try ConicFile.encode(
      problem, objectiveSense: .maximize, objectiveConstant: 2.5, name: "a.dat-s")
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("\"Objective of the source: 2.5 - the one below\n2\n"))
    #expect(try ConicFile.read(bytes: bytes, name: "a.dat-s").problem == problem)
  }

  /// Equalities as pairs and second-order cones as arrows, on the slack of a point.
  @Test func conesThatSDPALacksAreRestated() throws {
    var rng = SplitMix64(seed: 4)
    let problem = Self.program([.secondOrder(3), .zero(2), .secondOrder(1)], n: 4, quadratic: false, &rng)
    let back = try roundTrip(problem, .sdpa).problem
    #expect(back.cones == [.positiveSemidefinite(order: 3), .nonnegative(4), .positiveSemidefinite(order: 1)])
    let x = rng.normals(4)
    let s = slack(problem, x)
    let r = 2.0.squareRoot()
    let expected = [s[0], r * s[1], s[0], r * s[2], 0, s[0], s[3], s[4], -s[3], -s[4], s[5]]
    #expect(largestDifference(slack(back, x), expected) < 1e-12)
  }

  // MARK: Optima

  /// `½xᵀPx + qᵀx` from the stored upper triangle.
  private static func objective(_ problem: ConicProblem, _ x: [Double]) -> Double {
    let quadratic = problem.P.entries.reduce(0.0) { sum, entry in
      sum + (entry.row == entry.column ? 0.5 : 1) * entry.value * x[entry.row] * x[entry.column]
    }
    return quadratic + zip(problem.q, x).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func optimaAreKept() throws {
    var rng = SplitMix64(seed: 5)
    for round in 0..<40 {
      let kinds: [Cone] = [.nonnegative(4), .secondOrder(4), .positiveSemidefinite(order: 3)]
      let problem = Self.program(
        [.zero(1)] + Self.randomCones(kinds, &rng), n: 4, quadratic: round % 2 == 0, &rng)
      let solution = try problem.solve()
      #expect(solution.status == .solved)
      for format in [ConicFileFormat.cbf, .sdpa] where format == .cbf || round % 2 == 1 {
        let back = try roundTrip(problem, format).problem
        let other = try back.solve()
        #expect(other.status == .solved, "\(format) \(other.message)")
        let scale = max(1, abs(solution.primalObjective))
        #expect(abs(other.primalObjective - solution.primalObjective) <= 1e-6 * scale, "\(format)")
        // The optimum may be flat: what must agree is the value of the point that came back, in the program as it was.
        #expect(abs(Self.objective(problem, Array(other.x.prefix(4))) - solution.primalObjective) <= 1e-6 * scale, "\(format)")
      }
    }
  }

  @Test(arguments: [
    ("HS35", 1.11111111E-01), ("HS76", -4.68181818E+00), ("LOTSCHD", 2.39841589E+03), ("DPKLO1", 3.70096217E-01),
  ])
  func quadraticProgramsSurviveAsConicOnes(name: String, optimum: Double) throws {
    let file = try ConicFile.read(path: instancePath("\(name).SIF.gz"))
    let back = try roundTrip(file.problem, .cbf, constant: file.objectiveConstant)
    #expect(back.problem.P.nonzeros == 0 && back.problem.variableCount == file.problem.variableCount + 1)
    let solution = try back.problem.solve()
    #expect(solution.status == .solved)
    let objective = back.fileObjective(ofSolverValue: solution.primalObjective)
    #expect(abs(objective - optimum) <= 1e-6 * max(1, abs(optimum)), "\(objective) for \(optimum)")
  }

  @Test func maximizedQuadraticProgramsKeepTheirSense() throws {
    let text = "OBJSENSE MAX\nROWS\n N c\n L r\nCOLUMNS\n x c 4 r 1\nRHS\n b r 9 c -1\nQUADOBJ\n x x -2\nENDATA\n"
    let file = try ConicFile.read(bytes: Array(text.utf8), name: "a.mps")
    let back = try roundTrip(file.problem, .cbf, sense: file.objectiveSense, constant: file.objectiveConstant)
    for program in [file, back] {
      let value = program.fileObjective(ofSolverValue: try program.problem.solve().primalObjective)
      #expect(abs(value - 5) < 1e-6)
    }
  }

  // MARK: Numbers

  @Test func numbersAreTheShortestThatReadBack() {
    for (value, text) in [
      (1.0, "1"), (0.1, "0.1"), (-2.5e-7, "-2.5e-07"), (1e300, "1e+300"), (1.0 / 3, "0.3333333333333333"),
    ] {
      #expect(DecimalNumber.shortest(value) == text)
    }
  }

  @Test func offDiagonalEntriesOfFilesKeepTheirDecimals() {
    var rng = SplitMix64(seed: 6)
    let root2 = 2.0.squareRoot()
    for _ in 0..<20_000 {
      let decimal = Double(rng.integer(-99_999...99_999)) / 1000
      #expect(DecimalNumber.unscaled(decimal * root2) == decimal)
      let any = rng.normal()
      #expect(DecimalNumber.unscaled(any * root2) * root2 == any * root2)
      #expect(abs(DecimalNumber.unscaled(any) * root2 - any) <= any.ulp)
    }
  }

  // MARK: Compression and faults

  @Test func compressedTextsReadBack() throws {
    for text in [[], Array("abc".utf8), try instance("cones.cbf"), [UInt8](repeating: 7, count: 3_000_000)] {
      #expect(try Gzip.decompress(Gzip.compress(text, file: "z"), file: "z") == text)
    }
    var rng = SplitMix64(seed: 7)
    let noise = (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &rng) }
    #expect(try Gzip.decompress(Gzip.compress(noise, file: "z"), file: "z") == noise)
    let problem = Self.program([.nonnegative(3)], n: 2, quadratic: false, &rng)
    let packed = try ConicFile.encode(problem, name: "a.CBF.GZ")
    #expect(Gzip.isCompressed(packed))
    #expect(try ConicFile.read(bytes: packed, name: "a.cbf").problem == problem)
  }

  @Test func filesAreWrittenOrTheirPathIsNamed() throws {
    let file = try ConicFile.read(path: instancePath("cones.cbf"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cone-formats-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a.cbf", "b.cbf.gz"] {
      let path = folder.appendingPathComponent(name).path
      try ConicFile.write(
        file.problem, objectiveSense: file.objectiveSense, objectiveConstant: file.objectiveConstant, path: path)
      #expect(try ConicFile.read(path: path).objectiveConstant == file.objectiveConstant)
    }
    let absent = folder.appendingPathComponent("absent/a.cbf").path
    let error = #expect(throws: FormatError.self) { try ConicFile.write(file.problem, path: absent) }
    #expect(error?.kind == .unreadable && error?.file == absent)
  }

  @Test func whatCannotBeWrittenIsRefused() throws {
    var rng = SplitMix64(seed: 8)
    let quadratic = Self.program([.nonnegative(3)], n: 2, quadratic: true, &rng)
    let conic = Self.program([.secondOrder(3)], n: 2, quadratic: false, &rng)
    var faulty = Self.program([.nonnegative(3)], n: 2, quadratic: false, &rng)
    faulty.b[1] = .nan
    let empty = ConicProblem(q: [], A: .zero(rows: 0, columns: 0), b: [], cones: [])
    for (problem, name, mention) in [
      (quadratic, "a.dat-s", "quadratic"), (conic, "a.mps", "second-order"), (quadratic, "a.txt", "extension"),
      (faulty, "a.cbf", "nan at entry 1"), (empty, "a.cbf", "no variables"),
    ] {
      let error = #expect(throws: FormatError.self) { try ConicFile.encode(problem, name: name) }
      #expect(error?.kind == .unsupported && error?.file == name)
      #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
    }
  }
}
