import ConeModel

/// The program over the moments of the neurons in each cone of a cover of `ℝʳ`,
///
///     minimize    ℓ(Σ_K E_K[(P₊α + P₋β)vᵀ], Ŷ) + (γ/2) Σ_K (tr T_ww + tr T_vv)
///     subject to  the rows of `CellMoments`,  T^(K) ⪰ 0                          for every cone K
///
/// or for squared loss, with the output weights minimised away in closed form (`G = S(γI + S)⁻¹Ŷ`, `S` the moments of the hidden outputs),
///
///     minimize    (γ/2) (tr Ŷᵀ(γI + S)⁻¹Ŷ + Σ_K tr T_ww)
///
/// of the same value: one more semidefinite block, of order `n + ρ`, for `ρ` rows less in all others.
///
/// *It is a lower bound*: the moments of a network, each neuron counted in a cone that holds it, are feasible with the network's
/// objective. It is exact where every block is a sum of moments of neurons in its cone: see docs/vector-relu.md for when.
struct MomentProgram: Sendable {
  /// How the output weights enter.
  enum Outputs: Sendable {
    case inBlocks
    case eliminated
  }

  let data: MomentData
  let cones: [NeuronCone]
  var outputs = Outputs.inBlocks

  func lifted() -> LiftedProgram<TwoLayerReLUNetwork> { stated().program }

  /// The form without output weights, which no solution reads a network from.
  func eliminated() throws(UnsupportedTraining) -> LiftedProgram<TwoLayerReLUNetwork> {
    try TrainingScope(patches: true).require(data.training, by: "The form without output weights")
    return MomentProgram(data: data, cones: cones, outputs: .eliminated).lifted()
  }

  /// The program, and its parts for those who read more than a network from its solution.
  func stated() -> (program: LiftedProgram<TwoLayerReLUNetwork>, cells: [CellMoments]) {
    let model = Model()
    let hasOutputs = outputs == .inBlocks
    let cells = cones.enumerated().map { k, cone in
      CellMoments("T\(k)", cone, data, model: model, hasOutputs: hasOutputs)
    }
    let weights = sum(cells.map { sum(diagonal($0.T)[$0.w.lowerBound..<$0.T.order]) })
    let decay = (0.5 * data.weightDecay) ⋅ weights
    let loss = hasOutputs ? loss(cells) : nil
    let objective: Expression<Scalar, Convex> = sum {
      decay
      if let loss { if let fit = loss.objective { fit } } else { fractional(cells) }
    }
    let reduced = data
    let program = LiftedProgram(
      Problem.minimize(objective) {
        loss?.constraints ?? Constraints()
        for cell in cells {
          if !cell.free.isEmpty { cell.balance == 0 }
          if cell.products.count > 0 { cell.products >= 0 }
        }
      }, constant: data.lossConstant
    ) { solution -> TwoLayerReLUNetwork? in
      hasOutputs ? try CellFactorization(cells, reduced, solution).network : nil
    }
    return (program, cells)
  }

  /// `ℓ(Σ_K E_K[(P₊α + P₋β)vᵀ], Ŷ)`, samples running fastest.
  private func loss(_ cells: [CellMoments]) -> LossTerm {
    let n = data.sampleCount
    let f = vector(count: n * data.outputCount) { rows in
      for cell in cells {
        for j in 0..<n {
          let output = cell.output(j)
          for k in 0..<data.outputCount { cell.addOutput(1, output, k, to: k * n + j, of: &rows) }
        }
      }
    }
    return LossTerm(data.training.loss, outputs: f, targets: data.targets.values)
  }

  /// `(γ/2) tr Ŷᵀ(γI + S)⁻¹Ŷ`.
  private func fractional(_ cells: [CellMoments]) -> Expression<Scalar, Convex> {
    let n = data.sampleCount
    let outputs = cells.map { cell in (0..<n).map(cell.output) }
    let triangle = vector(count: n * (n + 1) / 2) { rows in
      var row = 0
      for j in 0..<n {
        for i in 0...j {
          if i == j { rows.add(data.weightDecay, to: row) }
          for (cell, output) in zip(cells, outputs) { cell.add(1, output[i], output[j], to: row, of: &rows) }
          row += 1
        }
      }
    }
    let S = symmetric(order: n) { i, j in triangle[j * (j + 1) / 2 + i] }
    let Y = vector(count: n * data.outputCount) { rows in
      for (k, y) in data.targets.values.enumerated() { rows.add(y, to: k) }
    }
    let targets = matrix(rows: n, columns: data.outputCount) { i, j in Y[j * n + i] }
    return (0.5 * data.weightDecay) ⋅ matrixFractional(targets, S)
  }
}
