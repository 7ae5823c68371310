import Foundation
@testable import NNLift

/// Fixed training problems with optimal values that independent methods agree on.
struct Instance {
  let training: ReLUTraining
  /// `p*`.
  let optimum: Double
  /// The value of the relaxation SDP-NN.
  let relaxation: Double
  /// An optimal network, balanced, where one is known.
  let network: TwoLayerReLUNetwork?

  /// - Parameter neurons: unit `u_j` and `v_j` of an optimal network.
  init(
    X: [[Double]], Y: [[Double]], weightDecay: Double, optimum: Double, relaxation: Double,
    neurons: (u: [[Double]], v: [[Double]])? = nil
  ) {
    let features = DenseMatrix(rowArrays: X, columns: X[0].count)
    let outputs = DenseMatrix(rowArrays: Y, columns: Y[0].count)
    do {
      training = try ReLUTraining(features: features, outputs: outputs, weightDecay: weightDecay)
    } catch {
      fatalError("the instance is malformed: \(error)")
    }
    self.optimum = optimum
    self.relaxation = relaxation
    network = neurons.map {
      TwoLayerReLUNetwork(
        U: DenseMatrix(rowArrays: $0.u, columns: X[0].count), V: DenseMatrix(rowArrays: $0.v, columns: Y[0].count)
      ).balanced()
    }
  }
}

extension Instance {
  /// Scalar output, n = 6, d = 2. The neurons lie on breakpoints; `v` solves the optimality conditions.
  static let t1 = Instance(
    X: [
      [1.0, 0.5],
      [0.3, -1.2],
      [-0.8, 0.9],
      [-1.1, -0.4],
      [0.6, 1.4],
      [1.3, -0.7],
    ],
    Y: [
      [1.0],
      [-0.5],
      [0.8],
      [0.3],
      [-1.2],
      [0.6],
    ],
    weightDecay: 0.1, optimum: 0.59221004367, relaxation: 0.53358153,
    neurons: (
      u: [
        [0.7474093186836597, 0.6643638388299198],
        [0.4472135954999579, -0.8944271909999159],
        [0.9191450300180579, -0.3939192985791677],
        [-0.9191450300180579, 0.3939192985791677],
        [-0.7474093186836597, -0.6643638388299198],
      ],
      v: [
        [-0.6698462347418679],
        [-1.5781222872710765],
        [1.9808933846105805],
        [0.5893047748362409],
        [-0.10910770951099047],
      ]
    ))

  /// Two outputs, n = 5, d = 2. Two neurons lie on a breakpoint, three inside a sector.
  static let t2 = Instance(
    X: [
      [1.0, 0.2],
      [-0.5, 1.0],
      [-0.7, -0.9],
      [0.4, -1.1],
      [1.2, 0.8],
    ],
    Y: [
      [1.0, 0.0],
      [0.0, 1.0],
      [1.0, -0.5],
      [0.5, 0.5],
      [-1.0, 1.0],
    ],
    weightDecay: 0.2, optimum: 1.24816025587, relaxation: 1.20774615,
    neurons: (
      u: [
        [0.5547001962252291, -0.8320502943378437],
        [-0.5547001962252291, 0.8320502943378437],
        [-0.9843087854401876, -0.1764545689554756],
        [0.8058696797668461, -0.5920929481360853],
        [-0.08048746589711901, 0.9967556209189192],
      ],
      v: [
        [0.5523146969242062, 0.23371584028042555],
        [0.23118876191415455, 0.037329917080700305],
        [0.7907052078114004, -0.5230148720797541],
        [0.03835504059660851, 0.03905286715102881],
        [-0.6596713931326605, 1.0558972586893514],
      ]
    ))

  /// Two outputs, n = 8, d = 3.
  static let t4 = Instance(
    X: [
      [1.0, 0.5, -0.3],
      [0.3, -1.2, 0.8],
      [-0.8, 0.9, 0.4],
      [-1.1, -0.4, -0.6],
      [0.6, 1.4, 0.2],
      [1.3, -0.7, 0.9],
      [-0.2, 0.3, -1.1],
      [0.5, 0.1, 0.7],
    ],
    Y: [
      [1.0, 0.0],
      [0.0, 1.0],
      [1.0, 0.0],
      [-1.0, 0.5],
      [0.0, -1.0],
      [0.5, 0.5],
      [1.0, 1.0],
      [0.0, 0.3],
    ],
    weightDecay: 0.1, optimum: 0.535220598, relaxation: 0.49834734)

  /// The Lovász umbrella, n = 5, d = 3: the per-cell relaxation is not exact here.
  static let umbrella = Instance(
    X: [
      [0.743496068920369, 0.0, 0.668740304976422],
      [-0.6015009550075456, 0.4370160244488212, 0.668740304976422],
      [0.22975292054736104, -0.7071067811865476, 0.668740304976422],
      [0.22975292054736143, 0.7071067811865476, 0.668740304976422],
      [-0.6015009550075459, -0.4370160244488209, 0.668740304976422],
    ],
    Y: [
      [0.743496068920369, 0.0],
      [-0.6015009550075456, 0.4370160244488212],
      [0.22975292054736104, -0.7071067811865476],
      [0.22975292054736143, 0.7071067811865476],
      [-0.6015009550075459, -0.4370160244488209],
    ],
    weightDecay: 0.3, optimum: 0.68918668486, relaxation: 0.63716)

