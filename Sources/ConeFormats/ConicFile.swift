#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A text format for conic programs.
public enum ConicFileFormat: String, Sendable, CaseIterable {
  /// SDPA sparse, `.dat-s`: a semidefinite program in the linear-matrix-inequality form.
  case sdpa
  /// Conic Benchmark Format, `.cbf`: the continuous part of versions 1 to 4.
  case cbf
  /// MPS, fixed or free, with a quadratic objective as in QPS: `.mps`, `.qps`, `.sif`.
  case mps
  /// The JSON of Clarabel's saved problems: `.json`.
  case json
}

/// Reads conic programs from files, plain or gzip-compressed.
///
/// Compression is recognised by content. The format goes by the extension (`.dat-s`, `.dat`, `.cbf`, `.mps`, `.qps`,
/// `.sif`, `.json`, each with or without `.gz`), and by content where the extension says nothing.
public enum ConicFile {
  /// Reads the file at `path`.
  ///
  /// - Throws: `FormatError` with the line of the fault. Nothing partial is returned.
  /// - Complexity: O(bytes + rows + columns).
  public static func read(path: String) throws(FormatError) -> ImportedProblem {
    try read(bytes: contents(of: path), name: path)
  }

  /// Reads a program from `bytes`, compressed or not.
  ///
  /// - Parameters:
  ///   - name: stands for the file in errors; its extension decides the format if none is given.
  ///   - format: the format, or `nil` to recognise it.
  public static func read(
    bytes: [UInt8], name: String, format: ConicFileFormat? = nil
  ) throws(FormatError) -> ImportedProblem {
    let text = Gzip.isCompressed(bytes) ? try Gzip.decompress(bytes, file: name) : bytes
    switch format ?? self.format(ofName: name) ?? self.format(ofText: text, name: name) {
    case .sdpa: return try SDPAReader.read(text, file: name)
    case .cbf: return try CBFReader.read(text, file: name)
    case .mps: return try MPSReader.read(text, file: name)
    case .json: return try ClarabelProblem.read(text, file: name)
    }
  }

  /// The format an extension stands for.
  static func format(ofName name: String) -> ConicFileFormat? {
    var stem = name.lowercased()
    if stem.hasSuffix(".gz") { stem.removeLast(3) }
    if stem.hasSuffix(".cbf") { return .cbf }
    if stem.hasSuffix(".dat-s") || stem.hasSuffix(".dat") { return .sdpa }
    if stem.hasSuffix(".mps") || stem.hasSuffix(".qps") || stem.hasSuffix(".sif") { return .mps }
    if stem.hasSuffix(".json") { return .json }
    return nil
  }

  /// JSON begins with a brace, CBF with `VER` after its `#` comments, MPS with a section after its `*` comments; SDPA with a number after
  /// comments of either mark or of others.
  static func format(ofText text: [UInt8], name: String) -> ConicFileFormat {
    var scanner = TextScanner(text, file: name, style: .hashComments)
    scanner.skipToToken()
    while scanner.next == Byte.star {
      scanner.skipToLineEnd()
      scanner.skipToToken()
    }
    if scanner.next == UInt8(ascii: "{") { return .json }
    switch scanner.word().uppercased() {
    case "VER": return .cbf
    case "NAME", "OBJSENSE", "ROWS": return .mps
    default: return .sdpa
    }
  }

  /// All bytes of a file, read through to its end so that pipes work too.
  private static func contents(of path: String) throws(FormatError) -> [UInt8] {
    func unreadable(_ action: String) -> FormatError {
      FormatError(
        kind: .unreadable, file: path, line: 1,
        what: "the file cannot be \(action) (\(String(cString: strerror(errno))))",
        remedy: "check the path and its permissions")
    }
    guard let file = fopen(path, "rb") else { throw unreadable("opened") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    let chunkSize = 1 << 18
    var chunk = [UInt8](repeating: 0, count: chunkSize)
    while true {
      let count = fread(&chunk, 1, chunkSize, file)
      bytes.append(contentsOf: chunk[..<count])
      if count < chunkSize { break }
    }
    guard ferror(file) == 0 else { throw unreadable("read") }
    return bytes
  }
}
