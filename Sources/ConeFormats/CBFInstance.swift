/// A program as a CBF file states it, with scalar variables `x`, symmetric matrix variables `Xⱼ ⪰ 0` and
///
///     minimize or maximize    Σⱼ ⟨F⁰ⱼ, Xⱼ⟩ + aᵀx + β
///     subject to              gᵢ = Σⱼ ⟨Fᵢⱼ, Xⱼ⟩ + aᵢᵀx + bᵢ,   g ∈ K_CON
///                             Gᵢ = Σⱼ xⱼHᵢⱼ + Dᵢ ⪰ 0
///                             x ∈ K_VAR
///
/// Indices are zero-based, as in the file. Symmetric matrices are held by triangle position (`trianglePosition`), their
/// entries as in the file.
struct CBFInstance {
  var objectiveSense = ObjectiveSense.minimize
  /// β.
  var objectiveConstant = 0.0
  /// `K_VAR`, in the order of `x`.
  var variableCones = CBFConeList()
  /// `K_CON`, in the order of `g`.
  var constraintCones = CBFConeList()
  /// The orders of `X`.
  var matrixVariables = MatrixList()
  /// The orders of `G`.
  var matrixConstraints = MatrixList()
  /// `a` (OBJACOORD).
  var objective = CoordinateVector()
  /// `F⁰` over the stacked triangles of `X` (OBJFCOORD).
  var matrixObjective = CoordinateVector()
  /// `aᵢ` as rows over `x` (ACOORD).
  var constraints = CoordinateList()
  /// `Fᵢ` as rows over the stacked triangles of `X` (FCOORD).
  var matrixCoefficients = CoordinateList()
  /// `bᵢ` (BCOORD).
  var constants = CoordinateVector()
  /// `H` as stacked triangles of `G` over `x` (HCOORD).
  var matrixConstraintCoefficients = CoordinateList()
  /// `D` over the stacked triangles of `G` (DCOORD).
  var matrixConstants = CoordinateVector()
}

/// The cones of CBF that this package solves.
enum CBFCone: String, CaseIterable {
  /// `ℝⁿ`: no restriction.
  case free = "F"
  /// `ℝⁿ₊`.
  case positive = "L+"
  /// `ℝⁿ₋`.
  case negative = "L-"
  /// `{0}ⁿ`.
  case zero = "L="
  /// `{(t, v) : t ≥ ‖v‖₂}`.
  case quadratic = "Q"
  /// `{(t, u, v) : 2tu ≥ ‖v‖₂², t ≥ 0, u ≥ 0}`.
  case rotatedQuadratic = "QR"

  /// The least dimension at which the definition makes sense.
  var leastDimension: Int {
    switch self {
    case .free, .positive, .negative, .zero: 0
    case .quadratic: 1
    case .rotatedQuadratic: 2
    }
  }
}

/// A product of cones.
struct CBFConeList {
  private(set) var cones: [(cone: CBFCone, dimension: Int)] = []
  /// Sum of the dimensions.
  private(set) var dimension = 0

  /// - Parameter dimension: such that the sum stays within `SizeLimit`.
  mutating func append(_ cone: CBFCone, dimension: Int) {
    cones.append((cone, dimension))
    self.dimension += dimension
  }
}

/// Symmetric matrices and the offsets of their triangles in one stacked vector.
struct MatrixList {
  private(set) var orders: [Int] = []
  private(set) var offsets: [Int] = []
  /// Entries of all triangles.
  private(set) var dimension = 0

  /// - Parameter order: such that the sum of triangles stays within `SizeLimit`.
  mutating func append(order: Int) {
    orders.append(order)
    offsets.append(dimension)
    dimension += order * (order + 1) / 2
  }
}
