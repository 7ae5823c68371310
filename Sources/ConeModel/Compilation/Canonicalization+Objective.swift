import ConeSolver

extension Canonicalization {
  mutating func lowerObjective() {
    var huber: [ObjectIdentifier: (near: AffineRows, far: AffineRows)] = [:]
    let sign = problem.sense.sign
    let rows = problem.objective.affine
    objective.add(constant: sign * rows.constant(0), times: nil)
    for term in rows.terms(0) where term.coefficient != 0 {
      let weight = sign * term.coefficient
      switch rows.atom(of: term.variable)?.content {
      case nil: objective.add(weight, variable: term.variable, times: nil)
      case .atom: lower(rows.atom(of: term.variable)!, term.variable, weight, nil, &huber)
      case .parametric(let parametric):
        let entry = term.variable - rows.atom(of: term.variable)!.numbers.lowerBound
        parametric.forEachTerm(of: entry) { parameter, value, variable, owner in
          guard let variable else {
            objective.add(constant: weight * value, times: parameter)
            return
          }
          if let owner {
            lower(owner, variable, weight * value, parameter, &huber)
          } else {
            objective.add(weight * value, variable: variable, times: parameter)
          }
        }
      }
    }
  }

  /// `weight · p[parameter]` times one value of an atom: a square, or the cost of a variable that bounds the value.
  private mutating func lower(
    _ node: AtomNode, _ number: Int, _ weight: Double, _ parameter: Int?,
    _ huber: inout [ObjectIdentifier: (near: AffineRows, far: AffineRows)]
  ) {
    guard case .atom(let atom) = node.content else { return }
    let index = number - node.numbers.lowerBound
    switch atom {
    case let atom as SquaredNorms:
      addSquare(atom.argument.affine.slice(groups(of: atom.sizes)[index]), weight, parameter)
    case let atom as QuadraticForm:
      let rows = atom.argument.affine
      if let variables = rows.plainVariables {
        objective.add(
          QuadraticObjective.Form(weight: weight, parameter: parameter, variables: variables, matrix: atom.matrix))
      } else {
        addSquare(atom.factored.affine, weight, parameter)
      }
    case let atom as HuberFunction:
      let key = ObjectIdentifier(node)
      let (near, far) = huber[key] ?? atom.split(in: &self)
      huber[key] = (near, far)
      addSquare(near.slice(index), weight, parameter)
      objective.add(2 * atom.threshold * weight, variable: far.terms(index).first!.variable, times: parameter)
    default:
      objective.add(weight, variable: demandColumn(number, of: node), times: parameter)
    }
  }

  /// `weight · p[parameter] · ‖rows‖²`.
  ///
  /// `P` takes the Gram matrix of the rows. Where that is not linear in the parameters, or has many more entries than
  /// the rows themselves, the residual becomes variables `r = rows`, and `P` their identity.
  private mutating func addSquare(_ rows: AffineRows, _ weight: Double, _ parameter: Int?) {
    if isNonlinearInParameters(rows, parameter) || isWide(rows) {
      let residual = variables(rows.count)
      zero(residual.adding(-1, rows))
      addSquare(residual, weight, parameter)
      return
    }
    var square = QuadraticObjective.Square(weight: weight, parameter: parameter)
    square.terms.reserveCapacity(rows.allTerms.count)
    for row in 0..<rows.count {
      for term in rows.terms(row) {
        guard let node = rows.atom(of: term.variable) else {
          demandColumn(term.variable)
          square.terms.append(term)
          continue
        }
        guard case .parametric(let parametric) = node.content else {
          let number = demandColumn(term.variable, of: node)
          square.terms.append(Term(variable: number, coefficient: term.coefficient))
          continue
        }
        parametric.forEachTerm(of: term.variable - node.numbers.lowerBound) { parameter, value, _, _ in
          square.parametric.append((row, parameter, term.coefficient * value))
        }
      }
      square.starts.append(square.terms.count)
      square.constants.append(rows.constant(row))
    }
    objective.add(square)
  }

  private func isNonlinearInParameters(_ rows: AffineRows, _ parameter: Int?) -> Bool {
    if rows.storage.atoms.isEmpty { return false }
    return rows.allTerms.contains { term in
      guard case .parametric(let parametric) = rows.atom(of: term.variable)?.content else { return false }
      return parameter != nil || !parametric.isConstant
    }
  }

  /// Whether few long rows would fill `P`.
  private func isWide(_ rows: AffineRows) -> Bool {
    let variables = Set(rows.allTerms.lazy.map(\.variable)).count
    guard rows.count * Self.wideRatio < variables else { return false }
    let squared = (0..<rows.count).reduce(0) { $0 + rows.terms($1).count * rows.terms($1).count / 2 }
    return Swift.min(squared, variables * variables / 2) > Self.wideRatio * (rows.allTerms.count + rows.count)
  }

  /// A residual is kept as variables when it has this many times fewer rows than columns, and `P` would have this many
  /// times more entries: below, the rows cost more than they save.
  private static let wideRatio = 4
}

extension AffineRows {
  /// The variables that the rows are, one each, if they are nothing else.
  fileprivate var plainVariables: [Int]? {
    var variables: [Int] = []
    for row in 0..<count {
      guard terms(row).count == 1, let term = terms(row).first, term.coefficient == 1, constant(row) == 0,
        term.variable < AtomNode.firstNumber
      else { return nil }
      variables.append(term.variable)
    }
    return Set(variables).count == variables.count ? variables : nil
  }
}
