import ConeSolver

/// Whether a file asks for the least or the greatest value of its objective.
public enum ObjectiveSense: String, Sendable, CaseIterable {
  case minimize
  case maximize
}

/// A program read from a file, with what is needed to report its solution in the file's own terms.
///
/// The first `scalarVariableCount` entries of `problem`'s `x` are the scalar variables of the file in order. Then, for
/// every matrix variable of order `k` in order, come its `k(k + 1)/2` entries as they are (unscaled), the upper
/// triangle column by column: 11 12 22 13 23 33.
public struct ImportedProblem: Sendable, Equatable {
  /// The program to solve: always a minimisation, without the objective constant.
  public var problem: ConicProblem
  /// What the file asks for.
  public var objectiveSense: ObjectiveSense
  /// Constant term of the file's objective.
  public var objectiveConstant: Double
  /// The format the file was written in.
  public var format: ConicFileFormat
  /// Scalar variables of the file.
  public var scalarVariableCount: Int
  /// Orders of the symmetric matrix variables of the file (CBF's `PSDVAR`).
  public var matrixVariableOrders: [Int]
  /// Names of the scalar variables; empty where the format has none.
  public var variableNames: [String]
  /// For each row of `problem`, the name of the file's row, or column for a bound, that it comes from; empty where the
  /// format has none.
  public var rowNames: [String]

  public init(
    problem: ConicProblem, objectiveSense: ObjectiveSense, objectiveConstant: Double, format: ConicFileFormat,
    scalarVariableCount: Int, matrixVariableOrders: [Int], variableNames: [String] = [], rowNames: [String] = []
  ) {
    self.problem = problem
    self.objectiveSense = objectiveSense
    self.objectiveConstant = objectiveConstant
    self.format = format
    self.scalarVariableCount = scalarVariableCount
    self.matrixVariableOrders = matrixVariableOrders
    self.variableNames = variableNames
    self.rowNames = rowNames
  }

  /// The file's objective where the solver's is `value`: `±value + constant`, with the minus sign for a maximisation.
  /// The solver's infinities for infeasible programs come out with the sign the file's sense gives them.
  public func fileObjective(ofSolverValue value: Double) -> Double {
    switch objectiveSense {
    case .minimize: value + objectiveConstant
    case .maximize: objectiveConstant - value
    }
  }

  /// The file's scalar variables in a solution `x` of `problem`.
  public func scalarVariables(of x: [Double]) -> [Double] { Array(x.prefix(scalarVariableCount)) }

  /// The file's matrix variables in a solution `x` of `problem`, each a full symmetric `k × k` matrix column by column.
  /// A vector shorter than `problem.variableCount` gives only the matrices that it holds whole.
  public func matrixVariables(of x: [Double]) -> [[Double]] {
    var matrices: [[Double]] = []
    var start = scalarVariableCount
    for order in matrixVariableOrders {
      let end = start + order * (order + 1) / 2
      guard end <= x.count else { break }
      var matrix = [Double](repeating: 0, count: order * order)
      for column in 0..<order {
        for row in 0...column {
          let value = x[start + trianglePosition(row, column)]
          matrix[column * order + row] = value
          matrix[row * order + column] = value
        }
      }
      matrices.append(matrix)
      start = end
    }
    return matrices
  }
}
