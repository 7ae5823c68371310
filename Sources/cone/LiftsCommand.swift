import ArgumentParser
import ConeReports
import NNLift

/// `cone lifts`: the formulations that `cone train` goes through.
struct LiftsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifts",
    abstract: "List the formulations of training: what their optimum is, their size, theorem and source.",
    discussion: """
      exact: the optimum of training. lower bound, upper bound: below or above it. n samples, d features, c outputs, rank r, \
      P cells, g directions.
      """)

  @Option(help: "Only those of one network.")
  var network: NetworkKind?

  @Option(help: ArgumentHelp("Write the list as JSON; - is standard output.", valueName: "PATH|-"))
  var json: String?

  struct Row: Encodable {
    let network, name, guarantee: String
    let condition: String?
    let size, theorem, source: String
    let covers: [String]?
    let exports: Bool

    init(_ entry: LiftEntry) {
      network = entry.network.rawValue
      name = entry.info.name
      guarantee = entry.info.guarantee.rawValue
      condition = entry.info.condition
      size = entry.info.size
      theorem = entry.info.theorem
      source = entry.info.source
      covers = entry.scope?.words
      exports = entry.program != nil
    }

    var lines: [String] {
      let heading = "\(name) (--network \(network)): \(guarantee)" + (condition.map { "; \($0)" } ?? "")
      var lines = [heading]
      for (key, text) in [("size", size), ("theorem", theorem), ("source", source)] {
        lines.append(LogField.line("  " + key, text))
      }
      if let covers { lines.append(LogField.line("  covers", covers.joined(separator: "; "))) }
      return lines + [""]
    }
  }

  func run() throws {
    let rows = LiftCatalogue.entries.filter { network == nil || $0.network == network }.map(Row.init)
    switch json {
    case nil: Console.standardOutput.lines(rows.flatMap(\.lines))
    case "-": Console.standardOutput.write(try rows.jsonText(indented: true))
    case let path?: try OutputFile(path: path, option: "--json").write(rows.jsonText(indented: true))
    }
  }
}

extension TrainingScope {
  /// What is covered, beyond squared loss on a dense network.
  var words: [String] {
    var words = ["losses " + losses.map(\.rawValue).joined(separator: ", ")]
    words.append("bias " + biases.map(\.rawValue).joined(separator: ", "))
    if inputNorms.count > 1 { words.append("norms " + inputNorms.map(\.rawValue).joined(separator: ", ")) }
    if skip { words.append("skip connection") }
    if patches { words.append("convolution") }
    words.append(vectorOutputs ? "any number of outputs" : "one output")
    return words
  }
}
