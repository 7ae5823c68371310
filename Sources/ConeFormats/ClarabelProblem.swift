import ConeSolver
import Foundation
import LinearAlgebra

/// The JSON that Clarabel saves its problems in: `P`, `q`, `A`, `b`, `cones`, and settings, which belong to that solver
/// and are passed over.
///
///     {"P": {"m": 1, "n": 1, "colptr": [0, 1], "rowval": [0], "nzval": [2]}, "q": [-1],
///      "A": {…}, "b": […], "cones": [{"ZeroConeT": 1}, {"PSDTriangleConeT": 2}]}
///
/// The program is that of `ConicProblem`, entry by entry: the same signs, the same order of rows, semidefinite blocks as
/// upper triangles with √2. `P` may come whole or as its upper triangle; it is written as the triangle. Duplicate
/// entries are refused, as everywhere.
struct ClarabelProblem: Codable {
  struct Matrix: Codable {
    var m: Int
    var n: Int
    var colptr: [Int]
    var rowval: [Int]
    var nzval: [Double]
  }

  var P: Matrix
  var q: [Double]
  var A: Matrix
  var b: [Double]
  /// The one key of each object names the cone.
  var cones: [[String: Double]]

  // MARK: Writing

  init(_ problem: ConicProblem) {
    P = Matrix(problem.P)
    q = problem.q
    A = Matrix(problem.A)
    b = problem.b
    cones = problem.cones.map { cone in
      switch cone {
      case .zero(let n): ["ZeroConeT": Double(n)]
      case .nonnegative(let n): ["NonnegativeConeT": Double(n)]
      case .secondOrder(let n): ["SecondOrderConeT": Double(n)]
      case .positiveSemidefinite(let k): ["PSDTriangleConeT": Double(k)]
      }
    }
  }

  /// The bytes of the file. It has neither a maximisation nor a constant: it asks for the minimum of the program.
  static func text(of problem: ConicProblem, file: String) throws(FormatError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      return Array(try encoder.encode(ClarabelProblem(problem))) + [Byte.newline]
    } catch {
      throw FormatError(
        kind: .unsupported, file: file, line: 1, what: "JSON cannot state the program: \(error.localizedDescription)",
        remedy: "give finite numbers")
    }
  }

  // MARK: Reading

  static func read(_ text: [UInt8], file: String) throws(FormatError) -> ImportedProblem {
    func fault(_ what: String, _ remedy: String, _ kind: FormatError.Kind = .syntax) -> FormatError {
      FormatError(kind: kind, file: file, line: 1, what: what, remedy: remedy)
    }
    let content: ClarabelProblem
    do {
      content = try JSONDecoder().decode(ClarabelProblem.self, from: Data(text))
    } catch let error as DecodingError {
      throw fault(error.place, "write the problem as Clarabel saves it: P, q, A, b and cones")
    } catch {
      throw fault("the text is no JSON: \(error.localizedDescription)", "write the problem as Clarabel saves it")
    }
    var cones: [Cone] = []
    for (index, cone) in content.cones.enumerated() {
      guard cone.count == 1, let (name, value) = cone.first, let size = Int(exactly: value), size >= 0,
        size <= SizeLimit.dimension
      else { throw fault("cone \(index) is not one name with a size", "write {\"NonnegativeConeT\": 3}") }
      switch name {
      case "ZeroConeT": cones.append(.zero(size))
      case "NonnegativeConeT": cones.append(.nonnegative(size))
      case "SecondOrderConeT": cones.append(.secondOrder(size))
      case "PSDTriangleConeT":
        guard SizeLimit.triangle(order: size) != nil else {
          throw fault("cone \(index) has order \(size), too large", "split the program", .tooLarge)
        }
        cones.append(.positiveSemidefinite(order: size))
      default:
        throw fault(
          "cone \(index) is a \(name)", "zero, nonnegative, second-order and PSD cones are read", .unsupported)
      }
    }
    let problem: ConicProblem
    do {
      problem = try ConicProblem(
        P: content.P.sparse.upperTriangleOfSymmetric(), q: content.q, A: content.A.sparse, b: content.b, cones: cones
      ).validated()
    } catch {
      throw fault("the program is faulty: \(error.description)", "mend it where it was written")
    }
    return ImportedProblem(
      problem: problem, objectiveSense: .minimize, objectiveConstant: 0, format: .json,
      scalarVariableCount: problem.variableCount, matrixVariableOrders: [])
  }
}

extension ClarabelProblem.Matrix {
  init(_ matrix: SparseMatrix) {
    self.init(
      m: matrix.rows, n: matrix.columns, colptr: matrix.columnPointers, rowval: matrix.rowIndices, nzval: matrix.values)
  }

  var sparse: SparseMatrix {
    SparseMatrix(rows: m, columns: n, columnPointers: colptr, rowIndices: rowval, values: nzval)
  }
}

extension SparseMatrix {
  /// Without what lies below the diagonal of a matrix that was given whole. A malformed one is left to validation.
  fileprivate func upperTriangleOfSymmetric() -> SparseMatrix {
    guard columnPointers.count == columns + 1, columnPointers.first == 0, columnPointers.last == nonzeros,
      rowIndices.count == nonzeros, zip(columnPointers, columnPointers.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return self }
    let isUpper = (0..<columns).allSatisfy { j in
      rowIndices[columnPointers[j]..<columnPointers[j + 1]].allSatisfy { $0 <= j }
    }
    guard !isUpper else { return self }
    // A full matrix is checked for symmetry by validation; a lower triangle is turned.
    let isLower = (0..<columns).allSatisfy { j in
      rowIndices[columnPointers[j]..<columnPointers[j + 1]].allSatisfy { $0 >= j }
    }
    return isLower && rowIndices.allSatisfy { 0..<rows ~= $0 } ? transposed() : self
  }
}

extension DecodingError {
  /// What was found where.
  fileprivate var place: String {
    let context: Context
    switch self {
    case .dataCorrupted(let c), .typeMismatch(_, let c), .valueNotFound(_, let c): context = c
    case .keyNotFound(let key, let c):
      return "there is no \(key.stringValue)\(c.codingPath.isEmpty ? "" : " in \(c.codingPath[0].stringValue)")"
    @unknown default: return "the text is no problem"
    }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return (path.isEmpty ? "" : "\(path): ") + context.debugDescription
  }
}
