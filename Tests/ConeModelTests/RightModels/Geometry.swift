import ConeModel
import Foundation

private let points = (0..<7).map { [wave(700 + 2 * $0), wave(701 + 2 * $0)] }

let geometryModels: [RightModel] = [
  RightModel(name: "Chebyshev centre of a polygon") {
    let model = Model()
    let x = model.vector("x", count: 2)
    let r = model.scalar("r")
    let normals = (0..<6).map { k in [cos(Double(k) * 1.1), sin(Double(k) * 1.1)] }
    return .maximize(r) {
      for (k, a) in normals.enumerated() { inner(a, x) + r <= 1 + 0.3 * wave(720 + k) }
    }
  },
  RightModel(name: "Fermat and Weber's point") {
    let x = Model().vector("x", count: 2)
    return .minimize(sum(points.map { norm(x - $0) }))
  },
  RightModel(name: "smallest enclosing circle") {
    let model = Model()
    let x = model.vector("x", count: 2)
    let r = model.scalar("r")
    return .minimize(r) { for p in points { norm(x - p) <= r } }
  },
  RightModel(name: "smallest enclosing ellipse") {
    let model = Model()
    let X = model.symmetric("X", order: 2)
    let c = model.vector("c", count: 2)
    return .maximize(rootDeterminant(X)) {
      for p in points {
        norm(product(X, p) - c) <= 1
      }
    }
  },
  RightModel(name: "largest box") {
    let sides = Model().vector("s", count: 3, .nonnegative)
    return .maximize(geometricMean(sides)) { inner([1, 2, 3], sides) <= 6 }
  },
  RightModel(name: "low-pass filter") {
    let h = Model().vector("h", count: 8)
    func response(_ omega: Double) -> AffineScalar {
      inner((0..<8).map { $0 == 0 ? 1 : 2 * cos(Double($0) * omega) }, h)
    }
    let pass = (0...10).map { Double($0) * 0.08 }
    let stop = (0...20).map { 1.4 + Double($0) * (Double.pi - 1.4) / 20 }
    return .minimize(normInfinity(vector(of: stop.map(response)))) {
      for omega in pass {
        response(omega) <= 1.1
        response(omega) >= 0.9
      }
    }
  },
  RightModel(name: "smallest sum of rational powers") {
    let x = Model().vector("x", count: 3)
    return .minimize(sum(convexPower(x, 3, over: 2)) + sum(convexPower(x, -1))) { inner([1, 2, 3], x) == 4 }
  },
]
