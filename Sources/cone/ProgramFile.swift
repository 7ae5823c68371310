import ConeFormats

/// The file of a program.
enum ProgramFile {
  static func read(_ path: String, _ progress: PhaseProgress) throws(InputFault) -> ImportedProblem {
    progress.begin("reading")
    defer { progress.end() }
    do {
      return try ConicFile.read(path: path)
    } catch {
      throw InputFault(error.description)
    }
  }
}
