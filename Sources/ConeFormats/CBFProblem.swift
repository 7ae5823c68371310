import ConeSolver
import LinearAlgebra

/// The way from a CBF instance to `Ax + s = b, s ∈ K`.
///
/// The columns are `x`, then the triangles of the `X`. The rows, in this order, say
///
///     g ∈ K_CON,   Gᵢ ⪰ 0,   x ∈ K_VAR,   Xⱼ ⪰ 0,
///
/// so `s = g` means a row `−a` and a right-hand side `b` for `g = aᵀx + b`. `F` gives no rows; `L-` is `−g ≥ 0`; `QR`
/// turns by 45° into a second-order cone, `(t, u, v) ↦ ((t + u)/√2, (t − u)/√2, v)`, because
/// `2tu = ((t + u)² − (t − u)²)/2`. Neighbouring linear cones of one kind become one cone.
extension CBFInstance {
  func imported() -> ImportedProblem {
    var rows = ConicRows()
    let constraintPlaces = rows.append(constraintCones)
    let matrixConstraintStart = rows.append(matrixConstraints)
    let variablePlaces = rows.append(variableCones)
    let matrixVariableStart = rows.append(matrixVariables)

    var map = AffineMap(rowCount: rows.count)
    map.reserve(constraints.count + matrixCoefficients.count + variablePlaces.count + matrixVariables.dimension)
    addConstraints(to: &map, at: constraintPlaces)
    addMatrixConstraints(to: &map, from: matrixConstraintStart)
    for (j, place) in variablePlaces.enumerated() { map.add(coefficient: 1, column: j, at: place) }
    matrixVariables.forEachEntry { position, isDiagonal in
      map.add(
        coefficient: isDiagonal ? 1 : 2.0.squareRoot(), column: scalarCount + position,
        at: RowPlace(row: matrixVariableStart + position, role: .plain))
    }

    let columnCount = scalarCount + matrixVariables.dimension
    let problem = ConicProblem(
      q: minimizedObjective(), A: SparseMatrix(rows: rows.count, columns: columnCount, entries: map.entries), b: map.b,
      cones: rows.cones)
    return ImportedProblem(
      problem: problem, objectiveSense: objectiveSense, objectiveConstant: objectiveConstant, format: .cbf,
      scalarVariableCount: scalarCount, matrixVariableOrders: matrixVariables.orders)
  }

  private var scalarCount: Int { variableCones.dimension }

  /// The objective over all columns, its sign turned for a maximisation.
  private func minimizedObjective() -> [Double] {
    var q = [Double](repeating: 0, count: scalarCount + matrixVariables.dimension)
    let sign = objectiveSense == .minimize ? 1.0 : -1.0
    for (j, value) in zip(objective.indices, objective.values) { q[j] = sign * value }
    if matrixObjective.indices.isEmpty { return q }
    let weights = matrixVariables.innerProductWeights()
    for (position, value) in zip(matrixObjective.indices, matrixObjective.values) {
      q[scalarCount + position] = sign * value * weights[position]
    }
    return q
  }

  /// `g = Ax + F(X) + b`.
  private func addConstraints(to map: inout AffineMap, at places: [RowPlace]) {
    for k in 0..<constraints.count {
      map.add(coefficient: constraints.values[k], column: constraints.columns[k], at: places[constraints.rows[k]])
    }
    for (i, value) in zip(constants.indices, constants.values) { map.add(constant: value, at: places[i]) }
    if matrixCoefficients.count == 0 { return }
    let weights = matrixVariables.innerProductWeights()
    for k in 0..<matrixCoefficients.count {
      let position = matrixCoefficients.columns[k]
      map.add(
        coefficient: matrixCoefficients.values[k] * weights[position], column: scalarCount + position,
        at: places[matrixCoefficients.rows[k]])
    }
  }

  /// `svec G = Σ xⱼ svec Hⱼ + svec D`.
  private func addMatrixConstraints(to map: inout AffineMap, from start: Int) {
    if matrixConstraints.dimension == 0 { return }
    let scale = matrixConstraints.vectorScale()
    let list = matrixConstraintCoefficients
    for k in 0..<list.count {
      let place = RowPlace(row: start + list.rows[k], role: .plain)
      map.add(coefficient: list.values[k] * scale[list.rows[k]], column: list.columns[k], at: place)
    }
    for (position, value) in zip(matrixConstants.indices, matrixConstants.values) {
      map.add(constant: value * scale[position], at: RowPlace(row: start + position, role: .plain))
    }
  }
}

extension MatrixList {
  /// Calls `body` with every position of the stacked triangles and whether it lies on a diagonal.
  func forEachEntry(_ body: (_ position: Int, _ isDiagonal: Bool) -> Void) {
    var position = 0
    for order in orders {
      for column in 0..<order {
        for row in 0...column {
          body(position, row == column)
          position += 1
        }
      }
    }
  }

