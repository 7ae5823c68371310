import ConeFormats
import ConeSolver

/// Tiny programs with known answers, as files.
enum Programs {
  /// `minimize x₁ + x₂` with `[x₁ 1; 1 x₂] ⪰ 0`: the optimum is `x = (1, 1)` with value 2 and `Z = [1 −1; −1 1]`.
  static let solvable = """
    2
    1
    2
    1 1
    0 1 1 2 -1
    1 1 1 1 1
    2 1 2 2 1

    """

  /// `x ≥ 1` and `−x ≥ 0`: `z = (1, 1)` has `Aᵀz = 0` and `bᵀz = −1`.
  static let primalInfeasible = """
    1
    1
    -2
    5
    0 1 1 1 1
    1 1 1 1 1
    1 1 2 2 -1

    """

  /// `minimize −2x` with `x ≥ 0`: `x = 1/2` is a ray with `qᵀx = −1`.
  static let unbounded = """
    1
    1
    -1
    -2
    1 1 1 1 1

    """

  /// `maximize x₁ + 2x₂ + 10` with `x ≥ 0`, `x₁ + x₂ ≤ 4`: 18 at `x = (0, 4)`.
  static let maximization = cbf(constraint: "L- 1", constant: -4)
  /// The same with `x₁ + x₂ ≤ −1`.
  static let infeasibleMaximization = cbf(constraint: "L- 1", constant: 1)
  /// The same with `x₁ + x₂ ≥ 4`.
  static let unboundedMaximization = cbf(constraint: "L+ 1", constant: -4)

  private static func cbf(constraint: String, constant: Int) -> String {
    """
    VER
    1

    OBJSENSE
    MAX

    VAR
    2 1
    L+ 2

    CON
    1 1
    \(constraint)

    OBJACOORD
    2
    0 1
    1 2

    OBJBCOORD
    10

    ACOORD
    2
    0 0 1
    0 1 1

    BCOORD
    1
    0 \(constant)

    """
  }

  /// `minimize ⟨I, X⟩` with `X₁₂ = 1`, `X ⪰ 0` of order 2: the matrix of ones.
  static let matrixVariable = """
    VER
    1

    OBJSENSE
    MIN

    PSDVAR
    1
    2

    CON
    1 1
    L= 1

    OBJFCOORD
    2
    0 0 0 1
    0 1 1 1

    FCOORD
    1
    0 0 1 0 0.5

    BCOORD
    1
    0 -1

    """

  static func read(_ text: String, name: String = "program.dat-s") throws -> ImportedProblem {
    try ConicFile.read(bytes: Array(text.utf8), name: name)
  }
}
