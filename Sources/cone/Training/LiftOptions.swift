import ArgumentParser
import NNLift

/// What `cone train` can train.
enum NetworkKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  /// Two layers, ReLU between them.
  case relu
  /// Two layers, the gates of the ReLU fixed.
  case gatedReLU = "gated-relu"
  /// ReLU filters over windows of the columns, sum pooling.
  case conv
  /// Any number of layers without activation.
  case linear
  /// A product of two matrices fitted to the targets.
  case bilinear
}

/// How directions are drawn where not all cells or rays are taken.
enum SamplingKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  case gaussian
  case convolutional
  case crossProducts = "cross-products"
  case sketched
}

/// Which network goes through which lift, and what single lifts want to know.
struct LiftOptions: ParsableArguments {
  static let automatic = "auto"
  static let defaultSamples = 100

  @Option(help: "What is trained.")
  var network = NetworkKind.relu

  @Option(
    help: ArgumentHelp(
      "The formulation it is trained through (cone lifts lists them); auto chooses and says why.", valueName: "NAME|auto"))
  var lift: String?

  @Option(help: ArgumentHelp("Directions drawn, for lifts over sampled cells or rays.", valueName: "N"))
  var samples: Int?

  @Option(help: "How they are drawn.")
  var sampling = SamplingKind.gaussian

  @Option(help: ArgumentHelp("Columns of a sampled filter, or of a sketch.", valueName: "N"))
  var sampleWidth = 3

  @Option(help: ArgumentHelp("Seed of the draws.", valueName: "N"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Widths of the hidden layers of a linear network, the inner dimension of a bilinear one; the number of outputs otherwise.",
      valueName: "D1,D2,…"))
  var widths: String?

  @Option(help: ArgumentHelp("Write the path of the lasso down to the weight decay as CSV (ray-lasso).", valueName: "PATH"))
  var path: String?

  func validate() throws {
    try OptionRule.check(samples ?? 1 >= 1, "--samples is \(samples ?? 0); give a number of at least 1.")
    try OptionRule.check(sampleWidth >= 1, "--sample-width is \(sampleWidth); give a number of at least 1.")
    try OptionRule.check(
      widths == nil || network == .linear || network == .bilinear,
      "--widths belongs to --network linear and bilinear; give one of them, or leave it.")
    try OptionRule.check(
      hiddenWidths?.allSatisfy { $0 >= 1 } ?? (widths == nil),
      "--widths is \(widths ?? ""); give numbers of at least 1 with commas between them.")
    try OptionRule.check(
      path == nil || lift == RayLasso.info.name, "--path belongs to --lift \(RayLasso.info.name); give it too, or leave it.")
    guard let lift, lift != Self.automatic else { return }
    let names = LiftCatalogue.entries(for: network).map(\.info.name)
    try OptionRule.check(
      names.contains(lift),
      "--lift \(lift) is none of those of --network \(network.rawValue): \(names.joined(separator: ", ")), auto.")
  }

  /// `--widths`; `nil` without it, or when it is no list of numbers.
  var hiddenWidths: [Int]? {
    guard let parts = widths?.split(separator: ",", omittingEmptySubsequences: false) else { return nil }
    let numbers = parts.compactMap { Int($0) }
    return numbers.count == parts.count ? numbers : nil
  }

  /// What holds where no weight decay is given: linear networks need none.
  var fallbackTerms: TrainingTerms? {
    network == .linear || network == .bilinear ? TrainingTerms(weightDecay: 0) : nil
  }

  /// The draws asked for.
  var directions: DirectionSampling {
    let count = samples ?? Self.defaultSamples
    return switch sampling {
    case .gaussian: .gaussian(count: count)
    case .convolutional: .convolutional(count: count, filter: sampleWidth)
    case .crossProducts: .crossProducts(count: count)
    case .sketched: .sketched(count: count, dimension: sampleWidth)
    }
  }
}
