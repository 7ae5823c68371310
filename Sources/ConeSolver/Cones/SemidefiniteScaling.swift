import LinearAlgebra

/// A semidefinite cone whose operator is `H⁻¹(V) = ½(L V R + R V L)` for two positive definite matrices `L`, `R`.
protocol SemidefiniteScaling: SymmetricCone {
  /// Order of the matrices.
  var order: Int { get }
  /// `L` and `R`, full symmetric, with row `i` of the cone's matrices at `place(of: i)`.
  var left: VectorView { get }
  var right: VectorView { get }
  func place(of index: Int) -> Int
  /// Seconds that one iteration's operations are forecast to take, without the linear system.
  var forecast: Double { get }
}

extension SemidefiniteScaling {
  var degree: Int { order }

  func place(of index: Int) -> Int { index }

  var forecast: Double { Cone.semidefiniteForecast(order: order) }

  func margin(_ v: VectorView) -> Double {
    guard order > 0 else { return .infinity }
    let arena = Arena()
    let matrix = arena.vector(order * order)
    TriangleLayout.unpack(v, into: matrix, order: order)
    let eigensolver = SymmetricEigensolver(order: order, vectors: false)
    return eigensolver.decompose(matrix) ? eigensolver.eigenvalues[0] : -.infinity
  }

  func addIdentity(_ t: Double, to v: VectorView) {
    for i in 0..<order { v[TriangleLayout.diagonal(i)] += t }
  }
}

/// Which linearisation of complementarity semidefinite cones use; on the other cones there is one only.
enum SemidefiniteDirection {
  /// `H` and `H⁻¹` are congruences.
  case nesterovTodd
  /// Cheaper, with `H⁻¹` alone explicit.
  case hkm
  /// HKM's, on sparse cones with completed matrices where that is forecast to be cheaper still.
  case completed
}

extension Cone {
  /// Seconds that the dense factorisations, decompositions and products of one iteration take.
  static func semidefiniteForecast(order k: Int) -> Double {
    Tuning.semidefiniteOperations * Double(k) * Double(k) * Double(k) * Tuning.denseFlop
  }
}
