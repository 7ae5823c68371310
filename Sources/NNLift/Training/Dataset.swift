/// Which columns of a table are to be predicted; all others are features.
public enum TargetColumns: Sendable, Equatable {
  /// The last column holds integer classes.
  case lastColumn
  /// The named column holds integer classes.
  case label(String)
  /// The named columns are regression targets, in this order.
  case outputs([String])
}

/// Samples to train on: features `n × d` and targets `Y`, `n × c`.
///
/// Classes become one-hot rows of `Y`, the columns in increasing order of the class; regression targets are taken as
/// they are.
public struct Dataset: Sendable, Equatable {
  /// What the columns of `Y` mean.
  public enum Targets: Sendable, Equatable {
    /// Column `k` of `Y` is the class `names[k]`; `indices[i]` is the class of sample `i`.
    case classes(label: String, names: [String], indices: [Int])
    /// Column `k` of `Y` is the table's column `names[k]`.
    case outputs(names: [String])
  }

  public let featureNames: [String]
  /// `n × d`, without any bias column.
  public let features: DenseMatrix
  public let targets: Targets
  /// `n × c`.
  public let Y: DenseMatrix

  /// Samples with integer classes, one per row of `features`.
  public init(featureNames: [String], features: DenseMatrix, label: String, classes: [Int]) {
    precondition(featureNames.count == features.columns && classes.count == features.rows)
    let distinct = Set(classes).sorted()
    let place = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    let indices = classes.compactMap { place[$0] }
    var Y = DenseMatrix(rows: classes.count, columns: distinct.count)
    for (i, k) in indices.enumerated() { Y[i, k] = 1 }
    self.featureNames = featureNames
    self.features = features
    self.targets = .classes(label: label, names: distinct.map(String.init), indices: indices)
    self.Y = Y
  }

  /// Samples with regression targets `Y`, `n × outputNames.count`.
  public init(featureNames: [String], features: DenseMatrix, outputNames: [String], Y: DenseMatrix) {
    precondition(featureNames.count == features.columns && Y.rows == features.rows && outputNames.count == Y.columns)
    self.featureNames = featureNames
    self.features = features
    self.targets = .outputs(names: outputNames)
    self.Y = Y
  }

  public var sampleCount: Int { features.rows }

  /// Class names or output names, one per column of `Y`.
  public var outputNames: [String] {
    switch targets {
    case .classes(_, let names, _): names
    case .outputs(let names): names
    }
  }

  /// The class of every sample, as a column of `Y`; `nil` for regression.
  public var classIndices: [Int]? {
    if case .classes(_, _, let indices) = targets { indices } else { nil }
  }

  /// The targets as a loss reads them: `Y`, but for margin losses labels `±1`, in a single column when there are two classes (the
  /// second one is `1`). Regression targets are left as they are.
  public func targets(for loss: Loss) -> DenseMatrix {
    guard loss.isMargin, let indices = classIndices else { return Y }
    guard Y.columns == 2 else { return Y.map { 2 * $0 - 1 } }
    return DenseMatrix(rows: sampleCount, columns: 1, values: indices.map { $0 == 1 ? 1 : -1 })
  }
}
