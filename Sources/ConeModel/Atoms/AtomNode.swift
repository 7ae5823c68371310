import Synchronization

/// A convex function with an exact conic form.
///
/// `φ` has one or several values; each is convex in the arguments, and increasing in those that may be convex
/// themselves. What makes it a part of a program is its epigraph: `state` writes `φ(arguments) ≤ bound` by cones. A
/// bound that is a variable with a positive cost, or on the small side of an inequality, then takes the value of `φ`,
/// which is all that the rules of disciplined convex programming let happen to it. A concave function is minus one.
protocol Atom: Sendable {
  /// As the user calls it.
  var name: String { get }
  var arguments: [ExpressionBody] { get }
  /// The arguments as the user wrote them, for printing.
  var shownArguments: [ExpressionBody] { get }
  /// What tells two atoms of one type and with the same arguments apart.
  var parameters: [Double] { get }
  /// Number of values.
  var count: Int { get }
  /// Whether no value is ever negative.
  var isNonnegative: Bool { get }
  /// Whether `state` needs a bound that may be lowered to `φ`, so that a bound from the model will not do.
  var needsOwnBound: Bool { get }
  /// `φ` at values of the arguments' entries.
  func values(_ arguments: [[Double]]) -> [Double]
  /// States `φ(arguments) ≤ bound`, as many rows as values.
  func state(_ bound: AffineRows, in program: inout some ConeProgram)
}

extension Atom {
  var parameters: [Double] { [] }
  var needsOwnBound: Bool { false }
  var shownArguments: [ExpressionBody] { arguments }
}

/// The occurrence of a function in a model: its values have numbers of their own, as variables do.
final class AtomNode: Sendable {
  enum Content: Sendable {
    case atom(any Atom)
    case parametric(ParametricRows)
  }

  /// Far above the number of any variable, so that values of atoms come last in a row.
  static let firstNumber = 1 << 40
  private static let nextNumber = Atomic<Int>(firstNumber)

  let numbers: Range<Int>
  let content: Content

  init(_ content: Content, count: Int) {
    let end = Self.nextNumber.add(count, ordering: .relaxed).newValue
    numbers = end - count..<end
    self.content = content
  }

  /// Numbers that no other node has, for variables that exist in a program only.
  static func reserve(_ count: Int) -> Range<Int> {
    let end = nextNumber.add(count, ordering: .relaxed).newValue
    return end - count..<end
  }

  var arguments: [ExpressionBody] {
    switch content {
    case .atom(let atom): atom.arguments
    case .parametric(let rows): [rows.inner]
    }
  }

  var name: String {
    switch content {
    case .atom(let atom): atom.name
    case .parametric(let rows): rows.name
    }
  }
}

extension AffineRows {
  /// The values of an atom as rows: numbers where the arguments are numbers.
  static func values(of atom: some Atom) -> AffineRows {
    var model: Model?
    for argument in atom.arguments {
      if let fault = argument.fault { return .faulty(fault) }
      guard let other = argument.affine.model else { continue }
      if let model, model !== other { return .faulty(.mixedModels) }
      model = other
    }
    if atom.arguments.allSatisfy({ $0.affine.isConstant }) {
      return .constants(atom.values(atom.arguments.map { body in (0..<body.affine.count).map(body.affine.constant) }))
    }
    let node = AtomNode(.atom(atom), count: atom.count)
    return .variables(node.numbers, model: model, atoms: [node])
  }
}

extension Expression where C == Convex {
  /// The values of an atom, one for each entry of `extent`.
  init(_ atom: some Atom, _ extent: Extent) {
    self.init(AffineRows.values(of: atom), extent)
  }
}

extension Expression where C == Concave {
  /// Minus the values of an atom.
  init(minus atom: some Atom, _ extent: Extent) {
    self.init(AffineRows.values(of: atom).scaled { _ in -1 }, extent)
  }
}

extension ExpressionBody {
  /// Whether every entry is zero or more whatever the variables are: a nonnegative constant plus nonnegative multiples
  /// of nonnegative variables and atoms.
  var isNonnegative: Bool {
    guard let model = affine.model else { return (0..<affine.count).allSatisfy { affine.constant($0) >= 0 } }
    let blocks = model.blocks
    return (0..<affine.count).allSatisfy { row in
      affine.constant(row) >= 0
        && affine.terms(row).allSatisfy { term in
          guard let node = affine.atom(of: term.variable) else {
            return term.coefficient >= 0 && blocks[VariableBlock.index(of: term.variable, in: blocks)].isNonnegative
          }
          guard case .atom(let atom) = node.content else { return false }
          return term.coefficient >= 0 && atom.isNonnegative
        }
    }
  }
}
