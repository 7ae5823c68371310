import ConeModel
import LinearAlgebra

/// A two-layer ReLU training problem after its exact reductions, as the lifts over moments of neurons see it:
///
///     p* = lossConstant + min  ℓ(Σ_k (P₊(X̂w_k)_+ + P₋(−X̂w_k)_+) v_kᵀ, Ŷ) + (γ/2) Σ_k (‖w_k‖² + ‖v_k‖²)
///
/// with the unit directions `X̂`, `g × r`, of `DataReduction`. For squared loss `Ŷ` has the `ρ` columns of `OutputReduction`; every
/// other loss sees each output by itself, and `ρ = c`. Pooling over patches only adds rows of the readouts `P₊`, `P₋`, `n × g`.
struct MomentData: Sendable {
  let training: ReLUTraining
  let reduction: DataReduction
  /// `Ŷ`, `n × ρ`.
  let targets: DenseMatrix
  let lossConstant: Double
  /// `nil` for other losses than the squared one.
  let outputs: OutputReduction?
  /// `P₊`, `P₋` row by row: the groups that a sample reads, with their weights.
  let positive: [[Reading]]
  let negative: [[Reading]]

  struct Reading: Sendable {
    let group: Int
    let weight: Double
  }

  static let scope = TrainingScope(losses: Loss.Kind.allCases, patches: true)

  /// - Throws: `UnsupportedTraining` outside `scope`.
  init(_ training: ReLUTraining, for method: String) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: method)
    self.training = training
    reduction = DataReduction(training.X)
    let n = training.sampleCount
    let positive = Self.pooledRows(of: reduction.positiveReadout, samples: n)
    let negative = Self.pooledRows(of: reduction.negativeReadout, samples: n)
    (self.positive, self.negative) = (positive, negative)
    if training.loss == .squared {
      let silent = (0..<n).filter { positive[$0].isEmpty && negative[$0].isEmpty }
      let outputs = OutputReduction(training.Y, zeroRows: silent)
      self.outputs = outputs
      (targets, lossConstant) = (outputs.Y, outputs.lossConstant)
    } else {
      (outputs, targets, lossConstant) = (nil, training.Y, 0)
    }
  }

  var groupCount: Int { reduction.groupCount }
  var rank: Int { reduction.rank }
  var outputCount: Int { targets.columns }
  var sampleCount: Int { positive.count }
  var weightDecay: Double { training.weightDecay }
  /// `X̂`.
  var directions: DenseMatrix { reduction.directions }

  /// `P₊(X̂w)_+ + P₋(−X̂w)_+`, `n` entries.
  func hiddenOutputs(_ w: [Double]) -> [Double] {
    let p = directions.times(w)
    return (0..<sampleCount).map { j in
      positive[j].reduce(0) { $0 + $1.weight * max(0, p[$1.group]) }
        + negative[j].reduce(0) { $0 + $1.weight * max(0, -p[$1.group]) }
    }
  }

  /// The network whose neurons are `(w_k, v_k)` in reduced coordinates.
  func network(_ neurons: [(w: [Double], v: [Double])]) -> TwoLayerReLUNetwork {
    let reduced = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: neurons.map { reduction.expand($0.w) }, columns: reduction.inputDimension),
      V: DenseMatrix(rowArrays: neurons.map(\.v), columns: outputCount))
    return (outputs?.expand(reduced) ?? reduced).balanced()
  }

  /// `ZBᵀ`: a matrix over the reduced outputs in the user's.
  func expand(_ Z: DenseMatrix) -> DenseMatrix {
    outputs.map { DenseKernels.product(Z, $0.B, transposeB: true) } ?? Z
  }

  /// Row `i` of a pooled readout is the sum of the rows `i`, `n + i`, `2n + i`, … of that of the patches.
  private static func pooledRows(of readout: SparseMatrix, samples n: Int) -> [[Reading]] {
    var weights = [[Int: Double]](repeating: [:], count: n)
    for entry in readout.entries { weights[entry.row % n][entry.column, default: 0] += entry.value }
    return weights.map { row in row.sorted { $0.key < $1.key }.map { Reading(group: $0.key, weight: $0.value) } }
  }
}
