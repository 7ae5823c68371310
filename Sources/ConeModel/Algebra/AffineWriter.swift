/// Writes rows one after the other, each a linear combination of existing rows.
///
/// Every operation of the algebra is a loop over `add` and `endRow`.
struct AffineWriter {
  private var model: Model?
  private var atoms: [AtomNode] = []
  private(set) var fault: ModelError?
  private var starts = [0]
  private var terms: [Term] = []
  private var constants: [Double] = []
  private var constant = 0.0

  /// Takes over the model, the atoms and the fault of rows about to be added.
  mutating func adopt(_ rows: AffineRows) {
    if fault == nil { fault = rows.fault }
    adopt(rows.storage.atoms)
    guard let other = rows.model else { return }
    if let model, model !== other { fault = fault ?? .mixedModels }
    model = other
  }

  /// Merges two lists that are sorted by number; mostly the new one continues the old.
  private mutating func adopt(_ others: [AtomNode]) {
    guard let first = others.first else { return }
    guard let last = atoms.last, last.numbers.lowerBound >= first.numbers.lowerBound else {
      atoms += others
      return
    }
    var merged: [AtomNode] = []
    merged.reserveCapacity(atoms.count + others.count)
    var (i, j) = (0, 0)
    while i < atoms.count || j < others.count {
      let takesOwn = j == others.count || i < atoms.count && atoms[i].numbers.lowerBound <= others[j].numbers.lowerBound
      let next = takesOwn ? atoms[i] : others[j]
      if j < others.count, others[j] === next { j += 1 }
      if i < atoms.count, atoms[i] === next { i += 1 }
      merged.append(next)
    }
    atoms = merged
  }

  /// Adds `weight` times a row to the row being written. A weight of zero adds nothing.
  mutating func add(_ weight: Double, _ row: Int, of rows: AffineRows) {
    guard weight != 0 else { return }
    let storage = rows.storage
    let place = rows.first + row
    for k in storage.starts[place]..<storage.starts[place + 1] {
      let term = storage.terms[k]
      terms.append(Term(variable: term.variable, coefficient: weight * term.coefficient))
    }
    // A weight that is not finite shall be found at the variable it multiplies, not as NaN · 0 in the constant.
    let value = storage.constants[place]
    if value != 0 { constant += weight * value }
  }

  /// Adds weighted rows, as `forEach` gives weights and rows, to the row being written: in one go, since long rows are made of many.
  mutating func add(of rows: AffineRows, _ forEach: ((_ weight: Double, _ row: Int) -> Void) -> Void) {
    terms.reserveCapacity(terms.count + rows.count)
    let (storage, first) = (rows.storage, rows.first)
    storage.starts.withUnsafeBufferPointer { starts in
      storage.terms.withUnsafeBufferPointer { source in
        storage.constants.withUnsafeBufferPointer { constants in
          forEach { weight, row in
            guard weight != 0 else { return }
            let place = first + row
            for k in starts[place]..<starts[place + 1] {
              terms.append(Term(variable: source[k].variable, coefficient: weight * source[k].coefficient))
            }
            if constants[place] != 0 { constant += weight * constants[place] }
          }
        }
      }
    }
  }

  /// Adds `coefficient · x[variable]` to the row being written.
  mutating func add(_ coefficient: Double, variable: Int) {
    terms.append(Term(variable: variable, coefficient: coefficient))
  }

  /// Adds a number to the row being written.
  mutating func add(constant value: Double) {
    constant += value
  }

  /// Ends the row: its variables are sorted and equal ones added together.
  ///
  /// Complexity: O(k) for k terms in order, O(k log r) for r sorted runs, since the sort merges runs.
  mutating func endRow() {
    let start = starts[starts.count - 1]
    if !isIncreasing(from: start) { mergeTerms(from: start) }
    starts.append(terms.count)
    constants.append(constant)
    constant = 0
  }

  func finish() -> AffineRows {
    if let fault { return .faulty(fault) }
    return AffineRows(AffineStorage(model: model, atoms: atoms, starts: starts, terms: terms, constants: constants))
  }

  private func isIncreasing(from start: Int) -> Bool {
    var previous = -1
    for k in start..<terms.count {
      if terms[k].variable <= previous { return false }
      previous = terms[k].variable
    }
    return true
  }

  private mutating func mergeTerms(from start: Int) {
    terms.withUnsafeMutableBufferPointer { buffer in
      var row = UnsafeMutableBufferPointer(rebasing: buffer[start...])
      row.sort { $0.variable < $1.variable }
    }
    var last = start
    for k in (start + 1)..<terms.count {
      if terms[k].variable == terms[last].variable {
        terms[last].coefficient += terms[k].coefficient
      } else {
        last += 1
        terms[last] = terms[k]
      }
    }
    terms.removeSubrange((last + 1)...)
  }
}
