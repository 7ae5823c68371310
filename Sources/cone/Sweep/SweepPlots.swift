import Foundation
import NNLift

/// The pictures of a sweep: objective and neurons against weight decay, decision regions of each model.
struct SweepPlots {
  let rows: [SweepRow]
  let data: String
  let directory: String

  private var lifts: [String] { rows.map(\.key.lift).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

  func draw() throws {
    try draw("upper_bound", label: "objective of the network", beside: "lower_bound", to: "objective.svg", logarithmic: true)
    try draw("neurons", label: "neurons", to: "neurons.svg")
    for row in rows { try regions(row) }
  }

  /// A column against the weight decay, one curve for each lift; `beside` dashed.
  private func draw(
    _ column: String, label: String, beside: String? = nil, to name: String, logarithmic: Bool = false
  ) throws(InputFault) {
    var blocks: [String] = []
    var curves: [String] = []
    for (k, lift) in lifts.enumerated() {
      for (series, style) in [(column, "with linespoints pt 7 ps 0.6"), (beside, "with lines dt 2")] {
        guard let series else { continue }
        let points = rows.filter { $0.key.lift == lift && $0.figure(series).isFinite }
          .sorted { $0.key.weightDecay < $1.key.weightDecay }
          .map { "\($0.key.weightDecay) \($0.figure(series))" }
        guard !points.isEmpty else { continue }
        blocks.append("$data\(blocks.count) << EOD\n\(points.joined(separator: "\n"))\nEOD")
        let title = series == column ? lift : "\(lift), lower bound"
        curves.append("$data\(blocks.count - 1) using 1:2 \(style) lw 1.5 lc \(k + 1) title '\(title)' noenhanced")
      }
    }
    guard !curves.isEmpty else { return }
    try Gnuplot.draw(
      """
      set logscale \(logarithmic ? "xy" : "x")
      set format x '10^{%T}'
      set xlabel 'weight decay'
      set ylabel '\(label)'
      set grid
      set key outside right
      \(logarithmic ? "" : "set yrange [0:*]")
      \(blocks.joined(separator: "\n"))
      plot \(curves.joined(separator: ", "))
      """, to: "\(directory)/\(name)")
  }

  /// Decision regions, where there is a model of two features and classes.
  private func regions(_ row: SweepRow) throws {
    guard let model = try? ModelFile(contentsOf: row.key.modelPath(in: directory)),
      let dataset = try? Dataset(csv: data, targets: model.problem.targetColumns),
      dataset.features.columns == 2, dataset.classIndices != nil
    else { return }
    try SearchPlots.regions(
      dataset, model.network, terms: model.problem.terms, to: row.key.regionsPath(in: directory))
  }
}
