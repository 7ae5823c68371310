import ConeModel

/// Second moments `T = E[wwᵀ]` of a point `(Z, U)` of the complementarity form, and what is linear in them.
///
/// `w = (1, z, u)`: the upper triangle of `Z`, that of `U` off the diagonal, and `δ − 1` coordinates of the diagonal of `U` in an
/// orthonormal basis of the vectors that sum to zero (Helmert's). Entries of `Z`, `U` and `V` are linear forms in `w`, products of
/// two of them linear forms in `T`.
struct ComplementarityMoments {
  /// A linear form in `w`.
  typealias Form = [(index: Int, coefficient: Double)]
  /// A symmetric matrix of linear forms.
  struct FormMatrix {
    let order: Int
    let entries: [Form]
    subscript(i: Int, j: Int) -> Form { entries[i <= j ? j * (j + 1) / 2 + i : i * (i + 1) / 2 + j] }
  }

  let form: ComplementarityForm
  let T: Expression<Symmetric, Affine>
  let Z: FormMatrix
  let U: FormMatrix
  let V: FormMatrix

  init(_ form: ComplementarityForm) {
    self.form = form
    let order = form.order
    let triangle = order * (order + 1) / 2
    let size = 2 * triangle
    T = Model().symmetric("T", order: size, .positiveSemidefinite)
    Z = FormMatrix(order: order, entries: (0..<triangle).map { [(1 + $0, 1)] })
    let share = 1 - Double(form.training.rank) / Double(order)
    var U: [Form] = []
    var V: [Form] = []
    var next = 1 + triangle + order - 1
    for j in 0..<order {
      for _ in 0..<j {
        U.append([(next, 1)])
        V.append([(next, -1)])
        next += 1
      }
      // Helmert's basis: b_k has k entries 1/√(k(k + 1)), then −k/√(k(k + 1)), then zeros.
      let traceless = (max(j, 1)..<order).map { k in
        let norm = Double(k * (k + 1)).squareRoot()
        return (index: triangle + k, coefficient: (k == j ? -Double(k) : 1) / norm)
      }
      U.append([(0, share)] + traceless)
      V.append([(0, 1 - share)] + traceless.map { ($0.index, -$0.coefficient) })
    }
    self.U = FormMatrix(order: order, entries: U)
    self.V = FormMatrix(order: order, entries: V)
  }

  /// `E[Z₁₂]`.
  var endToEnd: Expression<Matrix, Affine> {
    let d = form.training.inputDimension
    return matrix(rows: d, columns: form.training.outputDimension) { i, j in T[0, Z[i, d + j][0].index] }
  }

  /// `E[q(Z)]`.
  var objective: Expression<Scalar, Affine> {
    let d = form.training.inputDimension
    let value = vector(count: 1) { rows in
      rows.add(form.constant, to: 0)
      for i in 0..<form.order { rows.add(0.5 * form.decay, T[0, Z[i, i][0].index], to: 0) }
      for k in 0..<form.training.outputDimension {
        for i in 0..<d {
          let m = Z[i, d + k][0].index
          rows.add(-form.slope[i, k], T[0, m], to: 0)
          for j in 0..<d { rows.add(0.5 * form.curvature[k][i, j], T[m, Z[j, d + k][0].index], to: 0) }
        }
      }
    }
    return value[0]
  }

  /// `E[UZ]`, `E[U² − U]`, and `E[g·w]` for each equation on the product: zero.
  var equations: Expression<Vector, Affine> {
    let order = form.order
    let pairs = (0..<order).flatMap { j in (0..<order).map { ($0, j) } }
    let triangle = pairs.filter { $0.0 <= $0.1 }
    let products = form.training.constraints.filter { $0.relation == .equal }.map(self.form(of:))
    let size = T.order
    return vector(count: pairs.count + triangle.count + products.count * size) { rows in
      for (row, (i, j)) in pairs.enumerated() {
        for k in 0..<order { add(1, U[i, k], Z[k, j], to: row, of: &rows) }
      }
      for (k, (i, j)) in triangle.enumerated() {
        for l in 0..<order { add(-1, U[i, l], V[l, j], to: pairs.count + k, of: &rows) }
      }
      for (k, product) in products.enumerated() {
        for i in 0..<size {
          add(1, product, [(i, 1)], to: pairs.count + triangle.count + k * size + i, of: &rows)
        }
      }
    }
  }

