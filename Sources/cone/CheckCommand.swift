import ArgumentParser
import Foundation
import NNLift

/// `cone check`: proves the claims of a model file again, from the data and the file alone.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the bounds of a trained network from its data and its certificate alone.",
    discussion: """
      Nothing of the training is trusted: the objective of the stored network is computed again, and so is the proof \
      of the lower bound.

      Exit codes:
        0  every claim of the file holds
        2  a file, an option or a path is at fault; the message says how to mend it
        4  a claim does not hold; a sentence for each says which
      """)

  @Option(help: ArgumentHelp("What cone train wrote.", valueName: "PATH"))
  var model: String

  @Argument(help: ArgumentHelp("The samples it was trained on.", valueName: "DATA.csv"))
  var data: String

  @OptionGroup var report: ReportOptions

  func run() throws {
    OpenBLASKernels.choose()
    let clock = ContinuousClock.now
    let destination = try report.destination()
    let console = report.console
    let progress = PhaseProgress(to: console)
    let content = try readModel()
    let dataset = try DataFile.read(data, targets: content.problem.targetColumns, progress)
    let readTime = seconds(since: clock)
    console.line("cone \(ConeCommand.version)")
    console.lines(CheckLog.header(modelFile: model, content, dataFile: data, dataset))

    progress.begin("checking")
    let checkStart = ContinuousClock.now
    let check = CertificateCheck(content, dataset: dataset)
    let checkTime = seconds(since: checkStart)
    progress.end()

    let result = CheckReport(
      check, of: content, accuracy: accuracy(content, dataset, check),
      time: .init(read: readTime, check: checkTime, total: seconds(since: clock)))
    console.lines([""] + CheckLog.footer(result))
    // A log that is not printed must not swallow the reason of the exit code.
    if report.quiet { Console.standardError.lines(result.failures.map { "\(model): \($0)" }) }
    try destination.write(result)
    if !result.passed { throw ExitStatus.claimRefuted }
  }

  private func readModel() throws(InputFault) -> ModelFile {
    do {
      return try ModelFile(contentsOf: model)
    } catch {
      throw InputFault(error.description)
    }
  }

  /// Of classes, and only when the network fits the data.
  private func accuracy(_ content: ModelFile, _ dataset: Dataset, _ check: CertificateCheck) -> Double? {
    guard check.upperBound != nil, let classes = dataset.classIndices else { return nil }
    let terms = content.problem.terms
    let predicted = terms.classes(ofOutputs: terms.predict(content.network, features: dataset.features))
    return Double(zip(predicted, classes).count { $0 == $1 }) / Double(classes.count)
  }
}
