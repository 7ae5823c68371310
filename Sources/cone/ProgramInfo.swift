import ConeFormats
import ConeReports
import ConeSolver
import Foundation

/// The sparsity of a program and the range of its coefficients.
struct ProgramInfo {
  /// The least and the greatest modulus among coefficients that are not zero.
  struct Range: Encodable, Equatable {
    var least, greatest: Double
  }

  let nonzerosOfP, nonzerosOfA: Int
  let P, q, A, b: Range?

  init(_ program: ImportedProblem) {
    let problem = program.problem
    nonzerosOfP = problem.P.values.count { $0 != 0 }
    nonzerosOfA = problem.A.values.count { $0 != 0 }
    P = Self.range(problem.P.values)
    q = Self.range(problem.q)
    A = Self.range(problem.A.values)
    b = Self.range(problem.b)
  }

  private static func range(_ values: [Double]) -> Range? {
    var range: Range?
    for value in values where value != 0 {
      let modulus = abs(value)
      range = Range(least: min(range?.least ?? modulus, modulus), greatest: max(range?.greatest ?? modulus, modulus))
    }
    return range
  }

  var lines: [String] {
    let coefficients = [("P", P), ("q", q), ("A", A), ("b", b)].map { name, range in
      guard let range else { return "\(name) zero" }
      return String(format: "%@ %.1e to %.1e", name, range.least, range.greatest)
    }
    return [
      LogField.line("nonzeros", "\(nonzerosOfP) in the upper triangle of P, \(nonzerosOfA) in A"),
      LogField.line("ranges", coefficients.joined(separator: ", ")),
    ]
  }
}

/// The result of `cone info` for programs to read. The JSON keys are a promise; see docs/command.md.
struct InfoReport: Encodable {
  struct Cones: Encodable {
    var zero = 0
    var nonnegative = 0
    /// Dimensions.
    var secondOrder: [Int] = []
    /// Orders.
    var semidefinite: [Int] = []

    enum CodingKeys: String, CodingKey {
      case zero, nonnegative
      case secondOrder = "second_order"
      case semidefinite
    }
  }

  struct Matrix<Value: Encodable>: Encodable {
    var P, A: Value
  }

  struct Ranges: Encodable {
    var P, q, A, b: ProgramInfo.Range?
  }

  var format: String
  var sense: String
  var variables, rows: Int
  var cones = Cones()
  var nonzeros: Matrix<Int>
  var ranges: Ranges
  var kkt: String
  var system: String

  init(_ program: ImportedProblem, _ info: ProgramInfo, kkt: KKTChoice, reason: String) {
    format = program.format.rawValue
    sense = program.objectiveSense.rawValue
    variables = program.problem.variableCount
    rows = program.problem.rowCount
    nonzeros = Matrix(P: info.nonzerosOfP, A: info.nonzerosOfA)
    ranges = Ranges(P: info.P, q: info.q, A: info.A, b: info.b)
    self.kkt = kkt.rawValue
    system = reason
    for cone in program.problem.cones {
      switch cone {
      case .zero(let n): cones.zero += n
      case .nonnegative(let n): cones.nonnegative += n
      case .secondOrder(let n): cones.secondOrder.append(n)
      case .positiveSemidefinite(let order): cones.semidefinite.append(order)
      }
    }
  }
}