  /// `⟨F, X⟩ = Σ weight · F · X` over a triangle: off-diagonal entries count twice.
  fileprivate func innerProductWeights() -> [Double] {
    var weights = [Double](repeating: 2, count: dimension)
    forEachEntry { position, isDiagonal in if isDiagonal { weights[position] = 1 } }
    return weights
  }

  /// `svec` over a triangle: off-diagonal entries times √2.
  fileprivate func vectorScale() -> [Double] {
    var scale = [Double](repeating: 2.0.squareRoot(), count: dimension)
    forEachEntry { position, isDiagonal in if isDiagonal { scale[position] = 1 } }
    return scale
  }
}

/// Where an affine expression of the file goes among the rows of `s`.
struct RowPlace {
  enum Role {
    /// No restriction, no row.
    case none
    /// `s = g`.
    case plain
    /// `s = −g`.
    case negated
    /// The first of a rotated cone: `g/√2` to `row` and `g/√2` to the next.
    case rotatedFirst
    /// The second of a rotated cone: `g/√2` to `row` and `−g/√2` to the next.
    case rotatedSecond
  }

  var row: Int
  var role: Role
}

/// The cones of `s` as they accumulate.
struct ConicRows {
  private(set) var cones: [Cone] = []
  private(set) var count = 0

  /// Appends a product of cones and gives the place of each of its expressions.
  mutating func append(_ list: CBFConeList) -> [RowPlace] {
    var places: [RowPlace] = []
    places.reserveCapacity(list.dimension)
    for (cone, dimension) in list.cones where dimension > 0 {
      let start = count
      let plain = (0..<dimension).lazy.map { RowPlace(row: start + $0, role: .plain) }
      switch cone {
      case .free:
        places.append(contentsOf: repeatElement(RowPlace(row: 0, role: .none), count: dimension))
        continue
      case .positive, .zero, .quadratic:
        places.append(contentsOf: plain)
      case .negative:
        places.append(contentsOf: plain.map { RowPlace(row: $0.row, role: .negated) })
      case .rotatedQuadratic:
        places.append(RowPlace(row: start, role: .rotatedFirst))
        places.append(RowPlace(row: start, role: .rotatedSecond))
        places.append(contentsOf: plain.dropFirst(2))
      }
      appendCone(cone, dimension: dimension)
    }
    return places
  }

  /// Appends semidefinite cones for the matrices and gives the first row.
  mutating func append(_ matrices: MatrixList) -> Int {
    let start = count
    for order in matrices.orders { cones.append(.positiveSemidefinite(order: order)) }
    count += matrices.dimension
    return start
  }

  private mutating func appendCone(_ cone: CBFCone, dimension: Int) {
    count += dimension
    switch (cone, cones.last) {
    case (.positive, .nonnegative(let n)), (.negative, .nonnegative(let n)):
      cones[cones.count - 1] = .nonnegative(n + dimension)
    case (.zero, .zero(let n)): cones[cones.count - 1] = .zero(n + dimension)
    case (.positive, _), (.negative, _): cones.append(.nonnegative(dimension))
    case (.zero, _): cones.append(.zero(dimension))
    case (.quadratic, _), (.rotatedQuadratic, _): cones.append(.secondOrder(dimension))
    case (.free, _): break
    }
  }
}

/// `A` and `b` of `Ax + s = b`, filled by affine expressions: a coefficient `a` of `s` enters `A` as `−a`.
struct AffineMap {
  private(set) var entries: [SparseMatrix.Entry] = []
  private(set) var b: [Double]

  init(rowCount: Int) { b = [Double](repeating: 0, count: rowCount) }

  mutating func reserve(_ capacity: Int) { entries.reserveCapacity(capacity) }

  /// A zero coefficient says nothing and is left out.
  mutating func add(coefficient a: Double, column: Int, at place: RowPlace) {
    if a == 0 { return }
    switch place.role {
    case .none: break
    case .plain: entries.append(.init(place.row, column, -a))
    case .negated: entries.append(.init(place.row, column, a))
    case .rotatedFirst, .rotatedSecond:
      let part = a * 0.5.squareRoot()
      entries.append(.init(place.row, column, -part))
      entries.append(.init(place.row + 1, column, place.role == .rotatedFirst ? -part : part))
    }
  }

  mutating func add(constant value: Double, at place: RowPlace) {
    switch place.role {
    case .none: break
    case .plain: b[place.row] += value
    case .negated: b[place.row] -= value
    case .rotatedFirst, .rotatedSecond:
      let part = value * 0.5.squareRoot()
      b[place.row] += part
      b[place.row + 1] += place.role == .rotatedFirst ? part : -part
    }
  }
}
