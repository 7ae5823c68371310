/// `coefficient · x[variable]`. Numbers from `AtomNode.firstNumber` on stand for values of atoms.
struct Term: Sendable, Equatable {
  var variable: Int
  var coefficient: Double
}

/// Rows of an affine map `x ↦ Fx + g` in compressed-sparse-row form, shared and never changed.
///
/// Row `i` is `Σ terms[k].coefficient · x[terms[k].variable] + constants[i]` over `starts[i] ..< starts[i + 1]`, its
/// variables strictly increasing.
final class AffineStorage: Sendable {
  /// The model whose variables appear; `nil` for constants.
  let model: Model?
  /// The atoms whose values may appear, by increasing number.
  let atoms: [AtomNode]
  let starts: [Int]
  let terms: [Term]
  let constants: [Double]
  /// The first fault met while the rows were made; then there are no rows.
  let fault: ModelError?

  init(
    model: Model?, atoms: [AtomNode] = [], starts: [Int], terms: [Term], constants: [Double], fault: ModelError? = nil
  ) {
    self.model = model
    self.atoms = atoms
    self.starts = starts
    self.terms = terms
    self.constants = constants
    self.fault = fault
  }
}

/// A run of rows of some storage. Taking one entry, or a column of a matrix, costs O(1) and copies nothing.
struct AffineRows: Sendable {
  let storage: AffineStorage
  let first: Int
  let count: Int

  init(_ storage: AffineStorage) {
    self.init(storage, first: 0, count: storage.constants.count)
  }

  private init(_ storage: AffineStorage, first: Int, count: Int) {
    self.storage = storage
    self.first = first
    self.count = count
  }

  var model: Model? { storage.model }
  var fault: ModelError? { storage.fault }

  func constant(_ row: Int) -> Double { storage.constants[first + row] }

  func terms(_ row: Int) -> ArraySlice<Term> {
    storage.terms[storage.starts[first + row]..<storage.starts[first + row + 1]]
  }

  /// The terms of all rows.
  var allTerms: ArraySlice<Term> { storage.terms[storage.starts[first]..<storage.starts[first + count]] }

  /// The atom that a variable number stands for, or `nil` for a variable. Complexity: O(log atoms).
  func atom(of variable: Int) -> AtomNode? {
    let atoms = storage.atoms
    guard variable >= AtomNode.firstNumber, !atoms.isEmpty else { return nil }
    var (low, high) = (0, atoms.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if atoms[middle].numbers.lowerBound <= variable { low = middle } else { high = middle }
    }
    return atoms[low].numbers.contains(variable) ? atoms[low] : nil
  }

  /// The rows of `range`, which must lie within `0 ..< count`.
  func slice(_ range: Range<Int>) -> AffineRows {
    AffineRows(storage, first: first + range.lowerBound, count: range.count)
  }

  func slice(_ row: Int) -> AffineRows { slice(row..<row + 1) }

  /// True for plain numbers.
  var isConstant: Bool { storage.terms.isEmpty && model == nil }

  /// True when an atom's value appears.
  var isCurved: Bool { storage.atoms.isEmpty ? false : allTerms.contains { $0.variable >= AtomNode.firstNumber } }
}

// MARK: - Making rows

extension AffineRows {
  /// Rows that do not exist because of a fault.
  static func faulty(_ fault: ModelError) -> AffineRows {
    AffineRows(AffineStorage(model: nil, starts: [0], terms: [], constants: [], fault: fault))
  }

  /// Rows without variables.
  static func constants(_ values: [Double]) -> AffineRows {
    let starts = [Int](repeating: 0, count: values.count + 1)
    return AffineRows(AffineStorage(model: nil, starts: starts, terms: [], constants: values))
  }

  /// One row for each of the given consecutive variables, with coefficient 1.
  static func variables(_ range: Range<Int>, model: Model?, atoms: [AtomNode] = []) -> AffineRows {
    AffineRows(
      AffineStorage(
        model: model, atoms: atoms, starts: Array(0...range.count),
        terms: range.map { Term(variable: $0, coefficient: 1) },
        constants: [Double](repeating: 0, count: range.count)))
  }

  /// Rows that are linear combinations of the rows of `operands`, as `body` writes them; a fault among the operands, or
  /// variables of two models, make a faulty result and `body` is not called.
  static func combination(of operands: [AffineRows], _ body: (inout AffineWriter) -> Void) -> AffineRows {
    var writer = AffineWriter()
    for operand in operands { writer.adopt(operand) }
    if writer.fault == nil { body(&writer) }
    return writer.finish()
  }

  /// The rows at the given positions, each of which must lie within `0 ..< count`, in that order.
  func gather(_ positions: some Sequence<Int>) -> AffineRows {
    .combination(of: [self]) { writer in
      for position in positions {
        writer.add(1, position, of: self)
        writer.endRow()
      }
    }
  }

  /// `Σ weights[i] · row i`, one row.
  func weightedSum(_ weights: [Double]) -> AffineRows {
    .combination(of: [self]) { writer in
      writer.add(of: self) { add in
        for (row, weight) in weights.enumerated() { add(weight, row) }
      }
      writer.endRow()
    }
  }

  /// Each row times its own weight.
  func scaled(by weight: (Int) -> Double) -> AffineRows {
    .combination(of: [self]) { writer in
      for row in 0..<count {
        writer.add(weight(row), row, of: self)
        writer.endRow()
      }
    }
  }

  /// `self + k · other`, row by row, for as many rows.
  func adding(_ k: Double, _ other: AffineRows) -> AffineRows {
    .combination(of: [self, other]) { writer in
      for row in 0..<count {
        writer.add(1, row, of: self)
        writer.add(k, row, of: other)
        writer.endRow()
      }
    }
  }

  /// Row `i` plus `shift(i)`. Complexity: O(count): the terms are shared, unless the rows are part of larger storage.
  func shifted(by shift: (Int) -> Double) -> AffineRows {
    if fault != nil { return self }
    let constants = (0..<count).map { constant($0) + shift($0) }
    let range = storage.starts[first]..<storage.starts[first + count]
    let isWhole = count == storage.constants.count
    return AffineRows(
      AffineStorage(
        model: model, atoms: storage.atoms,
        starts: isWhole ? storage.starts : storage.starts[first...first + count].map { $0 - range.lowerBound },
        terms: isWhole ? storage.terms : Array(storage.terms[range]), constants: constants))
  }

  /// One set of rows after the other.
  static func stack(_ parts: [AffineRows]) -> AffineRows {
    .combination(of: parts) { writer in
      for part in parts {
        for row in 0..<part.count {
          writer.add(1, row, of: part)
          writer.endRow()
        }
      }
    }
  }
}
