/// Text that a writer puts together.
struct TextWriter {
  private(set) var bytes: [UInt8] = []

  mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(Byte.newline)
  }

  mutating func line(_ integers: Int..., value: Double) {
    for integer in integers {
      bytes.append(contentsOf: String(integer).utf8)
      bytes.append(Byte.space)
    }
    line(DecimalNumber.shortest(value))
  }
}

extension DecimalNumber {
  /// The shortest decimal that reads back as `value`.
  static func shortest(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The `a` to be written for an off-diagonal entry `v` of a semidefinite block, which readers multiply by √2.
  ///
  /// Of the doubles next to `v/√2` that give `v` back, the one with the shortest decimal. Rounded products by √2 leave
  /// out some doubles; for those `a` gives a neighbour of `v`. A `v` that was read from a file is never among them.
  static func unscaled(_ v: Double) -> Double {
    let root2 = 2.0.squareRoot()
    let quotient = v / root2
    let exact = [quotient, quotient.nextUp, quotient.nextDown].filter { $0 * root2 == v }
    if exact.count <= 1 { return exact.first ?? quotient }
    return exact.min { shortest($0).utf8.count < shortest($1).utf8.count } ?? quotient
  }
}
