/// A fault in a training problem.
public enum TrainingError: Error, Sendable, Equatable {
  case noSamples
  case noFeatures
  case noOutputs
  case rowCountsDiffer(features: Int, outputs: Int)
  case invalidWeightDecay(Double)
  case invalidHuberThreshold(Double)
  /// Zero-based place of a NaN or infinity in `features` or `outputs`.
  case notFinite(matrix: String, row: Int, column: Int, value: Double)
  /// Zero-based place of a target that is no label of a margin loss.
  case notALabel(row: Int, column: Int, value: Double)
  case patchesDoNotFit(Patches, columns: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSamples: return "there are no samples; give at least one row"
    case .noFeatures: return "the samples have no features; give at least one column"
    case .noOutputs: return "there is nothing to predict; give at least one output column"
    case .rowCountsDiffer(let features, let outputs):
      return "there are \(features) rows of features but \(outputs) of outputs; give one of each per sample"
    case .invalidWeightDecay(let value):
      return "the weight decay is \(value); it must be a finite number greater than zero"
    case .invalidHuberThreshold(let value):
      return "the threshold of the Huber loss is \(value); it must be a finite number greater than zero"
    case .notFinite(let matrix, let row, let column, let value):
      return "\(matrix) has \(value) at row \(row), column \(column); every entry must be a finite number"
    case .notALabel(let row, let column, let value):
      return "outputs has \(value) at row \(row), column \(column); hinge losses need labels 1 and -1"
    case .patchesDoNotFit(let patches, let columns):
      return "windows of \(patches.filter) columns with stride \(patches.stride) do not fit \(columns) columns of features; "
        + "give a filter of 1 to \(columns) columns and a stride of at least 1"
    }
  }
}

/// What a method can train. Whatever lies outside is refused by `UnsupportedTraining`, which says what would be accepted.
public struct TrainingScope: Sendable, Equatable {
  public var losses: [Loss.Kind]
  public var biases: [Bias]
  public var inputNorms: [InputNorm]
  public var skip: Bool
  public var patches: Bool
  /// More than one output.
  public var vectorOutputs: Bool

  public init(
    losses: [Loss.Kind] = [.squared], biases: [Bias] = [.none, .regularized], inputNorms: [InputNorm] = [.l2],
    skip: Bool = false, patches: Bool = false, vectorOutputs: Bool = true
  ) {
    self.losses = losses
    self.biases = biases
    self.inputNorms = inputNorms
    self.skip = skip
    self.patches = patches
    self.vectorOutputs = vectorOutputs
  }

  /// Whether the terms lie inside, whatever the number of outputs.
  public func covers(_ terms: TrainingTerms) -> Bool { beyond(terms) == nil }

  /// - Parameter method: its name, as a sentence begins with it.
  public func require(_ training: ReLUTraining, by method: String) throws(UnsupportedTraining) {
    let outputs = training.outputDimension
    let tooMany = vectorOutputs || outputs == 1 ? nil : ("\(outputs) outputs", "a single output")
    guard let (asked, supported) = beyond(training.terms) ?? tooMany else { return }
    throw UnsupportedTraining(method: method, asked: asked, supported: supported)
  }

  /// The first of the terms that lies outside, and what would lie inside.
  private func beyond(_ terms: TrainingTerms) -> (asked: String, supported: String)? {
    func list<T: RawRepresentable<String>>(_ values: [T]) -> String { values.map(\.rawValue).joined(separator: ", ") }
    if !losses.contains(terms.loss.kind) { return ("the loss \(terms.loss)", "losses: \(list(losses))") }
    if !biases.contains(terms.bias) { return ("the bias \(terms.bias.rawValue)", "biases: \(list(biases))") }
    if !inputNorms.contains(terms.inputNorm) {
      return ("weight decay by the norm \(terms.inputNorm.rawValue)", "norms: \(list(inputNorms))")
    }
    if terms.skip, !skip { return ("a skip connection", "networks without one") }
    return terms.patches != nil && !patches ? ("a convolution", "dense first layers") : nil
  }
}

/// A training problem that a method does not cover.
public struct UnsupportedTraining: Error, Sendable, Equatable, CustomStringConvertible {
  public let method: String
  public let asked: String
  public let supported: String

  public var description: String { "\(method) does not cover \(asked); it covers \(supported)" }
}
