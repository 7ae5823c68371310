/// Comma-separated text as records of fields (RFC 4180), each with the line on which it begins.
///
/// Lines end in LF, CRLF or CR; a leading byte-order mark and blank lines at the end are dropped; a quoted field may
/// hold commas, line ends and doubled quotes. Fields are kept as text: what they mean is the reader's business.
struct CSVTable {
  struct Record: Equatable {
    var line: Int
    var fields: [String]
  }

  private(set) var records: [Record] = []

  /// - Throws: `DatasetError.notUTF8`, `.malformedQuote`. Complexity: O(bytes).
  init(bytes: some Collection<UInt8>, file: String) throws(DatasetError) {
    var bytes = Array(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(file: file) }
    var scanner = Scanner(bytes: bytes, file: file)
    while let record = try scanner.nextRecord() { records.append(record) }
    while let last = records.last, last.fields.allSatisfy({ $0.allSatisfy(\.isWhitespace) }), last.fields.count == 1 {
      records.removeLast()
    }
  }
}

/// Walks the bytes of a table once, counting lines.
private struct Scanner {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  let bytes: [UInt8]
  let file: String
  var position = 0
  var line = 1

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func nextRecord() throws(DatasetError) -> CSVTable.Record? {
    guard !isAtEnd else { return nil }
    var record = CSVTable.Record(line: line, fields: [])
    while true {
      record.fields.append(try nextField())
      guard !isAtEnd, bytes[position] == Self.comma else { break }
      position += 1
    }
    consumeLineEnd()
    return record
  }

  private mutating func nextField() throws(DatasetError) -> String {
    if !isAtEnd, bytes[position] == Self.quote { return try quotedField() }
    let start = position
    while !isAtEnd, !isFieldEnd(bytes[position]) {
      guard bytes[position] != Self.quote else { throw .malformedQuote(file: file, line: line) }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws(DatasetError) -> String {
    let openingLine = line
    var text: [UInt8] = []
    position += 1
    while !isAtEnd {
      let byte = bytes[position]
      if byte == Self.quote {
        position += 1
        guard !isAtEnd, bytes[position] == Self.quote else {
          guard isAtEnd || isFieldEnd(bytes[position]) else { throw .malformedQuote(file: file, line: openingLine) }
          return String(decoding: text, as: UTF8.self)
        }
      } else if endsLine(at: position) {
        line += 1
      }
      text.append(byte)
      position += 1
    }
    throw .malformedQuote(file: file, line: openingLine)
  }

  private mutating func consumeLineEnd() {
    guard !isAtEnd else { return }
    if bytes[position] == Self.carriageReturn, position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed {
      position += 1
    }
    position += 1
    line += 1
  }

  private func isFieldEnd(_ byte: UInt8) -> Bool {
    byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn
  }

  /// True at the last byte of a line end, so that CRLF counts once.
  private func endsLine(at i: Int) -> Bool {
    if bytes[i] == Self.lineFeed { return true }
    return bytes[i] == Self.carriageReturn && !(i + 1 < bytes.count && bytes[i + 1] == Self.lineFeed)
  }
}
