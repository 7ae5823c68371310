import ConeModel

private let n = 8
private let returns = waves(8, from: 400).map { 0.1 + 0.05 * $0 }
private let factors = waveMatrix(3, 8, from: 410)

let financeModels: [RightModel] = [
  RightModel(name: "portfolio with sector limits and a parameter") {
    let model = Model()
    let w = model.vector("w", count: n)
    let aversion = model.parameter("γ", 0.05, .nonnegative)
    let sectors = [[1.0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]]
    let budget = (sum(w) == 1).named("budget")
    return .maximize(inner(returns, w) - aversion ⋅ norm(factors ⋅ w) - 0.01 ⋅ sumSquares(w)) {
      budget
      w >= 0
      for sector in sectors { inner(sector, w) <= 0.4 }
    }
  },
  RightModel(name: "least variance at a given return") {
    let w = Model().vector("w", count: n, .box(0, 0.5))
    let covariance = Constant<Symmetric>(order: n) { i, j in
      (0..<3).reduce(i == j ? 0.1 : 0) { $0 + factors[$1, i] * factors[$1, j] }
    }
    return .minimize(quadForm(w, covariance)) {
      sum(w) == 1
      inner(returns, w) >= 0.11
    }
  },
  RightModel(name: "conditional value at risk") {
    let w = Model().vector("w", count: n, .nonnegative)
    let scenarios = waveMatrix(20, n, from: 500)
    return .minimize(0.25 ⋅ sumLargest(-(scenarios ⋅ w), 4)) { sum(w) == 1 }
  },
  RightModel(name: "transport") {
    let flow = Model().matrix("f", rows: 3, columns: 4, .nonnegative)
    let cost = Constant<Matrix>(rows: 3, columns: 4) { i, j in 2 + wave(600 + 4 * i + j) }
    return .minimize(inner(cost, flow)) {
      for i in 0..<3 { sum(flow.row(i)) <= 4 }
      for j in 0..<4 { sum(flow.column(j)) >= 2.5 }
    }
  },
  RightModel(name: "largest flow") {
    let edges = [(0, 1, 3.0), (0, 2, 2), (1, 2, 1), (1, 3, 2), (2, 4, 2), (3, 5, 3), (4, 3, 1), (4, 5, 2)]
    let f = Model().vector("f", count: edges.count, .nonnegative)
    func net(_ node: Int) -> AffineScalar {
      sum(edges.enumerated().compactMap { k, e in e.0 == node ? f[k] : e.1 == node ? -f[k] : nil })
    }
    return .maximize(net(0)) {
      f <= edges.map(\.2)
      for node in 1..<5 { net(node) == 0 }
    }
  },
]
