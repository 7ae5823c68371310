import ConeFormats
import ConeSolver
import LinearAlgebra
import Testing

struct ClarabelProblemTests {
  /// min x₁² + x₁x₂ + x₂² − x₁ with every kind of cone.
  private let program = ConicProblem(
    P: SparseMatrix(rows: 2, columns: 2, entries: [.init(0, 0, 2), .init(0, 1, 1), .init(1, 1, 2)]), q: [-1, 0.1],
    A: SparseMatrix(
      rows: 9, columns: 2, entries: (0..<9).map { .init($0, $0 % 2, 0.1 * Double($0 + 1)) }),
    b: [0.1, 1, 2, 3, 0, 0, 5, 0.3, 7],
    cones: [.zero(1), .nonnegative(2), .secondOrder(3), .positiveSemidefinite(order: 2)])

  @Test func whatIsWrittenReadsBackAsItWas() throws {
    let bytes = try ConicFile.encode(program, name: "a.json")
    let read = try ConicFile.read(bytes: bytes, name: "a.json")
    #expect(read.problem == program)
    #expect(read.format == .json)
    #expect(try ConicFile.encode(read.problem, name: "a.json") == bytes)
    #expect(try ConicFile.read(bytes: ConicFile.encode(program, name: "a.json.gz"), name: "unknown").problem == program)
  }

  /// Clarabel saves P as it was given, whole or as a triangle, and settings with it.
  @Test func wholeSymmetricMatricesAndSettings() throws {
    let text = """
      {"P":{"m":2,"n":2,"colptr":[0,2,4],"rowval":[0,1,0,1],"nzval":[2.0,1.0,1.0,4.0]},"q":[-8.0,-6.0],
      "A":{"m":1,"n":2,"colptr":[0,1,2],"rowval":[0,0],"nzval":[1.0,1.0]},"b":[3.0],"cones":[{"NonnegativeConeT":1}],
      "settings":{"max_iter":200}}
      """
    let problem = try ConicFile.read(bytes: Array(text.utf8), name: "hs.json").problem
    #expect(problem.cones == [.nonnegative(1)])
    let arena = Arena()
    withExtendedLifetime(arena) { #expect(problem.P.quadraticForm(arena.vector([1, 1])) == 8) }
  }

  @Test(arguments: [
    ("{", "JSON"), ("{\"P\": 3}", "P"), ("[1]", "Dictionary"), ("{}", "there is no P"),
    (
      "{\"P\":{\"m\":1,\"n\":1,\"colptr\":[0,0],\"rowval\":[],\"nzval\":[]},\"q\":[1],\"A\":{\"m\":1,\"n\":1,\"colptr\":[0,1],\"rowval\":[0],\"nzval\":[1]},\"b\":[1],\"cones\":[{\"ExponentialConeT\":3}]}",
      "ExponentialConeT"
    ),
    (
      "{\"P\":{\"m\":1,\"n\":1,\"colptr\":[0,0],\"rowval\":[],\"nzval\":[]},\"q\":[1],\"A\":{\"m\":1,\"n\":1,\"colptr\":[0,1],\"rowval\":[5],\"nzval\":[1]},\"b\":[1],\"cones\":[{\"ZeroConeT\":1}]}",
      "A"
    ),
  ])
  func faultsAreNamed(text: String, mention: String) {
    let error = #expect(throws: FormatError.self) { try ConicFile.read(bytes: Array(text.utf8), name: "a.json") }
    #expect(error?.what.contains(mention) == true, "\(String(describing: error))")
  }
}

struct MPSWriterTests {
  @Test func linearAndQuadraticProgramsReadBack() throws {
    let program = ConicProblem(
      P: SparseMatrix(rows: 3, columns: 3, entries: [.init(0, 0, 2), .init(0, 1, -0.1), .init(1, 1, 1)]),
      q: [-1, 0, 0.3],
      A: SparseMatrix(
        rows: 3, columns: 3, entries: [.init(0, 0, 1), .init(1, 0, -2), .init(1, 1, 0.7), .init(2, 0, 4)]),
      b: [0.1, 0, -5], cones: [.zero(1), .nonnegative(2)])
    for sense in ObjectiveSense.allCases {
      let bytes = try ConicFile.encode(program, objectiveSense: sense, objectiveConstant: 2.5, name: "a.mps")
      let read = try ConicFile.read(bytes: bytes, name: "a.mps")
      #expect(read.problem == program)
      #expect(read.objectiveSense == sense && read.objectiveConstant == 2.5)
    }
  }
}
