import Synchronization

/// Where variables and parameters come from.
///
///     let model = Model()
///     let X = model.symmetric("X", order: 5, .positiveSemidefinite)
///
/// A model only hands out variables; objective and constraints belong to `Problem`, so one model can serve several
/// problems. It may be shared between tasks: each declaration is atomic.
public final class Model: Sendable {
  private struct Registry {
    var blocks: [VariableBlock] = []
    var parameters: [ParameterBlock] = []
  }

  private let registry = Mutex(Registry())

  public init() {}

  // MARK: Variables

  /// A variable in ℝ.
  public func scalar(_ name: String, _ domain: Domain = .free) -> Expression<Scalar, Affine> {
    Expression(declare(name, .scalar, domain.kind), .scalar)
  }

  /// A variable in ℝⁿ, `n = count`.
  public func vector(_ name: String, count: Int, _ domain: Domain = .free) -> Expression<Vector, Affine> {
    Expression(declare(name, size: count, 1, domain.kind), .vector(count))
  }

  /// A variable in ℝᵐˣⁿ, `m = rows`, `n = columns`.
  public func matrix(
    _ name: String, rows: Int, columns: Int, _ domain: Domain = .free
  ) -> Expression<Matrix, Affine> {
    Expression(declare(name, size: rows, columns, domain.kind), Extent(rows: rows, columns: columns))
  }

  /// A variable in 𝕊ⁿ, `n = order`: `n(n + 1)/2` numbers, the entries `Xᵢⱼ`, `i ≤ j`, column by column.
  public func symmetric(
    _ name: String, order: Int, _ domain: SymmetricDomain = .free
  ) -> Expression<Symmetric, Affine> {
    Expression(declare(name, size: order, order, domain.kind, isSymmetric: true), .square(order))
  }

  /// A diagonal matrix in 𝕊ⁿ, `n = order`: `n` numbers.
  public func diagonal(_ name: String, order: Int, _ domain: Domain = .free) -> Expression<Symmetric, Affine> {
    diagonalMatrix(vector(name, count: order, domain))
  }

  // MARK: Parameters

  /// A number that may change between solves.
  public func parameter(
    _ name: String, _ value: Double, _ sign: ParameterSign = .any, fileID: StaticString = #fileID, line: Int = #line
  ) -> Parameter<Scalar> {
    Parameter(model: self, block: declare(name, .scalar, [value], sign, SourcePlace(fileID, line)))
  }

  /// A vector that may change between solves.
  public func parameter(
    _ name: String, _ values: [Double], _ sign: ParameterSign = .any, fileID: StaticString = #fileID, line: Int = #line
  ) -> Parameter<Vector> {
    Parameter(model: self, block: declare(name, .vector(values.count), values, sign, SourcePlace(fileID, line)))
  }

  /// A matrix, or a symmetric matrix, that may change between solves.
  public func parameter<S: MatrixShape>(
    _ name: String, _ value: Constant<S>, _ sign: ParameterSign = .any, fileID: StaticString = #fileID, line: Int = #line
  ) -> Parameter<S> {
    Parameter(model: self, block: declare(name, value.extent, value.values, sign, SourcePlace(fileID, line), value.fault))
  }

  // MARK: Registry

  /// The variables declared so far.
  var blocks: [VariableBlock] { registry.withLock { $0.blocks } }

  /// The parameters declared so far.
  var parameters: [ParameterBlock] { registry.withLock { $0.parameters } }

  /// The name of one entry, as in `x[2]` or `X[0, 1]`.
  func name(ofVariable variable: Int) -> String {
    let blocks = blocks
    guard let last = blocks.last, variable < last.variables.upperBound else { return "variable \(variable)" }
    return blocks[VariableBlock.index(of: variable, in: blocks)].name(ofEntry: variable)
  }

  private func declare(
    _ name: String, size rows: Int, _ columns: Int, _ domain: DomainKind, isSymmetric: Bool = false
  ) -> AffineRows {
    guard rows >= 0, columns >= 0 else {
      return .faulty(.negativeSize(what: "a side of \(name)", size: Swift.min(rows, columns)))
    }
    return declare(name, Extent(rows: rows, columns: columns), domain, isSymmetric: isSymmetric)
  }

  private func declare(_ name: String, _ extent: Extent, _ domain: DomainKind, isSymmetric: Bool = false) -> AffineRows
  {
    if case .box(let lower, let upper) = domain, !(lower <= upper) {
      return .faulty(.emptyBox(name: name, lower: lower, upper: upper))
    }
    let count = isSymmetric ? Triangle.count(order: extent.rows) : extent.rows * extent.columns
    let range = registry.withLock { registry in
      let first = registry.blocks.last?.variables.upperBound ?? 0
      registry.blocks.append(
        VariableBlock(name: name, extent: extent, first: first, count: count, domain: domain, isSymmetric: isSymmetric))
      return first..<first + count
    }
    return .variables(range, model: self)
  }

  private func declare(
    _ name: String, _ extent: Extent, _ values: [Double], _ sign: ParameterSign, _ place: SourcePlace, _ fault: ModelError? = nil
  ) -> ParameterBlock {
    registry.withLock { registry in
      let first = registry.parameters.last?.numbers.upperBound ?? 0
      let block = ParameterBlock(name: name, extent: extent, first: first, values: values, sign: sign, place: place, fault: fault)
      registry.parameters.append(block)
      return block
    }
  }
}

/// One declared variable: its name, its size, and the numbers of its entries.
struct VariableBlock: Sendable {
  let name: String
  let extent: Extent
  /// The number of its first entry among all entries of the model.
  let first: Int
  let count: Int
  let domain: DomainKind
  let isSymmetric: Bool

  var variables: Range<Int> { first..<first + count }

  /// Whether the domain keeps every entry from being negative.
  var isNonnegative: Bool {
    switch domain {
    case .nonnegative, .doublyNonnegative: true
    case .box(let lower, _): lower >= 0
    case .free, .positiveSemidefinite: false
    }
  }

  func name(ofEntry variable: Int) -> String {
    let position = variable - first
    if isSymmetric {
      let (row, column) = Triangle.place(position)
      return "\(name)[\(row), \(column)]"
    }
    if extent == .scalar { return name }
    if extent.columns == 1 { return "\(name)[\(position)]" }
    return "\(name)[\(position % extent.rows), \(position / extent.rows)]"
  }

  /// The block that a variable of the model belongs to. Complexity: O(log blocks).
  static func index(of variable: Int, in blocks: [VariableBlock]) -> Int {
    var (low, high) = (0, blocks.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].first <= variable { low = middle } else { high = middle }
    }
    return low
  }
}