  /// The Kronecker blocks, and the blocks of the inequalities on the product.
  @ConstraintBuilder var localizing: Constraints {
    for P in [Z, U, V] {
      tensorSquare(P, sign: 1).isPositiveSemidefinite
      tensorSquare(P, sign: -1).isPositiveSemidefinite
    }
    kronecker(Z, V).isPositiveSemidefinite
    congruence(offIdentity, kronecker(Z, U)).isPositiveSemidefinite
    congruence(offIdentity, kronecker(U, V)).isPositiveSemidefinite
    let inequalities = form.training.constraints.filter { $0.relation != .equal }.map(self.form(of:))
    for g in inequalities {
      for P in [Z, U, V] { mean(P, times: g).isPositiveSemidefinite }
    }
    let pairs = inequalities.indices.flatMap { j in (0...j).map { (inequalities[$0], inequalities[j]) } }
    if !pairs.isEmpty {
      vector(count: pairs.count) { rows in
        for (row, (g, h)) in pairs.enumerated() { add(1, g, h, to: row, of: &rows) }
      } >= 0
    }
  }

  /// `E[P]`, or `E[gP]`.
  func mean(_ P: FormMatrix, times g: Form = [(0, 1)]) -> Expression<Symmetric, Affine> {
    symmetric(P.order) { i, j, row, rows in add(1, g, P[i, j], to: row, of: &rows) }
  }

  /// `E[P ⊗ Q]`, order `δ²`, index `(a, b)` at `aδ + b`.
  private func kronecker(_ P: FormMatrix, _ Q: FormMatrix) -> Expression<Symmetric, Affine> {
    let n = P.order
    return symmetric(n * n) { i, j, row, rows in add(1, P[i / n, j / n], Q[i % n, j % n], to: row, of: &rows) }
  }

  /// `E[P ⊗ P]` on `(e_a ⊗ e_b ± e_b ⊗ e_a)/√2`, `a < b`, and with `+` on `e_a ⊗ e_a`.
  private func tensorSquare(_ P: FormMatrix, sign: Double) -> Expression<Symmetric, Affine> {
    let pairs = (0..<P.order).flatMap { b in (0..<(sign > 0 ? b + 1 : b)).map { ($0, b) } }
    return symmetric(pairs.count) { i, j, row, rows in
      let ((a, b), (c, d)) = (pairs[i], pairs[j])
      let scale = (a == b ? 0.5.squareRoot() : 1) * (c == d ? 0.5.squareRoot() : 1)
      add(scale, P[a, c], P[b, d], to: row, of: &rows)
      add(sign * scale, P[a, d], P[b, c], to: row, of: &rows)
    }
  }

  /// An orthonormal basis, as rows, of the complement of `vec I`.
  private var offIdentity: Constant<Matrix> {
    let n = form.order
    var rows: [[Double]] = []
    for a in 0..<n {
      for b in 0..<n where a != b {
        rows.append((0..<n * n).map { $0 == a * n + b ? 1 : 0 })
      }
    }
    for k in 1..<n {
      let norm = Double(k * (k + 1)).squareRoot()
      rows.append((0..<n * n).map { place in
        guard place / n == place % n, place / n <= k else { return 0 }
        return (place / n == k ? -Double(k) : 1) / norm
      })
    }
    return Constant(rows)
  }

  /// `±(⟨A, Z₁₂⟩ − b)`, nonnegative on feasible points.
  private func form(of constraint: ProductConstraint) -> Form {
    let d = form.training.inputDimension
    let sign = constraint.relation == .atMost ? -1.0 : 1.0
    let A = constraint.coefficients
    let terms = (0..<A.columns).flatMap { k in (0..<d).map { (index: Z[$0, d + k][0].index, coefficient: sign * A[$0, k]) } }
    return [(0, -sign * constraint.bound)] + terms.filter { $0.coefficient != 0 }
  }

  /// Adds `coefficient · E[fg]` to a row.
  private func add(_ coefficient: Double, _ f: Form, _ g: Form, to row: Int, of rows: inout RowBuilder) {
    for (i, a) in f {
      for (j, b) in g { rows.add(coefficient * a * b, T[i, j], to: row) }
    }
  }

  private func symmetric(
    _ order: Int, _ write: (_ i: Int, _ j: Int, _ row: Int, _ rows: inout RowBuilder) -> Void
  ) -> Expression<Symmetric, Affine> {
    let entries = vector(count: order * (order + 1) / 2) { rows in
      for j in 0..<order {
        for i in 0...j { write(i, j, j * (j + 1) / 2 + i, &rows) }
      }
    }
    return ConeModel.symmetric(order: order) { i, j in entries[j * (j + 1) / 2 + i] }
  }
}
