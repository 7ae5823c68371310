import CConeSolver
import ConeSolver
import LinearAlgebra
import NNLift

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Copies of what a caller passes, after the checks that need no knowledge of the program.
enum Arguments {
  /// No array is longer, so that sums and products of a few lengths cannot overflow.
  private static let longest: Int64 = 1 << 40

  static func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(Fault) -> String {
    guard let pointer else { throw .null(name) }
    return String(cString: pointer)
  }

  static func length(_ count: Int64, _ name: String) throws(Fault) -> Int {
    guard 0...longest ~= count else { throw Fault(CONE_WRONG_LENGTH, "\(name) is \(count); give a length from 0 to 2^40") }
    return Int(count)
  }

  /// The array behind a pointer, which may be null when it is empty.
  static func array<Element: BitwiseCopyable, Stored: BitwiseCopyable>(
    _ pointer: UnsafePointer<Stored>?, _ count: Int64, _ name: String, of zero: Element
  ) throws(Fault) -> [Element] {
    let count = try length(count, "the length of \(name)")
    if count == 0 { return [] }
    guard let pointer else { throw .null(name) }
    // Bytes are copied, since nobody promises that they are aligned.
    return [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      memcpy(buffer.baseAddress!, pointer, count * MemoryLayout<Element>.stride)
      filled = count
    }
  }

  static func doubles(_ pointer: UnsafePointer<Double>?, _ count: Int64, _ name: String) throws(Fault) -> [Double] {
    try array(pointer, count, name, of: 0.0)
  }

  static func matrix(_ pointer: UnsafePointer<cone_matrix>?, _ name: String) throws(Fault) -> SparseMatrix {
    guard let matrix = pointer?.pointee else { throw .null(name) }
    let rows = try length(matrix.rows, "the number of rows of \(name)")
    let columns = try length(matrix.columns, "the number of columns of \(name)")
    let pointers =
      columns == 0 ? [0] : try array(matrix.column_pointers, matrix.columns + 1, "column_pointers of \(name)", of: 0)
    // Before so many entries are read: a count that the column pointers do not confirm may be any number.
    guard pointers[columns] == Int(matrix.count) else {
      throw Fault(CONE_WRONG_LENGTH, "\(name) has \(matrix.count) values, but its last column pointer is \(pointers[columns])")
    }
    return SparseMatrix(
      rows: rows, columns: columns, columnPointers: pointers,
      rowIndices: try array(matrix.row_indices, matrix.count, "row_indices of \(name)", of: 0),
      values: try doubles(matrix.values, matrix.count, "values of \(name)"))
  }

  static func cones(_ pointer: UnsafePointer<cone_factor>?, _ count: Int64) throws(Fault) -> [Cone] {
    var cones: [Cone] = []
    for (index, factor) in try array(pointer, count, "cones", of: cone_factor()).enumerated() {
      let size = Int(factor.size)
      switch Int(factor.kind) {
      case CONE_ZERO: cones.append(.zero(size))
      case CONE_NONNEGATIVE: cones.append(.nonnegative(size))
      case CONE_SECOND_ORDER: cones.append(.secondOrder(size))
      case CONE_SEMIDEFINITE: cones.append(.positiveSemidefinite(order: size))
      default: throw Fault(CONE_INVALID_DATA, "cone \(index) is of kind \(factor.kind); kinds are 0 to 3")
      }
    }
    return cones
  }

  /// A dense matrix that C keeps row by row.
  static func table(_ pointer: UnsafePointer<cone_table>?, _ name: String) throws(Fault) -> DenseMatrix {
    guard let table = pointer?.pointee else { throw .null(name) }
    let rows = try length(table.rows, "the number of rows of \(name)")
    let columns = try length(table.columns, "the number of columns of \(name)")
    let (count, overflow) = table.rows.multipliedReportingOverflow(by: table.columns)
    if overflow { throw Fault(CONE_WRONG_LENGTH, "\(name) is \(rows) × \(columns), too large") }
    // However long its one side is said to be, there is nothing to go through.
    if count == 0 { return DenseMatrix(rows: rows, columns: columns) }
    let matrix = DenseMatrix(rows: columns, columns: rows, values: try doubles(table.values, count, name)).transposed
    // NaN is left to whoever knows the names of rows and columns.
    if let value = matrix.values.first(where: { abs($0) > largest }) { throw immoderate(name, value) }
    return matrix
  }

  /// Training multiplies up to eight numbers of its data; beyond this size the product leaves double precision.
  private static let largest = 1e30

  static func weightDecay(_ value: Double) throws(Fault) -> Double {
    if value > largest || value > 0 && value < 1 / largest { throw immoderate("the weight decay", value) }
    return value
  }

  private static func immoderate(_ name: String, _ value: Double) -> Fault {
    Fault(CONE_INVALID_DATA, "\(name) has \(value); scale data and weight decay to moderate sizes, at most 1e30")
  }
}

/// Copies of arrays that a caller asked for.
enum Results {
  /// - Throws: when the caller's array has another length than is needed.
  static func copy<Element: BitwiseCopyable, Stored: BitwiseCopyable>(
    _ array: [Element], to pointer: UnsafeMutablePointer<Stored>?, _ count: Int64, _ name: String
  ) throws(Fault) {
    guard count == Int64(array.count) else {
      throw Fault(CONE_WRONG_LENGTH, "room for \(count) entries of \(name) is given, but it has \(array.count)")
    }
    if array.isEmpty { return }
    guard let pointer else { throw .null("the room for \(name)") }
    _ = array.withUnsafeBytes { memcpy(pointer, $0.baseAddress!, $0.count) }
  }

  /// Fills a struct of which the caller may know only the first `size` bytes.
  static func copy<Struct: BitwiseCopyable>(
    _ value: Struct, to pointer: UnsafeMutablePointer<Struct>?, size: Int, _ name: String
  ) throws(Fault) {
    guard let pointer else { throw .null(name) }
    guard size > 0, size <= MemoryLayout<Struct>.size else {
      throw Fault(CONE_WRONG_LENGTH, "the size of \(name) is \(size) bytes; pass sizeof of the struct")
    }
    _ = withUnsafeBytes(of: value) { memcpy(pointer, $0.baseAddress!, size) }
  }
}
