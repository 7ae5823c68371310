import LinearAlgebra

/// The objective of a program while it is being collected: `qᵀx + Σ w‖Fx + g‖²` and quadratic forms, any of whose
/// weights, and the constants of whose squares, may be parameters.
struct QuadraticObjective {
  /// `coefficient · p[parameter] · x[variable]`, or without a factor where `parameter` is `nil`.
  struct LinearTerm {
    let variable: Int
    let coefficient: Double
    let parameter: Int?
  }

  /// `weight · p[parameter] · ‖Fx + g + Σ parametric‖²`.
  struct Square: Sendable {
    var weight: Double
    var parameter: Int?
    /// Variables of the program and their coefficients, row after row.
    var starts: [Int] = [0]
    var terms: [Term] = []
    var constants: [Double] = []
    /// Constants of rows that are multiples of parameters; then `parameter` is `nil`.
    var parametric: [(row: Int, parameter: Int, value: Double)] = []
  }

  /// `weight · p[parameter] · xᵀCx` for the variables that are the entries of `x`.
  struct Form {
    let weight: Double
    let parameter: Int?
    let variables: [Int]
    let matrix: SparseMatrix
  }

  private(set) var linear: [LinearTerm] = []
  private(set) var offset = ParametricOffset()
  private(set) var squares: [Square] = []
  private(set) var forms: [Form] = []

  mutating func add(_ coefficient: Double, variable: Int, times parameter: Int?) {
    linear.append(LinearTerm(variable: variable, coefficient: coefficient, parameter: parameter))
  }

  mutating func add(constant: Double, times parameter: Int?) {
    if constant != 0 { offset.terms.append((constant, parameter)) }
  }

  mutating func add(_ form: Form) { forms.append(form) }

  /// Adds a square, with what its plain constants bring to `q` and to the constant of the objective; what its multiples
  /// of parameters bring to `q` is `forEachParametricCost`.
  mutating func add(_ square: Square) {
    let w = square.weight
    for (row, constant) in square.constants.enumerated() where constant != 0 {
      add(constant: w * constant * constant, times: square.parameter)
      for term in square.terms[square.starts[row]..<square.starts[row + 1]] {
        add(2 * w * constant * term.coefficient, variable: term.variable, times: square.parameter)
      }
    }
    if !square.parametric.isEmpty { offset.add(parametricSquare: square) }
    squares.append(square)
  }

  /// Calls `body(parameter, coefficient, variable)` for every term of `q` that comes of a constant of a square.
  func forEachParametricCost(_ body: (Int, Double, Int) -> Void) {
    for square in squares {
      for (row, parameter, value) in square.parametric {
        let factor = 2 * square.weight * value
        for k in square.starts[row]..<square.starts[row + 1] {
          body(parameter, factor * square.terms[k].coefficient, square.terms[k].variable)
        }
      }
    }
  }

  func forEachVariable(_ body: (Int) -> Void) {
    for term in linear { body(term.variable) }
    for square in squares { for term in square.terms { body(term.variable) } }
    for form in forms { form.variables.forEach(body) }
  }

  /// The upper triangle of `P` that belongs to each parameter, with `nil` for no parameter.
  func quadratic(columns: (Int) -> Int, count n: Int) -> [(parameter: Int?, matrix: SparseMatrix)] {
    let parameters = Set(squares.map(\.parameter) + forms.map(\.parameter))
    return parameters.sorted { ($0 ?? -1) < ($1 ?? -1) }.map { parameter in
      var rows = 0
      var entries: [SparseMatrix.Entry] = []
      for square in squares where square.parameter == parameter {
        let root = square.weight.squareRoot()
        for row in 0..<square.starts.count - 1 {
          for term in square.terms[square.starts[row]..<square.starts[row + 1]] {
            entries.append(SparseMatrix.Entry(rows, columns(term.variable), root * term.coefficient))
          }
          rows += 1
        }
      }
      let gram = doubledGram(SparseMatrix(rows: rows, columns: n, entries: entries))
      var upper: [SparseMatrix.Entry] = []
      for form in forms where form.parameter == parameter {
        for entry in form.matrix.entries {
          let (i, j) = (columns(form.variables[entry.row]), columns(form.variables[entry.column]))
          upper.append(SparseMatrix.Entry(Swift.min(i, j), Swift.max(i, j), 2 * form.weight * entry.value))
        }
      }
      if upper.isEmpty { return (parameter, gram) }
      return (parameter, SparseMatrix(rows: n, columns: n, entries: gram.entries + upper))
    }
  }
}

/// The constant of an objective, as it depends on parameters.
struct ParametricOffset: Sendable {
  fileprivate struct Residual: Sendable {
    let weight: Double
    let constants: [Double]
    let parametric: [(row: Int, parameter: Int, value: Double)]
  }

  fileprivate(set) var terms: [(value: Double, parameter: Int?)] = []
  private var residuals: [Residual] = []

  fileprivate mutating func add(parametricSquare square: QuadraticObjective.Square) {
    residuals.append(Residual(weight: square.weight, constants: square.constants, parametric: square.parametric))
  }

  func value(at parameters: [Double]) -> Double {
    var total = terms.reduce(0) { $0 + $1.value * ($1.parameter.map { parameters[$0] } ?? 1) }
    for residual in residuals {
      var row = residual.constants
      for (i, parameter, value) in residual.parametric { row[i] += value * parameters[parameter] }
      // The squares of the plain constants are among the terms already.
      for (value, plain) in zip(row, residual.constants) { total += residual.weight * (value * value - plain * plain) }
    }
    return total
  }
}
