import ConeModel

/// Coordinates `z` of input weights `u = Bz` in which a lift is written.
///
/// `B` is the orthonormal basis of the row space of `X` where the norm of weight decay does not change under rotations: then
/// `‖u‖ = ‖z‖` and `z` has `r = rank X` entries. For `InputNorm.l1` and for a free bias it is the identity.
struct WeightCoordinates: Sendable {
  let training: ReLUTraining
  let reduction: DataReduction
  /// `XB`, a row for every row of `X`.
  let inputs: DenseMatrix
  private let isReduced: Bool

  init(_ training: ReLUTraining, _ reduction: DataReduction) {
    self.training = training
    self.reduction = reduction
    isReduced = training.terms.inputNorm == .l2 && training.bias != .free
    inputs = isReduced ? DenseKernels.product(training.X, reduction.Q) : training.X
  }

  /// Entries of `z`.
  var count: Int { inputs.columns }
  /// The entries that weight decay measures: all but that of a free bias.
  var measured: Range<Int> { (training.bias == .free ? 1 : 0)..<count }

  /// `u = Bz`.
  func weights(_ z: [Double]) -> [Double] { isReduced ? reduction.expand(z) : z }

  /// The row `a` with `aᵀz = x̂ᵀw` for a normal `x̂` in the coordinates `w = Qᵀu` of arrangements.
  func row(_ normal: [Double]) -> [Double] { isReduced ? normal : reduction.expand(normal) }

  /// `‖u‖` as weight decay measures it.
  func norm(_ z: AffineVector) -> ConvexScalar {
    let part = z[measured]
    return training.terms.inputNorm == .l2 ? ConeModel.norm(part) : norm1(part)
  }

  /// `Pool[D XB]`, `n × q`, with `D` the selection of active rows; all of them for `nil`.
  func features(active: [Bool]? = nil) -> DenseMatrix {
    var features = DenseMatrix(rows: training.sampleCount, columns: count)
    for a in 0..<count {
      for j in 0..<inputs.rows where active?[j] ?? true { features[j % features.rows, a] += inputs[j, a] }
    }
    return features
  }
}
