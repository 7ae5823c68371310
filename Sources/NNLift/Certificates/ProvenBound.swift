import Foundation

/// A lower bound together with what proves it.
struct ProvenBound {
  let value: Double
  let proof: SDPNNTraining.Proof
  let certificate: ModelFile.Certificate

  /// The multiple of `Z` that `DualBound` would take is applied once and for all, except where the input is zero: those rows
  /// do not enter `κ`, and `Z = Y` is best for them.
  init(sectors Z: DenseMatrix, _ training: ReLUTraining, _ reduction: DataReduction) throws(CertificateError) {
    let first = DualBound(
      Z: Z, Y: training.Y, weightDecay: training.weightDecay, kappa: try KappaBySectors(Z: Z, reduction: reduction).kappa)
    let scaled = Z.scaled(by: first.scale, keeping: training.Y, in: reduction.zeroRows)
    let kappa = try KappaBySectors(Z: scaled, reduction: reduction).kappa
    value = DualBound(Z: scaled, Y: training.Y, weightDecay: training.weightDecay, kappa: kappa).value
    proof = .sectors
    certificate = .sectors(Z: scaled)
  }

  init(dnn raw: DNNCertificate, _ training: ReLUTraining, _ reduction: DataReduction) throws(CertificateError) {
    let first = DualBound(
      Z: raw.Z, Y: training.Y, weightDecay: training.weightDecay, kappa: try raw.provenKappa(for: reduction).kappa)
    var scaled = raw.scaled(by: first.scale)
    scaled.Z = raw.Z.scaled(by: first.scale, keeping: training.Y, in: reduction.zeroRows)
    let proven = try scaled.provenKappa(for: reduction)
    scaled.mu = proven.mu
    value = DualBound(Z: scaled.Z, Y: training.Y, weightDecay: training.weightDecay, kappa: proven.kappa).value
    proof = .doublyNonnegative
    certificate = .dnn(scaled, theta: proven.theta)
  }

  /// From a cover found for `Z` with the bound `θ`: `Z` is scaled so that `κ̂` is just below `γ`, and the claim for the scaled
  /// matrix is proved by `KappaByCones`. `nil` when rounding leaves no room for that.
  init?(
    cones tree: Data, basis: DenseMatrix, theta: Double, Z: DenseMatrix, _ training: ReLUTraining, _ reduction: DataReduction,
    isStopped: () -> Bool = { false }
  ) throws(CertificateError) {
    for margin in Self.margins {
      let factor = training.weightDecay / theta * (1 - margin)
      let scaled = Z.scaled(by: factor, keeping: training.Y, in: reduction.zeroRows)
      let certificate = ConeCertificate(
        Z: scaled, basis: basis, theta: training.weightDecay * (1 - 0.5 * margin), tree: tree)
      let dual = ReducedDual(Z: scaled, reduction: reduction)
      guard try KappaByCones.proves(certificate, dual: dual) else {
        if isStopped() { return nil }
        continue
      }
      value = DualBound(
        Z: scaled, Y: training.Y, weightDecay: training.weightDecay, kappa: dual.userBound(certificate.theta)).value
      proof = .cones
      self.certificate = .cones(certificate)
      return
    }
    return nil
  }

  /// Relative room for rounding that is tried.
  static let margins = [1e-9, 1e-7, 1e-5, 1e-3]
}

extension DenseMatrix {
  /// `factor` times this matrix, with the given rows taken from `other`.
  fileprivate func scaled(by factor: Double, keeping other: DenseMatrix, in rows: [Int]) -> DenseMatrix {
    var result = map { factor * $0 }
    for j in rows {
      for k in 0..<columns { result[j, k] = other[j, k] }
    }
    return result
  }
}

extension DNNCertificate {
  /// All multipliers and `Z` times `factor ≥ 0`: a proof of `factor · κ`.
  fileprivate func scaled(by factor: Double) -> DNNCertificate {
    let times = { (pairs: [PairMultiplier]) in pairs.map { PairMultiplier($0.i, $0.j, factor * $0.value) } }
    return DNNCertificate(
      Z: Z.map { factor * $0 }, alphaAlpha: times(alphaAlpha), betaBeta: times(betaBeta), alphaBeta: times(alphaBeta),
      mu: mu.map { factor * $0 })
  }
}
