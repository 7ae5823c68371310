import Synchronization

/// Where variables come from.
///
///     let model = Model()
///     let X = model.symmetric("X", order: 5, .positiveSemidefinite)
///
/// A model only hands out variables; objective and constraints belong to `Problem`, so one model can serve several
/// problems. It may be shared between tasks: each declaration is atomic.
public final class Model: Sendable {
  /// The set a scalar, vector or matrix variable lives in.
  public enum Domain: Sendable {
    /// Any real entries.
    case free
    /// Entries of zero or more.
    case nonnegative
  }

  /// The set a symmetric variable of order `n` lives in.
  public enum SymmetricDomain: Sendable {
    /// 𝕊ⁿ.
    case free
    /// 𝕊ⁿ₊: no negative eigenvalue. Costs `n(n + 1)/2` rows.
    case positiveSemidefinite
    /// 𝕊ⁿ₊ ∩ ℝⁿˣⁿ₊: no negative eigenvalue and no negative entry. Costs `n(n + 1)/2` semidefinite rows and
    /// `n(n − 1)/2` nonnegative ones; the diagonal of a semidefinite matrix is nonnegative already.
    case doublyNonnegative
  }

  private let registry = Mutex<[VariableBlock]>([])

  public init() {}

  /// A variable in ℝ.
  public func scalar(_ name: String, _ domain: Domain = .free) -> Expression<Scalar, Affine> {
    Expression(declare(name, rows: 1, columns: 1, domain.cone), .scalar)
  }

  /// A variable in ℝⁿ, `n = count`.
  public func vector(_ name: String, count: Int, _ domain: Domain = .free) -> Expression<Vector, Affine> {
    Expression(declare(name, rows: count, columns: 1, domain.cone), .vector(count))
  }

  /// A variable in ℝᵐˣⁿ, `m = rows`, `n = columns`.
  public func matrix(
    _ name: String, rows: Int, columns: Int, _ domain: Domain = .free
  ) -> Expression<Matrix, Affine> {
    Expression(declare(name, rows: rows, columns: columns, domain.cone), Extent(rows: rows, columns: columns))
  }

  /// A variable in 𝕊ⁿ, `n = order`: `n(n + 1)/2` numbers, the entries `Xᵢⱼ`, `i ≤ j`, column by column.
  public func symmetric(
    _ name: String, order: Int, _ domain: SymmetricDomain = .free
  ) -> Expression<Symmetric, Affine> {
    Expression(declare(name, rows: order, columns: order, domain.cone, isSymmetric: true), .square(order))
  }

  // MARK: Registry

  /// The variables declared so far.
  var blocks: [VariableBlock] { registry.withLock { $0 } }

  /// The name of one entry, as in `x[2]` or `X[0, 1]`.
  func name(ofVariable variable: Int) -> String {
    blocks.last { $0.first <= variable }?.name(ofEntry: variable) ?? "variable \(variable)"
  }

  private func declare(
    _ name: String, rows: Int, columns: Int, _ domain: ConeSet?, isSymmetric: Bool = false
  ) -> AffineRows {
    guard rows >= 0, columns >= 0 else {
      return .faulty(.negativeSize(what: "a side of \(name)", size: min(rows, columns)))
    }
    let extent = Extent(rows: rows, columns: columns)
    let count = isSymmetric ? Triangle.count(order: rows) : rows * columns
    let range = registry.withLock { blocks in
      let first = blocks.last?.variables.upperBound ?? 0
      blocks.append(
        VariableBlock(name: name, extent: extent, first: first, count: count, domain: domain, isSymmetric: isSymmetric))
      return first..<first + count
    }
    return .variables(range, model: self)
  }
}

/// One declared variable: its name, its size, and the numbers of its entries.
struct VariableBlock: Sendable {
  let name: String
  let extent: Extent
  /// The number of its first entry among all entries of the model.
  let first: Int
  let count: Int
  /// `nil` when free.
  let domain: ConeSet?
  let isSymmetric: Bool

  var variables: Range<Int> { first..<first + count }

  func name(ofEntry variable: Int) -> String {
    let position = variable - first
    if isSymmetric {
      var column = 0
      while Triangle.count(order: column + 1) <= position { column += 1 }
      return "\(name)[\(position - Triangle.count(order: column)), \(column)]"
    }
    if extent == .scalar { return name }
    if extent.columns == 1 { return "\(name)[\(position)]" }
    return "\(name)[\(position % extent.rows), \(position / extent.rows)]"
  }
}

extension Model.Domain {
  var cone: ConeSet? {
    switch self {
    case .free: nil
    case .nonnegative: .nonnegative
    }
  }
}

extension Model.SymmetricDomain {
  var cone: ConeSet? {
    switch self {
    case .free: nil
    case .positiveSemidefinite: .positiveSemidefinite
    case .doublyNonnegative: .doublyNonnegative
    }
  }
}