  private static func dense(_ rows: [[Double]]) -> DenseMatrix { DenseMatrix(rowArrays: rows, columns: rows.count) }

  /// A dual solution of SDP-NN for `t1` from an interior-point method: nearly optimal, slightly infeasible.
  static let t1Multipliers = DNNCertificate(
    Z: DenseMatrix(rowArrays: [
      [0.218696441697],
      [-0.077644462191],
      [0.099770391565],
      [-0.010812304597],
      [-0.211520516505],
      [9e-12],
    ], columns: 1),
    alphaAlpha: dense([
      [0.0, 0.0, 0.0, 0.1472447346, 0.0, 0.0],
      [0.0, 0.0, 0.4610418309, 0.0, 0.063710101, 0.0],
      [0.0, 0.4610418309, 0.0, 0.0, 0.0, 2e-10],
      [0.1472447346, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.063710101, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 2e-10, 0.0, 0.0, 0.0],
    ]),
    betaBeta: dense([
      [0.0, 0.0, 0.0, 0.1372829155, 0.0, 0.0],
      [0.0, 0.0, 0.4610414327, 0.0, 0.0620194469, 0.0],
      [0.0, 0.4610414327, 0.0, 0.0, 0.0, 1e-10],
      [0.1372829155, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0620194469, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 1e-10, 0.0, 0.0, 0.0],
    ]),
    alphaBeta: dense([
      [0.0, 0.0, 0.0, 0.0, 0.4070408362, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0260490534, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [0.4056760899, 0.0, 0.0239343139, 0.0, 0.0, 0.0],
      [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ]),
    mu: [
      -0.259119968993, -0.265207159265, -0.220684169155, -0.062938008006,
      -0.312750405226, -9.7e-11,
    ], cutoff: 1e-9)

  /// The same for `umbrella`.
  static let umbrellaMultipliers = DNNCertificate(
    Z: DenseMatrix(rowArrays: [
      [0.197673384856, -0.0],
      [-0.159921127684, 0.116189500389],
      [0.061084435256, -0.187998560764],
      [0.061084435256, 0.187998560764],
      [-0.159921127684, -0.116189500388],
    ], columns: 2),
    alphaAlpha: dense([
      [0.0, 0.0670820393, 0.0, 0.0, 0.0670820393],
      [0.0670820393, 0.0, 0.0670820393, 0.0, 0.0],
      [0.0, 0.0670820393, 0.0, 0.0670820393, 0.0],
      [0.0, 0.0, 0.0670820393, 0.0, 0.0670820393],
      [0.0670820393, 0.0, 0.0, 0.0670820393, 0.0],
    ]),
    betaBeta: dense([
      [0.0, 0.0291105591, 0.0310321017, 0.0310321013, 0.0291105582],
      [0.0291105591, 0.0, 0.0291105578, 0.0310321008, 0.0310321015],
      [0.0310321017, 0.0291105578, 0.0, 0.0291105583, 0.0310320997],
      [0.0310321013, 0.0310321008, 0.0291105583, 0.0, 0.0291105591],
      [0.0291105582, 0.0310321015, 0.0310320997, 0.0291105591, 0.0],
    ]),
    alphaBeta: dense([
      [0.0, 0.0129534627, 0.0260878346, 0.0260878348, 0.0129534618],
      [0.0129534616, 0.0, 0.012953462, 0.0260878343, 0.0260878349],
      [0.0260878354, 0.0129534626, 0.0, 0.012953462, 0.0260878354],
      [0.0260878359, 0.026087834, 0.0129534627, 0.0, 0.0129534626],
      [0.0129534624, 0.0260878341, 0.026087835, 0.0129534629, 0.0],
    ]),
    mu: [
      -0.106123344942, -0.106123343952, -0.106123344385, -0.106123344264,
      -0.106123344632,
    ], cutoff: 1e-9)

  /// Path of a file in the test data.
  static func path(_ name: String) -> String {
    Bundle.module.resourceURL!.appendingPathComponent("Data").appendingPathComponent(name).path
  }
}

/// A small deterministic generator (splitmix64), so that random tests are the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Approximately standard normal: a sum of twelve uniforms, centred.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }

  mutating func matrix(_ rows: Int, _ columns: Int) -> DenseMatrix {
    DenseMatrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in normal() })
  }
}

/// `‖Zᵀ(Xu)_+‖₂` on the user's data, in plain floating point.
func dualValue(_ Z: DenseMatrix, _ X: DenseMatrix, _ u: [Double]) -> Double {
  let hidden = (0..<X.rows).map { max(0, DenseKernels.dot(X.row($0), u)) }
  return DenseKernels.norm((0..<Z.columns).map { DenseKernels.dot(Z.column($0), hidden) })
}

/// The greatest value of `‖Zᵀ(Xu)_+‖₂` over `count` directions: equally spaced on the circle for `d = 2`, else random.
func sampledKappa(_ Z: DenseMatrix, _ X: DenseMatrix, count: Int, using generator: inout SeededGenerator) -> Double {
  var largest = 0.0
  for k in 0..<count {
    var u: [Double]
    if X.columns == 2 {
      let t = 2 * Double.pi * Double(k) / Double(count)
      u = [cos(t), sin(t)]
    } else {
      u = (0..<X.columns).map { _ in generator.normal() }
      let norm = DenseKernels.norm(u)
      u = u.map { $0 / norm }
    }
    largest = max(largest, dualValue(Z, X, u))
  }
  return largest
}
