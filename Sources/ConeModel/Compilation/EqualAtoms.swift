/// Atoms of a problem that say the same: one function, with the same parameters, of equal arguments, though written more than once. They
/// share the values, and the epigraph, of the first.
///
/// Complexity: O(atoms · log atoms), and O(terms) for the arguments of atoms that look alike.
struct EqualAtoms {
  /// What tells most atoms apart without a look at all their terms.
  private struct Outline: Hashable {
    let function: ObjectIdentifier
    let parameters: [Double]
    let counts: [Int]
    let ends: [Double]
  }

  private var representatives: [ObjectIdentifier: AtomNode] = [:]
  /// The atoms that stand for others, with how many they are in all.
  private(set) var groups: [(node: AtomNode, count: Int)] = []

  init(in bodies: [AffineRows]) {
    var known: [Outline: [AtomNode]] = [:]
    var sizes: [ObjectIdentifier: Int] = [:]
    for node in Self.nodes(in: bodies) {
      let outline = outline(of: node)
      if let first = known[outline]?.first(where: { areEqual($0, node) }) {
        representatives[ObjectIdentifier(node)] = first
        if case .parametric = node.content { continue }
        if sizes[ObjectIdentifier(first)] == nil { groups.append((first, 0)) }
        sizes[ObjectIdentifier(first), default: 1] += 1
      } else {
        known[outline, default: []].append(node)
      }
    }
    groups = groups.map { ($0.node, sizes[ObjectIdentifier($0.node)]!) }
  }

  /// The atom that stands for this one, and the number of the same value among its own.
  func representative(of number: Int, _ node: AtomNode) -> (number: Int, node: AtomNode) {
    guard !representatives.isEmpty, let first = representatives[ObjectIdentifier(node)] else { return (number, node) }
    return (first.numbers.lowerBound + number - node.numbers.lowerBound, first)
  }

  /// Every atom that is mentioned, those in arguments first.
  private static func nodes(in bodies: [AffineRows]) -> [AtomNode] {
    var visited: Set<ObjectIdentifier> = []
    var found: [AtomNode] = []
    var waiting = bodies
    while let rows = waiting.popLast() {
      for node in rows.storage.atoms where visited.insert(ObjectIdentifier(node)).inserted {
        found.append(node)
        waiting += node.arguments.map(\.affine)
      }
    }
    return found.sorted { $0.numbers.lowerBound < $1.numbers.lowerBound }
  }

  private func outline(of node: AtomNode) -> Outline {
    var counts: [Int] = [node.numbers.count]
    var ends: [Double] = []
    for body in node.arguments {
      let terms = body.affine.allTerms
      counts += [body.extent.rows, body.extent.columns, terms.count]
      for term in [terms.first, terms.last].compactMap({ $0 }) {
        counts.append(number(term.variable, in: body.affine))
        ends.append(term.coefficient)
      }
    }
    switch node.content {
    case .atom(let atom):
      return Outline(
        function: ObjectIdentifier(type(of: atom)), parameters: atom.parameters, counts: counts, ends: ends)
    case .parametric(let rows):
      return Outline(
        function: ObjectIdentifier(ParametricRows.self), parameters: [],
        counts: counts + [rows.items.count, rows.items.first?.parameter ?? -1], ends: ends)
    }
  }

  private func areEqual(_ a: AtomNode, _ b: AtomNode) -> Bool {
    if case .parametric(let left) = a.content, case .parametric(let right) = b.content,
      left.starts != right.starts || left.items != right.items
    {
      return false
    }
    return zip(a.arguments, b.arguments).allSatisfy { areEqual($0.affine, $1.affine) }
  }

  private func areEqual(_ a: AffineRows, _ b: AffineRows) -> Bool {
    if a.storage === b.storage, a.first == b.first, a.count == b.count { return true }
    guard a.count == b.count else { return false }
    return (0..<a.count).allSatisfy { row in
      a.constant(row) == b.constant(row) && a.terms(row).count == b.terms(row).count
        && zip(a.terms(row), b.terms(row)).allSatisfy { left, right in
          left.coefficient == right.coefficient && number(left.variable, in: a) == number(right.variable, in: b)
        }
    }
  }

  private func number(_ variable: Int, in rows: AffineRows) -> Int {
    rows.atom(of: variable).map { representative(of: variable, $0).number } ?? variable
  }
}
