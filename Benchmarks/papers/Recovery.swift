import ArgumentParser
import Foundation
import NNLift

/// Minimum-norm interpolation of planted models: Y. Wang, Y. Hua, E. Candès and M. Pilanci, IEEE Trans. Inf. Theory, 2025.
struct PhaseTransition: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phase",
    abstract: "How often minimum-norm interpolation finds a planted linear model (n = 2d), or planted neurons.")

  @Option(help: "Planted neurons; 0 for a linear model, with a skip connection.")
  var neurons = 0

  @Flag(help: "Drop the cone constraints, as the published code does.")
  var gated = false

  @Option(help: "Largest dimension.")
  var dimension = 10

  @Option(help: "Draws for each size.")
  var trials = 5

  @Option(help: "The figure.")
  var plot: String?

  func run() throws {
    let ratios = [1.0, 1.5, 1.75, 2, 2.25, 2.5, 3, 4]
    let table = MarkdownTable(["d"] + ratios.map { "n = \(format($0))d" })
    var lines: [String] = []
    for d in stride(from: 2, through: dimension, by: neurons > 0 ? 1 : 2) {
      let shares = try ratios.map { ratio in
        let n = Int((ratio * Double(d)).rounded())
        let found = try (0..<trials).count { try recovers(n, d, seed: UInt64(1000 * d + 10 * n + $0)) }
        let share = Double(found) / Double(trials)
        lines.append("\(d) \(n) \(share)")
        return share
      }
      table.row(["\(d)"] + shares.map { format($0, 3) })
    }
    guard let plot else { return }
    try draw(
      """
      set xlabel 'dimension d'
      set ylabel 'samples n'
      set cblabel 'share of draws recovered'
      set palette defined (0 '#f7fbff', 1 '#08306b')
      set cbrange [0:1]
      set xrange [1:\(dimension + 1)]
      set key top left
      $data << EOD
      \(lines.joined(separator: "\n"))
      EOD
      plot $data using 1:2:3 with points pt 7 ps 2.2 lc palette notitle, \
      $data using 1:2 with points pt 6 ps 2.2 lc rgb 'black' lw 0.5 notitle, \
      2*x with lines lw 2 lc rgb '#d62728' title 'n = 2d'
      """, to: plot)
  }

  /// Gaussian inputs, targets of the planted model. Patterns for a linear model as published, those that 50 or `n` Gaussian directions
  /// meet; all of them for planted neurons.
  private func recovers(_ n: Int, _ d: Int, seed: UInt64) throws -> Bool {
    var random = NormalNumbers(seed: seed)
    let X = DenseMatrix(rows: n, columns: d, values: (0..<n * d).map { _ in random.next() })
    let planted = (0..<max(neurons, 1)).map { _ in (0..<d).map { _ in random.next() } }
    var y = DenseMatrix(rows: n, columns: 1)
    for w in planted {
      for i in 0..<n {
        let value = zip(X.row(i), w).reduce(0) { $0 + $1.0 * $1.1 }
        y[i, 0] += neurons == 0 ? value : max(0, value)
      }
    }
    let training = try ReLUTraining(
      features: X, outputs: y, terms: TrainingTerms(weightDecay: 1, loss: .interpolation, skip: neurons == 0))
    let sampling = DirectionSampling.gaussian(count: max(n, 50))
    // New inputs decide whether the model is the planted one.
    let fresh = DenseMatrix(rows: 20 * d, columns: d, values: (0..<20 * d * d).map { _ in random.next() })
    let predicted =
      neurons > 0
      ? try outputs(ConvexReLU(training)) { $0.predict(fresh) }
      : gated
        ? try outputs(ConvexGatedReLU(training, gates: sampling, seed: seed)) { $0.predict(fresh) }
        : try outputs(SampledConvexReLU(training, sampling, seed: seed)) { $0.predict(fresh) }
    guard let outputs = predicted else { return false }
    var (error, size) = (0.0, 0.0)
    for i in 0..<fresh.rows {
      let truth = planted.reduce(0) { sum, w in
        let value = zip(fresh.row(i), w).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + (neurons == 0 ? value : max(0, value))
      }
      error += (outputs[i, 0] - truth) * (outputs[i, 0] - truth)
      size += truth * truth
    }
    return error <= 1e-6 * size
  }
}

extension PhaseTransition {
  /// `nil` when the program was not solved.
  private func outputs<L: Lift>(_ lift: L, _ predict: (L.Network) -> DenseMatrix) throws -> DenseMatrix? {
    let optimum = try lift.program().solve()
    guard [.solved, .almostSolved].contains(optimum.solution.status) else { return nil }
    return optimum.network.map(predict)
  }
}

/// Standard normal numbers by SplitMix64 and Box–Muller.
struct NormalNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

/// The lasso of rays along the weight decay.
struct WeightDecayPath: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lasso", abstract: "The path of networks over the weight decay, by the lasso of rays.")

  @Argument(help: "A table; its first target, or the first class against the others.")
  var file: String

  @Option(help: "Weight decay at which the path ends.")
  var weightDecay = 0.01

  @Option(help: "The figure.")
  var plot: String?

  func run() throws {
    let dataset = try Dataset.published(file)
    let y = DenseMatrix(rows: dataset.Y.rows, columns: 1, values: dataset.Y.column(0))
    let training = try ReLUTraining(
      features: dataset.features, outputs: y, terms: TrainingTerms(weightDecay: weightDecay, inputNorm: .l1))
    let start = ContinuousClock.now
    let path = try LassoPath(RayLasso(training, .exactWherePossible))
    let time = elapsed(start)
    let table = MarkdownTable(["γ", "objective", "neurons"])
    let step = max(1, path.points.count / 20)
    for (k, point) in path.points.enumerated() where k % step == 0 || k == path.points.count - 1 {
      table.row([format(point.weightDecay, 5), format(point.objective, 8), "\(point.neurons)"])
    }
    print("\n\(path.points.count) breakpoints in \(format(time, 3)) s")
    guard let plot else { return }
    try draw(
      """
      set logscale x
      set format x '10^{%T}'
      set xlabel 'weight decay'
      set ylabel 'objective'
      set y2label 'neurons'
      set y2tics
      set ytics nomirror
      set key top center
      $data << EOD
      \(path.points.map { "\($0.weightDecay) \($0.objective) \($0.neurons)" }.joined(separator: "\n"))
      EOD
      plot $data using 1:2 with lines lw 2 title 'objective', \
      $data using 1:3 axes x1y2 with steps lc rgb '#d62728' title 'neurons'
      """, to: plot)
  }
}
