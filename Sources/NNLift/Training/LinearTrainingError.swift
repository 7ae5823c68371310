/// A fault in a training problem of linear networks.
public enum LinearTrainingError: Error, Sendable, Equatable {
  case empty(matrix: String)
  case shapesDiffer(matrix: String, rows: Int, columns: Int, expectedRows: Int, expectedColumns: Int)
  /// Zero-based place of a NaN or infinity.
  case notFinite(matrix: String, row: Int, column: Int, value: Double)
  case negativeWeight(row: Int, column: Int, value: Double)
  case invalidWidth(layer: Int, width: Int)
  case invalidWeightDecay(Double)
  case tooShallow(Int)
  case tooFewBranches(given: Int, needed: Int)
  /// `XM = Y` has no solution of the rank that the widths allow.
  case notInterpolating(residual: Double, rank: Int)
  /// A formulation was asked for beyond what it states.
  case unsupported(formulation: String, reason: String)
}

extension LinearTrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let matrix): "\(matrix) is empty; give at least one row and one column"
    case .shapesDiffer(let matrix, let rows, let columns, let expectedRows, let expectedColumns):
      "\(matrix) is \(rows) × \(columns); it must be \(expectedRows) × \(expectedColumns)"
    case .notFinite(let matrix, let row, let column, let value):
      "\(matrix) has \(value) at row \(row), column \(column); every entry must be a finite number"
    case .negativeWeight(let row, let column, let value):
      "the weight of row \(row), column \(column) is \(value); weights are zero or more"
    case .invalidWidth(let layer, let width): "layer \(layer) has width \(width); a layer has at least one unit"
    case .invalidWeightDecay(let value): "the weight decay is \(value); it must be a finite number, zero or more"
    case .tooShallow(let depth): "parallel branches have \(depth) layers; the penalty needs two or more"
    case .tooFewBranches(let given, let needed):
      "\(given) parallel branches are fewer than min(inputs, outputs) = \(needed); with fewer the nuclear norm is only a bound"
    case .notInterpolating(let residual, let rank):
      "no network of rank \(rank) interpolates: the best leaves a residual of \(residual); train with weight decay instead"
    case .unsupported(let formulation, let reason): "\(formulation) does not apply: \(reason)"
    }
  }
}
