extension CompiledProblem {
  /// A sentence for each constraint that confines a semidefinite variable to a face: equations `⟨a, X⟩ = 0` with `±a ⪰ 0`.
  ///
  /// Complexity: O(n³) for each such equation on a variable of order `n`.
  var exposedFaces: [String] {
    var seen: Set<ObjectIdentifier> = []
    return sourceProblem.constraints.flatMap { block -> [String] in
      guard block.set == .zero, seen.insert(ObjectIdentifier(block.identity)).inserted else { return [] }
      let rows = block.body.affine
      // By variable, the sum of all exposing matrices: its null space is that of all of them.
      var exposing: [Int: [Double]] = [:]
      for row in 0..<rows.count where rows.constant(row) == 0 {
        guard let (index, matrix) = semidefiniteFunctional(rows.terms(row)) else { continue }
        let sum = exposing[index] ?? [Double](repeating: 0, count: matrix.count)
        exposing[index] = zip(sum, matrix).map { $0 + $1 }
      }
      return exposing.sorted { $0.key < $1.key }.map { index, matrix in
        let variable = blocks[index]
        let order = variable.extent.rows
        let eigenvalues = Constant<Symmetric>(extent: variable.extent, values: matrix).eigenvalues
        let rank = eigenvalues.count { $0 > Self.rounding * (eigenvalues.last ?? 0) }
        return """
          \(block.label) says ⟨a, \(variable.name)⟩ = 0 with a ⪰ 0 of rank \(rank): \(variable.name) lies on a face of order \
          \(order - rank) of the semidefinite cone of order \(order)
          """
      }
    }
  }

  /// What is below this fraction of the largest eigenvalue counts as zero.
  private static let rounding = 1e-10

  /// The semidefinite variable of a row, and the matrix `a ⪰ 0` for which the row is `⟨a, X⟩` up to a factor; `nil` for any other row.
  private func semidefiniteFunctional(_ terms: ArraySlice<Term>) -> (index: Int, matrix: [Double])? {
    let terms = terms.filter { $0.coefficient != 0 }
    guard let first = terms.first, let last = terms.last, last.variable < AtomNode.firstNumber else { return nil }
    let index = VariableBlock.index(of: first.variable, in: blocks)
    let variable = blocks[index]
    guard variable.variables.contains(last.variable), [.positiveSemidefinite, .doublyNonnegative].contains(variable.domain)
    else { return nil }
    var matrix = [Double](repeating: 0, count: variable.count)
    for term in terms {
      let (i, j) = Triangle.place(term.variable - variable.first)
      matrix[term.variable - variable.first] = i == j ? term.coefficient : term.coefficient / 2
    }
    let eigenvalues = Constant<Symmetric>(extent: variable.extent, values: matrix).eigenvalues
    guard let least = eigenvalues.first, let largest = eigenvalues.last else { return nil }
    if least >= -Self.rounding * largest { return (index, matrix.map { $0 / largest }) }
    if largest <= -Self.rounding * least { return (index, matrix.map { $0 / least }) }
    return nil
  }
}
