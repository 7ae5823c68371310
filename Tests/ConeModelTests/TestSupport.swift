import ConeModel
import LinearAlgebra

@testable import ConeSolver

/// A solver's answer made by hand, so that the way back can be tested without a solve.
func handmade(
  _ compiled: CompiledProblem, x: [Double]? = nil, z: [Double]? = nil, status: Status = .solved
) throws -> ModelSolution {
  var program = compiled.problem
  if let x, x.count != program.variableCount {
    // A point of the wrong length goes through as it is, for the refusal it must meet.
    program = ConicProblem(q: x, A: .zero(rows: program.rowCount, columns: x.count), b: program.b, cones: [])
  }
  let x = x ?? [Double](repeating: 0, count: program.variableCount)
  let z = z ?? [Double](repeating: 0, count: program.rowCount)
  let quadratic = 0.5 * dot(x, symmetricProduct(program.P, x))
  return try compiled.interpret(
    Solution(
      status: status, x: x, s: slack(program, x), z: z, primalObjective: quadratic + dot(program.q, x),
      dualObjective: -quadratic - dot(program.b, z), iterations: 0,
      residuals: Residuals(primal: 0, dual: 0, gap: 0, dimacs: []), setupTime: 0, solveTime: 0, kkt: .automatic,
      message: ""))
}

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// `b − Ax`.
func slack(_ program: ConicProblem, _ x: [Double]) -> [Double] {
  var s = program.b
  for entry in program.A.entries { s[entry.row] -= entry.value * x[entry.column] }
  return s
}

/// `Px` from the upper triangle.
func symmetricProduct(_ P: SparseMatrix, _ x: [Double]) -> [Double] {
  var y = [Double](repeating: 0, count: x.count)
  for entry in P.entries {
    y[entry.row] += entry.value * x[entry.column]
    if entry.row != entry.column { y[entry.column] += entry.value * x[entry.row] }
  }
  return y
}

/// The rows of a sparse matrix, for comparison with one written out by hand.
func dense(_ M: SparseMatrix) -> [[Double]] {
  var rows = [[Double]](repeating: [Double](repeating: 0, count: M.columns), count: M.rows)
  for entry in M.entries { rows[entry.row][entry.column] += entry.value }
  return rows
}

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  (a - b).magnitude <= tolerance * (1 + max(a.magnitude, b.magnitude))
}

func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { isClose($0, $1, tolerance) }
}

/// Reproducible numbers in [−1, 1): splitmix64.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return Double(bits >> 11) * 0x1p-52 - 1
  }

  mutating func array(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Constant<Matrix> {
    Constant(rows: rows, columns: columns, columnMajor: array(rows * columns))
  }

  mutating func symmetric(_ order: Int) -> Constant<Symmetric> {
    Constant(order: order, upperTriangle: array(order * (order + 1) / 2))
  }
}
