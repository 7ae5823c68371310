/// A polyhedral cone `{w : Aw ≥ 0}` of neurons in reduced coordinates, on which some groups have one sign.
struct NeuronCone: Sendable {
  /// For each group: 1 where `x̂_gᵀw ≥ 0` on the whole cone, −1 where `≤ 0`, 0 where both signs may occur.
  let signs: [Int]
  /// Rows of `A`, `m × r`. Rows implied by others may be left out: their products with nonnegative functions are nonnegative
  /// combinations of the products of those that imply them.
  let facets: DenseMatrix

  /// The cells of the arrangement of some of the groups, each with the facets that bound it; all of `ℝʳ` for no group.
  static func cells(_ data: MomentData, groups: [Int]) -> [NeuronCone] {
    let r = data.rank
    guard !groups.isEmpty else {
      return [NeuronCone(signs: [Int](repeating: 0, count: data.groupCount), facets: DenseMatrix(rows: 0, columns: r))]
    }
    let chosen = DataReduction(DenseMatrix(rowArrays: groups.map(data.directions.row), columns: r))
    return SignPatterns(chosen).map { cell in
      var signs = [Int](repeating: 0, count: data.groupCount)
      for (k, g) in groups.enumerated() { signs[g] = Int(cell.signs[k]) }
      let bounding = cell.cone.facets.map { k in data.directions.row(groups[k]).map { Double(cell.signs[k]) * $0 } }
      return NeuronCone(signs: signs, facets: DenseMatrix(rowArrays: bounding, columns: r))
    }
  }

  /// The simplicial cones of triangulations of all cells. For `{Rλ : λ ≥ 0}` with a square `R` the facets are the rows of `R⁻¹`, here of
  /// unit length: those of thin cones would be long.
  static func simplices(_ data: MomentData) -> [NeuronCone] {
    SignPatterns(data.reduction).flatMap { cell in
      let cone = cell.cone
      return cone.simplices.compactMap { simplex in
        let R = DenseMatrix(rowArrays: simplex.map { cone.rays[$0] }, columns: data.rank).transposed
        return DenseSolve.inverse(R.rowArrays).map { rows in
          let units = rows.map { row in row.map { $0 / DenseKernels.norm(row) } }
          return NeuronCone(signs: cell.signs.map(Int.init), facets: DenseMatrix(rowArrays: units, columns: data.rank))
        }
      }
    }
  }

  /// The same signs, without the rows that say so.
  var withoutFacets: NeuronCone {
    NeuronCone(signs: signs, facets: DenseMatrix(rows: 0, columns: facets.columns))
  }
}
