import ArgumentParser
import NNLift

/// Whitened images: soft-thresholded singular values against gradient training (Sahiner et al., ICLR 2021, Section 5).
struct Whitened: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A linear network of two layers on whitened images, in closed form and by gradient training.")

  @Argument(help: "Tables of pixels with the class in the last column or in one named label.")
  var files: [String]

  @Option(help: "Samples.")
  var samples = 1000

  @Option(help: "Weight decay.")
  var weightDecay = 0.2

  @Option(help: "Steps of gradient training.")
  var steps = 500

  func run() throws {
    let table = MarkdownTable([
      "data", "n × d × c", "s whitening", "p\\*, closed form", "s", "gradient", "s", "gradient / p\\*", "rank",
    ])
    for file in files {
      let dataset = try Dataset.published(file)
      // Tables are sorted by class: every so many rows.
      let (total, count) = (dataset.features.rows, min(samples, dataset.features.rows))
      let rows = (0..<count).map { $0 * total / count }
      let pick = { (A: DenseMatrix) in DenseMatrix(rowArrays: rows.map(A.row), columns: A.columns) }
      var start = ContinuousClock.now
      guard let X = pick(dataset.features).whitened() else { continue }
      let whitening = elapsed(start)
      let training = try DeepLinearTraining(
        features: X, outputs: pick(dataset.Y), hiddenWidths: [dataset.Y.columns], weightDecay: weightDecay)
      start = .now
      let closed = try LinearTrainingRun(training.endToEnd).run()
      let closedTime = elapsed(start)
      start = .now
      var method = GradientTraining()
      method.learningRate = 0.05
      method.starts = 1
      method.steps = steps
      let gradient = method.run(LinearGradient(training))
      let gradientTime = elapsed(start)
      let name = file.split(separator: "/").last!.split(separator: ".")[0]
      table.row([
        String(name), "\(X.rows) × \(X.columns) × \(dataset.Y.columns)", format(whitening, 3), format(closed.upperBound, 10),
        format(closedTime, 3), format(gradient.objective, 10), format(gradientTime, 3),
        format(gradient.objective / closed.upperBound, 7), "\(training.network(endToEnd: closed.endToEnd).rank)",
      ])
      print("method: \(closed.method.name): \(closed.reason)")
    }
  }
}

extension DeepLinearNetwork {
  /// Units of the first layer that are in use.
  var rank: Int { (0..<layers[0].columns).count { layers[0].column($0).contains { $0 != 0 } } }
}
