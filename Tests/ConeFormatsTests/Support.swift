import ConeSolver
import Foundation
import LinearAlgebra
import Testing

@testable import ConeFormats

/// The bytes of a file among the test's instances.
func instance(_ name: String) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(fileURLWithPath: instancePath(name))))
}

func instancePath(_ name: String) throws -> String {
  let folder = try #require(Bundle.module.resourceURL)
  return folder.appendingPathComponent("Instances").appendingPathComponent(name).path
}

/// The text of a compressed instance.
func instanceText(_ name: String) throws -> String {
  String(decoding: try Gzip.decompress(try instance(name), file: name), as: UTF8.self)
}

func readSDPA(_ text: String) throws(FormatError) -> ImportedProblem {
  try ConicFile.read(bytes: Array(text.utf8), name: "test.dat-s")
}

func readCBF(_ text: String) throws(FormatError) -> ImportedProblem {
  try ConicFile.read(bytes: Array(text.utf8), name: "test.cbf")
}

/// The rows of a sparse matrix, in full.
func dense(_ matrix: SparseMatrix) -> [[Double]] {
  var rows = [[Double]](repeating: [Double](repeating: 0, count: matrix.columns), count: matrix.rows)
  for entry in matrix.entries { rows[entry.row][entry.column] += entry.value }
  return rows
}

/// `b − Ax`.
func slack(_ problem: ConicProblem, _ x: [Double]) -> [Double] {
  var s = problem.b
  for entry in problem.A.entries { s[entry.row] -= entry.value * x[entry.column] }
  return s
}

func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

/// Upper triangle column by column, off-diagonals times √2, of a full matrix.
func svec(_ matrix: [[Double]]) -> [Double] {
  matrix.indices.flatMap { j in (0...j).map { i in i == j ? matrix[i][j] : matrix[i][j] * 2.0.squareRoot() } }
}

/// Why a program is not well formed, or `nil`.
func fault(in imported: ImportedProblem) -> String? {
  let problem = imported.problem
  let A = problem.A
  if A.columns != problem.q.count || A.rows != problem.b.count { return "shapes of A, q, b" }
  if problem.cones.reduce(0, { $0 + $1.dimension }) != A.rows { return "cone dimensions" }
  if problem.cones.contains(where: { $0.dimension <= 0 }) { return "empty cone" }
  if A.columnPointers.count != A.columns + 1 || A.columnPointers[0] != 0 { return "column pointers" }
  if A.columnPointers[A.columns] != A.values.count || A.rowIndices.count != A.values.count { return "entry count" }
  for j in 0..<A.columns {
    let range = A.columnPointers[j]..<A.columnPointers[j + 1]
    if range.contains(where: { A.rowIndices[$0] < 0 || A.rowIndices[$0] >= A.rows }) { return "row index" }
    if range.dropFirst().contains(where: { A.rowIndices[$0] <= A.rowIndices[$0 - 1] }) { return "row order" }
  }
  if !(A.values + problem.b + problem.q).allSatisfy(\.isFinite) || !imported.objectiveConstant.isFinite {
    return "not finite"
  }
  let matrixEntries = imported.matrixVariableOrders.reduce(0) { $0 + $1 * ($1 + 1) / 2 }
  if imported.scalarVariableCount + matrixEntries != problem.q.count { return "variable bookkeeping" }
  return nil
}

/// A gzip member that stores its content without compression (RFC 1951 section 3.2.4, RFC 1952 section 2.3).
func storedGzip(_ content: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
  let longest = 65535
  var start = 0
  repeat {
    let end = min(start + longest, content.count)
    let length = UInt16(end - start)
    bytes += [end == content.count ? 1 : 0] + littleEndian(length) + littleEndian(~length)
    bytes += content[start..<end]
    start = end
  } while start < content.count
  return bytes + littleEndian(crc32(content)) + littleEndian(UInt32(content.count))
}

private func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
