/// A point at which expressions are evaluated; values of atoms are computed once.
final class Valuation {
  private let x: [Double]
  private let parameters: [Double]
  private var known: [Int: [Double]] = [:]

  /// - Parameters:
  ///   - x: a value for each variable of the model.
  ///   - parameters: a value for each parameter of the model.
  init(x: [Double], parameters: [Double]) {
    self.x = x
    self.parameters = parameters
  }

  /// Every row. Complexity: O(terms), and what the atoms cost.
  func values(of rows: AffineRows) -> [Double] {
    (0..<rows.count).map { row in
      rows.terms(row).reduce(rows.constant(row)) { $0 + $1.coefficient * value(of: $1.variable, in: rows) }
    }
  }

  private func value(of variable: Int, in rows: AffineRows) -> Double {
    guard let node = rows.atom(of: variable) else { return x[variable] }
    let first = node.numbers.lowerBound
    if let values = known[first] { return values[variable - first] }
    let arguments = node.arguments.map { values(of: $0.affine) }
    let computed =
      switch node.content {
      case .atom(let atom): atom.values(arguments)
      case .parametric(let rows): rows.values(arguments[0], parameters)
      }
    known[first] = computed
    return computed[variable - first]
  }
}
