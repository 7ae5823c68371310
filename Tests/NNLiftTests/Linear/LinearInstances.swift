import ConeSolver
import TestSupport

@testable import NNLift

/// Training problems of linear networks whose optima independent methods agree on.
enum LinearInstance {
  /// Four samples, three inputs, two outputs: the data of the deep linear reference values.
  static let X = DenseMatrix(
    rowArrays: [[1, 0.3, 0.1], [0.5, 1.2, -0.8], [-0.2, 0.7, 0.9], [0.4, -0.6, 0.2]], columns: 3)
  static let Y = DenseMatrix(rowArrays: [[2, -0.4], [0.3, 1], [1, 0.5], [-0.5, 0.8]], columns: 2)

  /// The instances of the relaxation, `δ = 4`, `r = 1`, with the optimum.
  static let lifted: [(X: DenseMatrix, Y: DenseMatrix, optimum: Double)] = [
    (.identity(2), DenseMatrix(rowArrays: [[2, 0], [0, 1]], columns: 2), 0.5),
    (
      DenseMatrix(rowArrays: [[1, 0], [0.5, 1.2]], columns: 2),
      DenseMatrix(rowArrays: [[2, -0.4], [0.3, 1]], columns: 2), 0.5385127585030873
    ),
    (
      DenseMatrix(rowArrays: [[1, 0.3], [0.5, 1.2], [-0.2, 0.7]], columns: 2),
      DenseMatrix(rowArrays: [[2, -0.4], [0.3, 1], [1, 0.5]], columns: 2), 1.6369416805553323
    ),
  ]

  static func gaussian(_ rows: Int, _ columns: Int, _ random: inout SplitMix64) -> DenseMatrix {
    DenseMatrix(rows: rows, columns: columns, values: random.normals(rows * columns))
  }

  /// A matrix with orthogonal columns of norm `scale`.
  static func whitened(_ rows: Int, _ columns: Int, scale: Double, _ random: inout SplitMix64) -> DenseMatrix {
    let svd = DenseKernels.singularValues(gaussian(rows, columns, &random))!
    return DenseKernels.product(svd.left, svd.right, transposeB: true).map { scale * $0 }
  }

  /// Tolerances for values to be compared to 1e-7.
  static let settings: Settings = {
    var settings = Settings()
    settings.epsAbs = 1e-9
    settings.epsRel = 1e-9
    return settings
  }()
}

/// `|a − b| ≤ tolerance · max(1, |b|)`.
func agree(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool { abs(a - b) <= tolerance * max(1, abs(b)) }
