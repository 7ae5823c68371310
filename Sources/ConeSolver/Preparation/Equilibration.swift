import Foundation
import LinearAlgebra

/// The scaled program that the algorithm sees, and the way back.
///
/// With positive diagonal `D`, `E` (constant over each second-order and PSD cone, so that cones are kept) and positive
/// scalars `c`, `σ`:
///
///     P̂ = c D P D,  q̂ = c σ D q,  Â = E A D,  b̂ = σ E b
///     x = D x̂/σ,    s = E⁻¹ŝ/σ,    z = E ẑ/(c σ)
///
/// `D` and `E` come from Ruiz's iteration on `[P Aᵀ; A 0]` in the ∞-norm (D. Ruiz, RAL-TR-2001-034); `c` brings the cost
/// and `σ` the typical right-hand side to unit size (SCS takes the largest one: O'Donoghue 2021, section 5).
struct Equilibration {
  /// The scaled program.
  let problem: ConicProblem
  /// Diagonal of `D`.
  let D: [Double]
  /// Diagonal of `E`.
  let E: [Double]
  let costScale: Double
  let rightHandScale: Double

  /// - Parameter objectiveUnit: multiplies `c`.
  init(_ original: ConicProblem, objectiveUnit: Double = 1) {
    var P = original.P
    var A = original.A
    let n = original.variableCount
    let m = original.rowCount
    var D = [Double](repeating: 1, count: n)
    var E = [Double](repeating: 1, count: m)
    let range = Tuning.scalingRange
    var columnFactor = D
    var rowFactor = E

    for _ in 0..<Tuning.ruizPasses {
      var columnNorm = [Double](repeating: 0, count: n)
      var rowNorm = [Double](repeating: 0, count: m)
      for j in 0..<n {
        for k in A.columnPointers[j]..<A.columnPointers[j + 1] {
          let a = abs(A.values[k])
          columnNorm[j] = max(columnNorm[j], a)
          rowNorm[A.rowIndices[k]] = max(rowNorm[A.rowIndices[k]], a)
        }
        for k in P.columnPointers[j]..<P.columnPointers[j + 1] {
          let a = abs(P.values[k])
          columnNorm[j] = max(columnNorm[j], a)
          columnNorm[P.rowIndices[k]] = max(columnNorm[P.rowIndices[k]], a)
        }
      }
      Self.shareOverCones(&rowNorm, original.cones)
      for j in 0..<n { columnFactor[j] = Self.factor(columnNorm[j], current: D[j], range) }
      for i in 0..<m { rowFactor[i] = Self.factor(rowNorm[i], current: E[i], range) }
      for j in 0..<n {
        D[j] *= columnFactor[j]
        for k in A.columnPointers[j]..<A.columnPointers[j + 1] {
          A.values[k] *= columnFactor[j] * rowFactor[A.rowIndices[k]]
        }
        for k in P.columnPointers[j]..<P.columnPointers[j + 1] {
          P.values[k] *= columnFactor[j] * columnFactor[P.rowIndices[k]]
        }
      }
      for i in 0..<m { E[i] *= rowFactor[i] }
    }

    var qNorm = 0.0
    var pNorm = 0.0
    for j in 0..<n { qNorm = max(qNorm, abs(original.q[j] * D[j])) }
    let bSize = Self.typicalSize((0..<m).map { original.b[$0] * E[$0] })
    for value in P.values { pNorm = max(pNorm, abs(value)) }
    let scalarRange = Tuning.scalarScalingRange
    let sigma = bSize > 0 ? min(max(1 / bSize, scalarRange.lowerBound), scalarRange.upperBound) : 1
    let cost = max(pNorm, sigma * qNorm)
    let c = (cost > 0 ? min(max(1 / cost, scalarRange.lowerBound), scalarRange.upperBound) : 1) * objectiveUnit
    for k in 0..<P.nonzeros { P.values[k] *= c }
    problem = ConicProblem(
      P: P, q: (0..<n).map { c * sigma * D[$0] * original.q[$0] }, A: A,
      b: (0..<m).map { sigma * E[$0] * original.b[$0] }, cones: original.cones)
    self.D = D
    self.E = E
    costScale = c
    rightHandScale = sigma
  }

  /// The geometric mean of the nonzero moduli, or a small fraction of the largest one if that is more: a few large right-hand sides
  /// must not make the others vanish.
  private static func typicalSize(_ values: [Double]) -> Double {
    let nonzero = values.filter { $0 != 0 }
    guard !nonzero.isEmpty else { return 0 }
    let mean = exp(nonzero.reduce(0) { $0 + log(abs($1)) } / Double(nonzero.count))
    return max(mean, Tuning.typicalFraction * nonzero.largestModulus)
  }

  /// `1/√norm`, keeping the accumulated scaling within `range`; an empty row or column stays.
  private static func factor(_ norm: Double, current: Double, _ range: ClosedRange<Double>) -> Double {
    guard norm > 0 else { return 1 }
    let wanted = current / norm.squareRoot()
    return min(max(wanted, range.lowerBound), range.upperBound) / current
  }

  /// Gives every row of a second-order or PSD cone the largest norm among them.
  private static func shareOverCones(_ norm: inout [Double], _ cones: [Cone]) {
    var row = 0
    for cone in cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .zero, .nonnegative: continue
      case .secondOrder, .positiveSemidefinite:
        var largest = 0.0
        for i in rows { largest = max(largest, norm[i]) }
        for i in rows { norm[i] = largest }
      }
    }
  }

  // MARK: The way back

  /// `x = D x̂/(σ t)`.
  func restoreX(_ x: VectorView, divisor t: Double) -> [Double] {
    D.indices.map { D[$0] * x[$0] / (rightHandScale * t) }
  }

  /// `s = E⁻¹ŝ/(σ t)`.
  func restoreS(_ s: VectorView, divisor t: Double) -> [Double] {
    E.indices.map { s[$0] / (E[$0] * rightHandScale * t) }
  }

  /// `z = E ẑ/(c σ t)`.
  func restoreZ(_ z: VectorView, divisor t: Double) -> [Double] {
    E.indices.map { E[$0] * z[$0] / (costScale * rightHandScale * t) }
  }
}
