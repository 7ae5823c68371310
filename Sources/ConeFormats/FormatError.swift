/// A fault in a file, with its place and its remedy. Nothing of the file was kept.
///
/// Prints as `FILE:LINE: what; how to mend it`, the form editors and terminals turn into a link.
public struct FormatError: Error, Sendable, Hashable {
  /// What sort of fault it is, for callers that react to it.
  public enum Kind: String, Sendable, CaseIterable {
    /// The file cannot be opened or read.
    case unreadable
    /// The gzip stream is damaged or breaks off.
    case compression
    /// The text breaks a rule of its format.
    case syntax
    /// The text is in order but asks for something the package does not solve.
    case unsupported
    /// The program is larger than a reader admits; see `SizeLimit`.
    case tooLarge
  }

  public var kind: Kind
  /// The name the caller gave.
  public var file: String
  /// Line of the uncompressed text, counted from one; 1 when the file as a whole is at fault.
  public var line: Int
  /// What is wrong.
  public var what: String
  /// How to mend it.
  public var remedy: String

  public init(kind: Kind = .syntax, file: String, line: Int, what: String, remedy: String) {
    self.kind = kind
    self.file = file
    self.line = line
    self.what = what
    self.remedy = remedy
  }
}

extension FormatError: CustomStringConvertible {
  public var description: String { "\(file):\(line): \(what); \(remedy)" }
}
