import Foundation
import TestSupport
import Testing

@testable import ConeFormats

@Suite struct ConicFileTests {
  @Test(arguments: ["loose.dat-s", "cones.cbf"])
  func aCompressedFileReadsAsThePlainOne(name: String) throws {
    let plain = try ConicFile.read(path: instancePath(name))
    #expect(try ConicFile.read(path: instancePath(name + ".gz")) == plain)
    // Compression goes by content, whatever the name says.
    #expect(try ConicFile.read(bytes: instance(name + ".gz"), name: name) == plain)
    #expect(try ConicFile.read(bytes: instance(name), name: name + ".gz") == plain)
  }

  @Test func theFormatGoesByExtensionAndThenByContent() throws {
    #expect(ConicFile.format(ofName: "a/b.DAT-S.GZ") == .sdpa)
    #expect(ConicFile.format(ofName: "b.dat") == .sdpa)
    #expect(ConicFile.format(ofName: "b.CBF") == .cbf)
    #expect(ConicFile.format(ofName: "cbf") == nil)
    for name in ["loose.dat-s", "cones.cbf", "cones.cbf.gz", "loose.dat-s.gz"] {
      let imported = try ConicFile.read(bytes: instance(name), name: "standard input")
      #expect(try imported == ConicFile.read(path: instancePath(name)))
    }
    // A stated format stands above the name.
    #expect(throws: FormatError.self) {
      try ConicFile.read(bytes: try instance("cones.cbf"), name: "cones.cbf", format: .sdpa)
    }
  }

  @Test func aMissingFileIsNamed() throws {
    let error = #expect(throws: FormatError.self) { try ConicFile.read(path: "no/such/file.cbf") }
    #expect(error?.kind == .unreadable)
    #expect(error?.file == "no/such/file.cbf")
    let folder = try instancePath("")
    #expect(throws: FormatError.self) { try ConicFile.read(path: folder) }
  }

  // MARK: Gzip

  @Test func membersAreJoinedAndPaddingIsPassedOver() throws {
    let text = try instance("cones.cbf")
    let expected = try ConicFile.read(bytes: text, name: "cones.cbf")
    for cut in [0, 1, 100, text.count] {
      let members = storedGzip(Array(text[..<cut])) + storedGzip(Array(text[cut...]))
      #expect(try Gzip.decompress(members, file: "m") == text)
      #expect(try ConicFile.read(bytes: members + [0, 0, 0], name: "cones.cbf") == expected)
    }
    let first = try Gzip.decompress(instance("cones.cbf.gz") + instance("loose.dat-s.gz"), file: "m")
    #expect(try first == text + instance("loose.dat-s"))
  }

  @Test func textsBeyondOneBufferComeOutWhole() throws {
    var random = SplitMix64(seed: 9)
    let text = (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(try Gzip.decompress(storedGzip(text), file: "long") == text)
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try instance("cones.cbf.gz")
    for length in 2..<bytes.count {
      let error = #expect(throws: FormatError.self) {
        try ConicFile.read(bytes: Array(bytes.prefix(length)), name: "cones.cbf")
      }
      #expect(error?.kind == .compression)
    }
  }

  @Test func damageIsAnError() throws {
    let bytes = try instance("cones.cbf.gz")
    var wrongChecksum = bytes
    wrongChecksum[bytes.count - 8] ^= 1
    var wrongLength = bytes
    wrongLength[bytes.count - 1] ^= 1
    for damaged in [wrongChecksum, wrongLength, bytes + [1, 2, 3], bytes + [0x1F], bytes + [0x1F, 0x8B, 8]] {
      let error = #expect(throws: FormatError.self) { try ConicFile.read(bytes: damaged, name: "cones.cbf") }
      #expect(error?.kind == .compression)
    }
  }
}
