internal import CZlib

/// The gzip container (RFC 1952), by zlib.
enum Gzip {
  /// True when the bytes begin as every gzip member does.
  static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// The contents of all members, one after the other (RFC 1952, section 2.2). Checksums and lengths are verified by
  /// zlib. Zero bytes may pad the end, as tape and block devices leave them; any other excess is an error.
  static func decompress(_ bytes: [UInt8], file: String) throws(FormatError) -> [UInt8] {
    var output: [UInt8] = []
    func damage(_ what: String) -> FormatError {
      let lines = output.reduce(into: 1) { count, byte in if byte == Byte.newline { count += 1 } }
      return FormatError(
        kind: .compression, file: file, line: lines, what: what, remedy: "fetch or compress the file again")
    }

    var stream = z_stream()
    // 15 + 16: the largest window, and a gzip header and trailer around it.
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw damage("zlib cannot start")
    }
    defer { inflateEnd(&stream) }

    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    while true {
      let step = inflate(&stream, bytes, from: consumed, into: &chunk)
      consumed += step.consumed
      output.append(contentsOf: chunk[..<step.produced])
      guard output.count <= SizeLimit.textBytes else {
        throw FormatError(
          kind: .tooLarge, file: file, line: 1, what: "the file unfolds to more than \(SizeLimit.textBytes) bytes",
          remedy: "split the program")
      }
      switch step.status {
      case Z_OK, Z_BUF_ERROR:
        if step.consumed == 0, step.produced == 0 {
          throw damage("the compressed file breaks off after \(output.count) bytes of text")
        }
      case Z_STREAM_END:
        if bytes[consumed...].allSatisfy({ $0 == 0 }) { return output }
        guard bytes[consumed] == 0x1F else {
          throw damage("something other than a gzip member follows the compressed text")
        }
        inflateReset(&stream)
      default:
        throw damage("the compressed file is corrupt after \(output.count) bytes of text")
      }
    }
  }

  /// One call of `inflate` on the input from `start`.
  private static func inflate(
    _ stream: inout z_stream, _ bytes: [UInt8], from start: Int, into chunk: inout [UInt8]
  ) -> (status: Int32, consumed: Int, produced: Int) {
    // zlib counts in 32 bits; larger inputs are fed in several calls.
    let available = min(bytes.count - start, 1 << 30)
    let capacity = chunk.count
    return bytes.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
        stream.avail_in = UInt32(available)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(capacity)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (status, available - Int(stream.avail_in), capacity - Int(stream.avail_out))
      }
    }
  }

  /// One member with the given contents. Nothing in it depends on the time or the machine.
  static func compress(_ bytes: [UInt8], file: String) throws(FormatError) -> [UInt8] {
    func failure() -> FormatError {
      FormatError(
        kind: .compression, file: file, line: 1, what: "zlib cannot compress the file", remedy: "leave out .gz")
    }
    var stream = z_stream()
    // 15 + 16: the largest window, and a gzip header and trailer around it; 8: zlib's default use of memory.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        == Z_OK
    else { throw failure() }
    defer { deflateEnd(&stream) }

    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    while true {
      let available = min(bytes.count - consumed, 1 << 30)
      let capacity = chunk.count
      let isLast = consumed + available == bytes.count
      let status = bytes.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { output in
          stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
          stream.avail_in = UInt32(available)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(capacity)
          return deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
        }
      }
      consumed += available - Int(stream.avail_in)
      output.append(contentsOf: chunk[..<(capacity - Int(stream.avail_out))])
      if status == Z_STREAM_END { return output }
      guard status == Z_OK else { throw failure() }
    }
  }
}
