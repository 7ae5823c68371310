import ArgumentParser
import ConeSolver
import NNLift

/// Approximation ratios of SDP-NN as in arXiv:2410.22311, with the true optimum beside that of gradient training.
struct Ratios: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "SDP-NN over the optimum: random_0 … random_4 and spiral, weight decays 0.1 and 0.01.")

  @Argument(help: "Tables: random_0.csv … random_4.csv, spiral.csv.")
  var files: [String]

  @Option(help: "Neurons of gradient training.")
  var width = 300

  @Option(help: "Steps of gradient training.")
  var steps = 5000

  func run() throws {
    let table = MarkdownTable([
      "data", "γ", "SDP-NN", "p\\*", "gradient, best of 5", "SDP-NN / gradient", "SDP-NN / p\\*", "s lift", "s optimum",
      "s gradient",
    ])
    for file in files {
      for decay in [0.1, 0.01] {
        let training = try ReLUTraining(dataset: .published(file), weightDecay: decay)
        var start = ContinuousClock.now
        let lift = try SDPNNTraining(training).lift.solve()
        let liftTime = elapsed(start)
        start = .now
        let optimum = try GlobalSearch(training).run()
        let searchTime = elapsed(start)
        start = .now
        var method = GradientTraining()
        method.steps = steps
        let gradient = method.run(try ReLUGradient(training, width: width))
        let name = file.split(separator: "/").last!.split(separator: ".")[0]
        table.row([
          String(name), format(decay), format(lift.value, 8), format(optimum.upperBound, 9), format(gradient.objective, 8),
          format(lift.value / gradient.objective, 4), format(lift.value / optimum.upperBound, 4), format(liftTime, 3),
          format(searchTime, 2), format(elapsed(start), 3),
        ])
      }
    }
  }
}

/// The spiral over weight decays: Sahiner et al., ICLR 2021, Section 5.
struct SpiralSweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spiral", abstract: "Objective of the spiral over weight decays, by every method.")

  @Argument(help: "spiral.csv")
  var file: String

  @Option(help: "Neurons of gradient training.")
  var width = 300

  @Option(help: "Steps of gradient training.")
  var steps = 5000

  @Option(help: "The figure.")
  var plot: String?

  func run() throws {
    let table = MarkdownTable([
      "β", "p\\*, proved from", "to", "(19)", "Frank–Wolfe", "gradient, best of 3", "SDP-NN", "neurons",
    ])
    var lines: [String] = []
    for decay in [3.16, 1, 0.316, 0.1, 0.0316, 0.01, 0.00316, 0.001] {
      let training = try ReLUTraining(dataset: .published(file), weightDecay: decay)
      let optimum = try GlobalSearch(training).run()
      var method = GradientTraining()
      method.starts = 3
      method.steps = steps
      let gradient = method.run(try ReLUGradient(training, width: width)).objective
      let lift = try SDPNN(training).solve().value
      let copositive = try CopositiveProgram(training).program().solve().value
      var options = FrankWolfe.Options()
      options.iterations = 300
      options.bisections = 25
      let frankWolfe = try FrankWolfe(training).run(options).upperBound
      table.row([
        format(decay), format(optimum.lowerBound, 8), format(optimum.upperBound, 8), format(copositive, 8), format(frankWolfe, 8),
        format(gradient, 8), format(lift, 8), "\(optimum.network.width)",
      ])
      lines.append("\(decay) \(optimum.upperBound) \(gradient) \(lift) \(copositive) \(frankWolfe)")
    }
    guard let plot else { return }
    try draw(
      """
      set logscale x
      set format x '10^{%T}'
      set xlabel 'weight decay'
      set ylabel 'objective'
      set grid
      set key top left
      $data << EOD
      \(lines.joined(separator: "\n"))
      EOD
      plot $data using 1:2 with lines lw 2 title 'optimum, proved', \
      $data using 1:5 with points pt 2 ps 1.4 title 'copositive program (19)', \
      $data using 1:6 with points pt 4 ps 1.4 title 'Frank–Wolfe', \
      $data using 1:3 with points pt 6 title 'gradient training, best of 3', \
      $data using 1:4 with lines dt 2 title 'SDP-NN'
      """, to: plot)
  }
}

/// 25 samples, 2 features, 5 outputs from a teacher of 100 neurons: Sahiner et al., ICLR 2021, Section 5.
struct RandomTeacher: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teacher", abstract: "How many neurons gradient training needs to find the optimum.")

  @Argument(help: "random_0.csv …")
  var files: [String]

  @Option(help: "Steps of gradient training.")
  var steps = 20000

  func run() throws {
    let widths = [5, 10, 20, 50, 100]
    let table = MarkdownTable(["data", "p\\*", "neurons of the optimum"] + widths.map { "\($0) neurons, best of 5" })
    for file in files {
      let training = try ReLUTraining(dataset: .published(file), weightDecay: 0.01)
      let optimum = try GlobalSearch(training).run()
      let results = try widths.map { width in
        var method = GradientTraining()
        method.steps = steps
        return method.run(try ReLUGradient(training, width: width)).objective
      }
      let name = file.split(separator: "/").last!.split(separator: ".")[0]
      table.row(
        [String(name), format(optimum.upperBound, 8), "\(optimum.network.width)"] + results.map { format($0, 6) })
    }
  }
}

/// Accuracy of the infinitely wide network on the published splits.
struct Kernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "NNGP and NTK regression and the trained network on TRAIN.csv TEST.csv pairs.")

  @Argument(help: "TRAIN.csv TEST.csv …")
  var files: [String]

  @Option(help: "Bias of the first layer.")
  var bias = "none"

  func run() throws {
    let table = MarkdownTable(["data", "γ", "NNGP", "NTK", "network through SDP-NN or the global search"])
    let bias = Bias(rawValue: bias) ?? .none
    for pair in stride(from: 0, to: files.count - 1, by: 2) {
      let (train, test) = (try Dataset.published(files[pair]), try Dataset.published(files[pair + 1]))
      for decay in [0.1, 0.01] {
        let training = try ReLUTraining(dataset: train, weightDecay: decay, bias: bias)
        let held = try ReLUTraining(dataset: test, weightDecay: decay, bias: bias)
        let classes = test.classIndices ?? []
        func accuracy(_ outputs: DenseMatrix) -> String {
          let found = training.terms.classes(ofOutputs: outputs)
          return format(Double(zip(found, classes).count { $0 == $1 }) / Double(max(classes.count, 1)), 3)
        }
        let kernels = KernelRegression.Kernel.allCases.map { kernel in
          KernelRegression(kernel, X: training.X, Y: training.Y, ridge: decay).map { accuracy($0.predict(held.X)) } ?? "–"
        }
        var options = GlobalSearch.Options()
        options.gap = 1e-2
        options.timeLimit = 60
        let search = try GlobalSearch(training).run(options)
        table.row(
          [String(files[pair].split(separator: "/").last!), format(decay)] + kernels + [accuracy(held.outputs(of: search.network))])
      }
    }
  }
}
