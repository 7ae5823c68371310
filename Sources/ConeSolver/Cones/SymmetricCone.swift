import LinearAlgebra

/// One cone block as the algorithm sees it: a fixed set of operators around the Nesterov–Todd scaling.
///
/// For interior `s, z` the NT scaling is the linear map `W` with
///
///     λ = W z = W⁻ᵀ s,      H = WᵀW,      H z = s.
///
/// `e` is the identity of the cone's Jordan algebra, `∘` its product. Linearising the centrality condition
/// `λ ∘ λ = σμ e` in the scaled space gives `H(Δz + ζ) + Δs = 0`, where
///
///     affine step:    ζ = z
///     combined step:  ζ = z + W⁻¹(λ \ ((W⁻ᵀΔsₐ) ∘ (W Δzₐ) − σμ e))
///
/// with `λ \ v` the solution `u` of `λ ∘ u = v` (Vandenberghe, "The CVXOPT linear and quadratic cone program solvers",
/// 2010; Goulart & Chen, "Clarabel: An interior-point solver for conic programs with quadratic objectives", 2024).
///
/// Views passed in hold the rows of this block only. Cones offer operators; which part of `H` or `H⁻¹` is formed, and how,
/// is a KKT strategy's business. Each cone file keeps the order of methods below.
protocol SymmetricCone: AnyObject {
  /// The block's rows in `s` and `z`.
  var rows: Range<Int> { get }
  /// Barrier degree, the `ν` in `μ = (sᵀz + τκ)/(ν + 1)`.
  var degree: Int { get }

  /// `max {t : v − t e ∈ K}`: positive in the interior, `−` how far `v` is outside otherwise.
  func margin(_ v: VectorView) -> Double
  /// `v ← v + t e`.
  func addIdentity(_ t: Double, to v: VectorView)

  /// `W = I`.
  func setIdentityScaling()
  /// Computes `W` and `λ` at interior `s, z`; false when either is not numerically interior.
  func updateScaling(s: VectorView, z: VectorView) -> Bool

  /// `y ← H x`.
  func applyH(_ x: VectorView, into y: VectorView)
  /// `y ← H⁻¹ x`. Not offered by the zero cone, whose `H` is zero.
  func applyHInverse(_ x: VectorView, into y: VectorView)

  /// `v ← Qᵀv` and `v ← Qv` for an orthogonal `Q`, the frame in which rounding does `H` the least harm; see `SecondOrderFrame`.
  func enterFrame(_ v: VectorView)
  func leaveFrame(_ v: VectorView)
  /// `y ← QᵀHQ x`.
  func applyFramedH(_ x: VectorView, into y: VectorView)

  /// `ζ ← z + W⁻¹(λ \ ((W⁻ᵀΔs) ∘ (W Δz) − σμ e))`.
  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView)
  /// The largest `α ≤ limit` with `s + αΔs ∈ K` and `z + αΔz ∈ K*`.
  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double
}

extension SymmetricCone {
  func enterFrame(_ v: VectorView) {}
  func leaveFrame(_ v: VectorView) {}
  func applyFramedH(_ x: VectorView, into y: VectorView) { applyH(x, into: y) }
}

extension Cone {
  /// The operators of this cone for the given rows. One-dimensional cones other than `{0}` are all the half line.
  func makeOperators(rows: Range<Int>, direction: SemidefiniteDirection = .nesterovTodd) -> any SymmetricCone {
    switch self {
    case .zero: ZeroCone(rows: rows)
    case .nonnegative, .secondOrder(1), .positiveSemidefinite(order: 1): NonnegativeCone(rows: rows)
    case .secondOrder(let d): SecondOrderBlock(dimensions: d == 0 ? [] : [d], firstRow: rows.lowerBound)
    case .positiveSemidefinite(let order):
      switch direction {
      case .nesterovTodd: PositiveSemidefiniteCone(order: order, rows: rows)
      case .hkm, .completed: HKMSemidefiniteCone(order: order, rows: rows)
      }
    }
  }
}

extension ConicProblem {
  /// The operators of all cones that have rows, in row order; consecutive second-order cones are one block.
  func makeConeOperators(direction: SemidefiniteDirection = .nesterovTodd) -> [any SymmetricCone] {
    let chordal = direction == .completed ? chordalPatterns : [:]
    var list: [any SymmetricCone] = []
    var row = 0
    var secondOrder: [Int] = []
    func endBlock() {
      if !secondOrder.isEmpty { list.append(SecondOrderBlock(dimensions: secondOrder, firstRow: row - secondOrder.reduce(0, +))) }
      secondOrder = []
    }
    for cone in cones where cone.dimension > 0 {
      if case .secondOrder(2...) = cone {
        secondOrder.append(cone.dimension)
      } else {
        endBlock()
        let rows = row..<row + cone.dimension
        list.append(chordal[row].map { ChordalSemidefiniteCone($0, rows: rows) } ?? cone.makeOperators(rows: rows, direction: direction))
      }
      row += cone.dimension
    }
    endBlock()
    return list
  }
}
