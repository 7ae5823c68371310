import ConeSolver

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ConicFile {
  /// The bytes of a file that states `problem`: CBF and JSON for every program, SDPA sparse where the objective is
  /// linear, MPS where all cones are; compressed where the name ends in `.gz`.
  ///
  /// Every number is the shortest decimal that reads back as the same double. What a format says in another way than
  /// the program is in `CBFWriter`, `SDPAWriter`, `MPSWriter` and `ClarabelProblem`.
  ///
  /// - Parameters:
  ///   - objectiveSense: what the file is to ask for; `problem` is the minimisation all the same, as in
  ///     `ImportedProblem`.
  ///   - objectiveConstant: added to the objective in the file's sense.
  ///   - name: stands for the file in errors; its extension decides the format if none is given.
  /// - Throws: `FormatError`, of kind `unsupported` when the program is faulty or the format cannot state it.
  /// - Complexity: O(rows + columns + nonzeros), and a sparse factorisation of `P` for CBF.
  public static func encode(
    _ problem: ConicProblem, objectiveSense: ObjectiveSense = .minimize, objectiveConstant: Double = 0, name: String,
    format: ConicFileFormat? = nil
  ) throws(FormatError) -> [UInt8] {
    func unsupported(_ what: String, _ remedy: String) -> FormatError {
      FormatError(kind: .unsupported, file: name, line: 1, what: what, remedy: remedy)
    }
    let checked: ConicProblem
    do {
      checked = try problem.validated()
    } catch {
      throw unsupported("the program is faulty: \(error.description)", "mend it before it is written")
    }
    guard checked.variableCount > 0, checked.rowCount > 0 else {
      throw unsupported("the program has no variables or no rows", "give it at least one of each")
    }
    let objective = WrittenObjective(sense: objectiveSense, constant: objectiveConstant)
    let text: [UInt8]
    switch format ?? self.format(ofName: name) {
    case .cbf: text = try CBFWriter.text(of: checked, objective: objective, file: name)
    case .sdpa: text = try SDPAWriter.text(of: checked, objective: objective, file: name)
    case .mps: text = try MPSWriter.text(of: checked, objective: objective, file: name)
    case .json: text = try ClarabelProblem.text(of: checked, file: name)
    case nil:
      throw unsupported(
        "the extension names no format", "end the name in .cbf, .dat-s, .mps or .json, with or without .gz")
    }
    return name.lowercased().hasSuffix(".gz") ? try Gzip.compress(text, file: name) : text
  }

  /// Writes a file that states `problem`; see `encode`.
  public static func write(
    _ problem: ConicProblem, objectiveSense: ObjectiveSense = .minimize, objectiveConstant: Double = 0,
    path: String, format: ConicFileFormat? = nil
  ) throws(FormatError) {
    let bytes = try encode(
      problem, objectiveSense: objectiveSense, objectiveConstant: objectiveConstant, name: path, format: format)
    func unwritable() -> FormatError {
      FormatError(
        kind: .unreadable, file: path, line: 1,
        what: "the file cannot be written (\(String(cString: strerror(errno))))",
        remedy: "check the path, its permissions and the disk")
    }
    guard let file = fopen(path, "wb") else { throw unwritable() }
    let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    // A full disk may show only when the buffer is flushed.
    guard fclose(file) == 0, written == bytes.count else { throw unwritable() }
  }
}

/// What a file is to ask of a minimisation.
struct WrittenObjective {
  var sense: ObjectiveSense
  var constant: Double

  /// The objective of the minimisation times this is the file's, but for the constant.
  var sign: Double { sense == .minimize ? 1 : -1 }
}
