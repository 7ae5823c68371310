import Foundation
import NNLift

/// Pictures are gnuplot's job: a script and its data go in through a pipe.
enum Gnuplot {
  /// The terminal for a path, by its extension.
  static func terminal(for path: String) -> String? {
    switch (path as NSString).pathExtension.lowercased() {
    case "svg": "svg size 900,600 background rgb 'white'"
    case "png": "pngcairo size 900,600"
    default: nil
    }
  }

  /// - Throws: `InputFault` when there is no gnuplot.
  static func check() throws(InputFault) {
    guard run("") else {
      throw InputFault("gnuplot: not found on the PATH; install it, or leave --plot and --regions")
    }
  }

  static func draw(_ script: String, to path: String) throws(InputFault) {
    let quoted = path.replacingOccurrences(of: "'", with: "''")
    guard let terminal = terminal(for: path), run("set terminal \(terminal)\nset output '\(quoted)'\n" + script) else {
      throw InputFault("\(path): gnuplot could not draw it; check the path and gnuplot's terminals")
    }
  }

  private static func run(_ script: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot"]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
      try input.fileHandleForWriting.close()
    } catch {
      return false
    }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// The pictures of a search.
enum SearchPlots {
  /// Bracket against time: the proven gap, and the one that the known directions leave.
  static func gap(_ trace: [GlobalSearch.Progress], to path: String) throws(InputFault) {
    func points(_ lower: (GlobalSearch.Progress) -> Double) -> String {
      trace.map { "\(max($0.time, 1e-4)) \(max(($0.upperBound - lower($0)) / max($0.upperBound, .leastNormalMagnitude), 1e-16))" }
        .joined(separator: "\n")
    }
    try Gnuplot.draw(
      """
      set logscale xy
      set format y '10^{%T}'
      set xlabel 'seconds'
      set ylabel 'relative gap'
      set key bottom left
      set grid
      $proven << EOD
      \(points { $0.lowerBound })
      EOD
      $potential << EOD
      \(points { $0.potential })
      EOD
      plot $potential using 1:2 with lines lc rgb '#999999' title 'known directions', \
      $proven using 1:2 with steps lw 2 lc rgb '#1f77b4' title 'proved'
      """, to: path)
  }

  /// Colours of a class: its region, its samples; used in turn.
  private static let colours = [
    ("#a6cee3", "#1f78b4"), ("#fdbf6f", "#ff7f00"), ("#b2df8a", "#33a02c"), ("#cab2d6", "#6a3d9a"), ("#fb9a99", "#e31a1c"),
    ("#ffff99", "#b15928"),
  ]

  /// Points across a picture.
  private static let resolution = 240
  /// Room around the samples, relative to their range.
  private static let margin = 0.1

  /// The class with the largest output over the plane of two features, and the samples.
  static func regions(_ dataset: Dataset, _ network: TwoLayerReLUNetwork, terms: TrainingTerms, to path: String) throws(InputFault) {
    guard let classes = dataset.classIndices else { return }
    let ranges = (0..<2).map { k in
      let column = dataset.features.column(k)
      let (low, high) = (column.min() ?? 0, column.max() ?? 1)
      let room = margin * max(high - low, .leastNormalMagnitude)
      return (low - room, high + room)
    }
    func coordinate(_ axis: Int, _ i: Int) -> Double {
      ranges[axis].0 + (ranges[axis].1 - ranges[axis].0) * Double(i) / Double(resolution - 1)
    }
    let points = (0..<resolution).flatMap { i in (0..<resolution).map { [coordinate(0, $0), coordinate(1, i)] } }
    let outputs = terms.predict(network, features: DenseMatrix(rowArrays: points, columns: 2))
    let image = zip(points, terms.classes(ofOutputs: outputs)).map { "\($0[0]) \($0[1]) \($1)" }.joined(separator: "\n")
    let names = dataset.outputNames
    func colour(_ k: Int) -> (region: String, sample: String) { colours[k % colours.count] }
    let samples = names.indices.map { k in
      let points = classes.indices.filter { classes[$0] == k }
        .map { "\(dataset.features[$0, 0]) \(dataset.features[$0, 1])" }.joined(separator: "\n")
      return "$class\(k) << EOD\n\(points)\nEOD"
    }
    // gnuplot wants two colours at least.
    let palette = (0..<max(2, names.count)).map { "\($0) '\(colour($0).region)'" }
    let plots = names.indices.map { k in
      let name = names[k].replacingOccurrences(of: "'", with: "''")
      return "$class\(k) using 1:2 with points pt 7 ps 0.8 lc rgb '\(colour(k).sample)' title '\(name)' noenhanced"
    }
    try Gnuplot.draw(
      """
      set palette maxcolors \(palette.count) defined (\(palette.joined(separator: ", ")))
      set cbrange [-0.5:\(Double(palette.count) - 0.5)]
      unset colorbox
      set key outside
      set xlabel '\(dataset.featureNames[0])' noenhanced
      set ylabel '\(dataset.featureNames[1])' noenhanced
      set xrange [\(ranges[0].0):\(ranges[0].1)]
      set yrange [\(ranges[1].0):\(ranges[1].1)]
      $regions << EOD
      \(image)
      EOD
      \(samples.joined(separator: "\n"))
      plot $regions using 1:2:3 with image notitle, \(plots.joined(separator: ", "))
      """, to: path)
  }
}
