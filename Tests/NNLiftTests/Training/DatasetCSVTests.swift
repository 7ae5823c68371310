import Foundation
import Testing
@testable import NNLift

@Suite("Reading data sets from CSV")
struct DatasetCSVTests {
  private func read(_ text: String, _ targets: TargetColumns = .lastColumn) throws -> Dataset {
    try Dataset(csvText: text, file: "data.csv", targets: targets)
  }

  private func fault(_ text: String, _ targets: TargetColumns = .lastColumn) -> DatasetError? {
    do {
      _ = try Dataset(csvText: text, file: "data.csv", targets: targets)
      return nil
    } catch {
      return error
    }
  }

  @Test func classesBecomeSortedOneHotColumns() throws {
    let data = try read("x1,x2,kind\n1,2.5,10\n-3e-1,4,-1\n5,6,2.0\n0,0,10\n")
    #expect(data.featureNames == ["x1", "x2"])
    #expect(data.features.rowArrays == [[1, 2.5], [-0.3, 4], [5, 6], [0, 0]])
    #expect(data.targets == .classes(label: "kind", names: ["-1", "2", "10"], indices: [2, 0, 1, 2]))
    #expect(data.Y.rowArrays == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    #expect(data.classIndices == [2, 0, 1, 2])
  }

  @Test func labelMayBeAnyColumn() throws {
    let data = try read("kind,x1,x2\n1,2,3\n0,5,6\n", .label("kind"))
    #expect(data.featureNames == ["x1", "x2"])
    #expect(data.Y.rowArrays == [[0, 1], [1, 0]])
  }

  @Test func outputsKeepTheOrderAskedFor() throws {
    let data = try read("y1,x,y2\n1.5,2,3\n4,5,6\n", .outputs(["y2", "y1"]))
    #expect(data.targets == .outputs(names: ["y2", "y1"]))
    #expect(data.features.rowArrays == [[2], [5]])
    #expect(data.Y.rowArrays == [[3, 1.5], [6, 4]])
    #expect(data.classIndices == nil)
  }

  @Test func lineEndsQuotesMarkAndTrailingBlanksAreRead() throws {
    let plain = try read("a,\"b,\nwith \"\"quotes\"\"\",label\n1,2,0\n3,4,1\n")
    #expect(plain.featureNames == ["a", "b,\nwith \"quotes\""])
    let windows = try read("\u{FEFF}a,\"b,\nwith \"\"quotes\"\"\",label\r\n\"1\", 2 ,0\r\n3,4,1\r\n\r\n  \r\n")
    #expect(windows == plain)
    #expect(try read("a,\"b,\nwith \"\"quotes\"\"\",label\r1,2,0\r3,4,1") == plain)
  }

  @Test func theSpiralIsRead() throws {
    let data = try Dataset(csv: Instance.path("spiral.csv"))
    #expect(data.sampleCount == 60 && data.features.columns == 2 && data.Y.columns == 3)
    #expect((0..<3).allSatisfy { data.Y.column($0).reduce(0, +) == 20 })
  }

  @Test func faultsNameTheirPlace() {
    #expect(fault("") == .empty(file: "data.csv"))
    #expect(fault("\n\n") == .empty(file: "data.csv"))
    #expect(fault("a,label\n") == .noDataRow(file: "data.csv", line: 1))
    #expect(fault("label\n1\n") == .noFeatureColumn(file: "data.csv", line: 1))
    #expect(fault("a,b\n1,2\n", .outputs(["a", "b"])) == .noFeatureColumn(file: "data.csv", line: 1))
    #expect(fault("a,a,label\n1,2,3\n") == .duplicateHeaderName(file: "data.csv", line: 1, name: "a"))
    #expect(fault("a,,label\n1,2,3\n") == .emptyHeaderName(file: "data.csv", line: 1, column: 2))
    #expect(
      fault("a,b\n1,2\n", .label("c"))
        == .missingColumn(file: "data.csv", line: 1, name: "c", available: ["a", "b"]))
    #expect(
      fault("a,b\n1,2\n", .outputs(["b", "z"]))
        == .missingColumn(file: "data.csv", line: 1, name: "z", available: ["a", "b"]))
    #expect(fault("a,b\n1,2\n", .outputs(["b", "b"])) == .duplicateOutput(file: "data.csv", line: 1, name: "b"))
    #expect(fault("a,b\n1,2\n", .outputs([])) == .noOutputColumn(file: "data.csv", line: 1))
    #expect(
      fault("a,b\n1,2\n\n3,4\n") == .wrongFieldCount(file: "data.csv", line: 3, row: 2, found: 1, expected: 2))
    #expect(
      fault("a,b\n1,2\n3,4,5\n") == .wrongFieldCount(file: "data.csv", line: 3, row: 2, found: 3, expected: 2))
    #expect(
      fault("a,b\n1,2\nx,4\n") == .notANumber(file: "data.csv", line: 3, row: 2, column: "a", text: "x"))
    #expect(
      fault("a,b\n\"1,5\",2\n") == .notANumber(file: "data.csv", line: 2, row: 1, column: "a", text: "1,5"))
    #expect(fault("a,b\n,2\n") == .notANumber(file: "data.csv", line: 2, row: 1, column: "a", text: ""))
    #expect(fault("a,b\nnan,2\n") == .notFinite(file: "data.csv", line: 2, row: 1, column: "a", text: "nan"))
    #expect(fault("a,b\n1e999,2\n") == .notFinite(file: "data.csv", line: 2, row: 1, column: "a", text: "1e999"))
    #expect(
      fault("a,b\n-inf,2\n", .outputs(["b"]))
        == .notFinite(file: "data.csv", line: 2, row: 1, column: "a", text: "-inf"))
    #expect(
      fault("a,b\n1,0.5\n") == .labelNotInteger(file: "data.csv", line: 2, row: 1, column: "b", text: "0.5"))
    #expect(fault("a,b\n1,cat\n") == .labelNotInteger(file: "data.csv", line: 2, row: 1, column: "b", text: "cat"))
    #expect(fault("a,b\n1,\"2\n3,4\n") == .malformedQuote(file: "data.csv", line: 2))
    #expect(fault("a,b\n1,\"2\"x\n") == .malformedQuote(file: "data.csv", line: 2))
    #expect(fault("a,b\n1,x\"2\"\n") == .malformedQuote(file: "data.csv", line: 2))
  }

  @Test func linesAreCountedThroughQuotedLineEnds() {
    #expect(
      fault("\"a\r\nb\",label\r\n1,0\r\nx,1\r\n")
        == .notANumber(file: "data.csv", line: 4, row: 2, column: "a\r\nb", text: "x"))
  }

  @Test func textsSayWhatWhereAndHowToMend() {
    #expect(
      fault("a,b\n1,0.5\n")?.description
        == "data.csv:2: data row 1, label column 'b' is '0.5', not an integer class; "
        + "for regression give --outputs b, for classes write integers")
    #expect(
      fault("a,b\nx,1\n")?.description
        == "data.csv:2: data row 1, column 'a' is 'x', not a number; write it like -1.5 or 2e-3, or drop the column")
  }

  @Test func unreadableAndForeignFiles() {
    #expect(throws: DatasetError.unreadable(file: "/no/such/file.csv", reason: "no such file")) {
      try Dataset(csv: "/no/such/file.csv")
    }
    #expect(throws: DatasetError.notUTF8(file: "f")) {
      try Dataset(csvBytes: [0x61, 0xFF, 0x0A], file: "f", targets: .lastColumn)
    }
  }
}
