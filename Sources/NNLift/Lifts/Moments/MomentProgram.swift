import ConeModel
import ConeSolver

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
      CellMoments("T\(k)", MomentCoordinates(data, cone), model: model, hasOutputs: hasOutputs)
    }
    let decay = (0.5 * data.weightDecay) ⋅ sum(cells.map(\.weights))
    let loss = hasOutputs
      ? LossTerm(data.training.loss, outputs: Self.outputs(of: cells, data), targets: data.targets.values) : nil
    let objective: Expression<Scalar, Convex> = sum {
      decay
      if let loss { if let fit = loss.objective { fit } } else { fractional(cells) }
    }
    let reduced = data
    let program = LiftedProgram(
      Problem.minimize(objective) {
        loss?.constraints ?? Constraints()
        for cell in cells {
          if !cell.y.free.isEmpty { cell.balance == 0 }
          if cell.products.count > 0 { cell.products >= 0 }
        }
      }, constant: data.lossConstant
    ) { solution -> TwoLayerReLUNetwork? in
      hasOutputs ? try Self.network(cells, reduced, solution) : nil
    }
    return (program, cells)
  }

  /// `Σ_K E_K[(P₊α + P₋β)vᵀ]`, column by column.
  static func outputs(of cells: [CellMoments], _ data: MomentData) -> Expression<Vector, Affine> {
    let n = data.sampleCount
    return vector(count: n * data.outputCount) { rows in
      for cell in cells {
        for j in 0..<n {
          let output = cell.y.output(j)
          for k in 0..<data.outputCount { cell.addOutput(1, output, k, to: k * n + j, of: &rows) }
        }
      }
    }
  }

  /// The network of a solution with outputs: neuron by neuron where the blocks come apart, else refitted; at most `nρ` neurons.
  static func network(
    _ cells: [CellMoments], _ data: MomentData, _ solution: ModelSolution
  ) throws -> TwoLayerReLUNetwork? {
    let blocks = try cells.map { (y: $0.y, T: DenseMatrix(try solution.value(of: $0.T))) }
    let network = try CellFactorization(blocks, data).network ?? refitted(blocks, data)
    return network.map(data.training.pruned)
  }

  /// A network from candidate directions of all blocks, where `NetworkRefit` covers the training problem.
  private static func refitted(
    _ blocks: [(y: MomentCoordinates, T: DenseMatrix)], _ data: MomentData
  ) throws -> TwoLayerReLUNetwork? {
    guard let outputs = data.outputs, data.training.terms.patches == nil else { return nil }
    let total = blocks.reduce(0) { $0 + $1.T.trace }
    let candidates = blocks.filter { $0.T.trace > CellFactorization.Tuning.emptyCell * total }.flatMap {
      NeuronCandidates.from($0.T, $0.y)
    }
    return try NetworkRefit(training: data.training, reduction: data.reduction, outputs: outputs).run(
      from: candidates, settings: Settings(), fitting: { _, _ in .proceed }, observer: { _, _, _ in true }
    ).network
  }

  /// `(γ/2) tr Ŷᵀ(γI + S)⁻¹Ŷ`.
  private func fractional(_ cells: [CellMoments]) -> Expression<Scalar, Convex> {
    let n = data.sampleCount
    let outputs = cells.map { cell in (0..<n).map(cell.y.output) }
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
