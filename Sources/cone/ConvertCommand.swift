import ArgumentParser
import ConeFormats
import ConeReports
import Foundation

/// `cone convert`: writes a program in another format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a program in Conic Benchmark Format (.cbf), SDPA sparse (.dat-s), MPS (.mps) or JSON (.json).",
    discussion: """
      The extensions decide the formats; with .gz at its end the file written is compressed. Numbers keep their \
      doubles. CBF and Clarabel's JSON state every program; SDPA sparse has no quadratic objective, MPS no cones but \
      linear ones; only CBF and MPS have a constant and a maximization.

      Exit codes:
        0  the file was written
        2  a file or a path is at fault, or the format cannot state the program; the message says how to mend it
      """)

  @Argument(help: ArgumentHelp("The program.", valueName: "IN"))
  var input: String

  @Argument(help: ArgumentHelp("The file to be written.", valueName: "OUT"))
  var output: String

  @Flag(help: "Print no log.")
  var quiet = false

  func run() throws {
    let console = quiet ? Console.silent : .standardOutput
    let file = try OutputFile(path: output, option: "OUT")
    let progress = PhaseProgress(to: console)
    let program = try ProgramFile.read(input, progress)
    progress.begin("writing")
    let bytes = try encode(program)
    try file.write(Data(bytes))
    progress.end()
    console.line("cone \(ConeCommand.version)")
    console.lines(ProgramSummary.sizes(file: input, program: program))
    console.line(LogField.line("written", "\(output): \(bytes.count) bytes"))
  }

  private func encode(_ program: ImportedProblem) throws(InputFault) -> [UInt8] {
    do {
      return try ConicFile.encode(
        program.problem, objectiveSense: program.objectiveSense, objectiveConstant: program.objectiveConstant,
        name: output)
    } catch {
      throw InputFault(error.description)
    }
  }
}
