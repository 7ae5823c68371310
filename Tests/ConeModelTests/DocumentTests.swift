import ConeModel
import Foundation
import Testing

/// The programs of the README and of the guides: each type-checks as it stands, and the tutorial's is run line by line.
struct DocumentTests {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The blocks of Swift code of a document.
  private static func blocks(_ path: String) throws -> [String] {
    let text = try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
    return text.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  /// What fragments of the guides speak of.
  private static let context = """
    problem: Problem, settings: Settings, budget: Constraint<Scalar>, x: AffineVector, weight: Parameter<Scalar>
    """

  @Test(arguments: ["README.md", "docs/modelling.md", "docs/modelling-tutorial.md"])
  func programsTypeCheck(path: String) async throws {
    let programs = try Self.blocks(path).filter { $0.contains("Model()") || $0.contains("problem.") }
    try #require(!programs.isEmpty)
    let imports = Set(programs.flatMap { $0.split(separator: "\n").filter { $0.hasPrefix("import ") } })
    let functions = programs.enumerated().map { number, block in
      let body = block.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("import ") }
      return "func block\(number)(\(Self.context)) throws {\n\(body.joined(separator: "\n"))\n}"
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("cone-document-\(UUID().uuidString).swift")
    let head = imports.union(["import ConeModel", "import ConeSolver"]).sorted()
    try (head.joined(separator: "\n") + "\n\n" + functions.joined(separator: "\n")).write(
      to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try await Compiler.typecheck([file])
    #expect(!run.output.contains("error:"), "\(run.output)")
    #expect(run.seconds.count >= functions.count)
  }

  /// The tutorial's program. Its lines are those between the marks, in the same order.
  @Test func theTutorialRuns() throws {
    // tutorial: begin
    let mu = [0.08, 0.11, 0.05, 0.09]
    let F = Constant<Matrix>([[0.20, 0.05, 0.00, 0.10], [0.05, 0.30, 0.02, 0.04], [0.00, 0.08, 0.05, 0.10]])
    let model = Model()
    let w = model.vector("w", count: 4)
    let gamma = model.parameter("γ", 0.5, .nonnegative)
    let risk = norm(F ⋅ w)
    let budget = sum(w) == 1
    let problem = Problem.maximize(inner(mu, w) - gamma ⋅ risk) {
      budget
      w >= 0
    }
    let optimum = try problem.solve().optimum()
    print(optimum.objective)
    print(try optimum.value(of: w))
    print(try optimum.value(of: risk))
    print(try optimum.dual(of: budget))
    var compiled = try problem.compile()
    for value in [0.1, 0.2, 0.4] {
      try compiled.set(gamma, to: value)
      print(value, try compiled.solve().optimum().objective)
    }
    // tutorial: end
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let lines = source.components(separatedBy: "    // tutorial: begin\n")[1].components(separatedBy: "    // tutorial: end")[0]
    let program = lines.split(separator: "\n").map { $0.dropFirst(4) }.joined(separator: "\n")
    let document = try Self.blocks("docs/modelling-tutorial.md")[0]
    #expect(document.trimmingCharacters(in: .newlines) == "import ConeModel\n\n" + program)

    // On the face w₃ = 1 of the simplex or elsewhere: the optimum is at least that of every vertex, and the dual certifies it.
    for vertex in 0..<4 {
      let corner = (0..<4).map { $0 == vertex ? 1.0 : 0 }
      let length = (0..<3).reduce(0) { $0 + F[$1, vertex] * F[$1, vertex] }.squareRoot()
      #expect(optimum.objective >= dot(mu, corner) - 0.5 * length - 1e-7)
    }
    // The value is homogeneous in the budget: its dual is the optimum itself.
    #expect(isClose(try optimum.dual(of: budget), optimum.objective, 1e-6))
  }
}
