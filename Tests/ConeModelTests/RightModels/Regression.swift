import ConeModel

private let A = waveMatrix(12, 5, from: 1)
private let b = waves(12, from: 100)

let regressionModels: [RightModel] = [
  RightModel(name: "nonnegative least squares") {
    let x = Model().vector("x", count: 5, .nonnegative)
    return .minimize(sumSquares(A ⋅ x - b)) { sum(x) <= 10 }
  },
  RightModel(name: "lasso") {
    let x = Model().vector("x", count: 5)
    return .minimize(0.5 ⋅ sumSquares(A ⋅ x - b) + 0.3 ⋅ norm1(x))
  },
  RightModel(name: "group lasso") {
    let X = Model().matrix("X", rows: 5, columns: 2)
    let targets = waveMatrix(12, 2, from: 200)
    return .minimize(0.5 ⋅ sumSquares(A ⋅ X - targets) + 0.4 ⋅ sum(rowNorms(X)))
  },
  RightModel(name: "support vector machine") {
    let model = Model()
    let w = model.vector("w", count: 5)
    let offset = model.scalar("b")
    let labels = (0..<12).map { b[$0] > 0 ? 1.0 : -1.0 }
    let signed = Constant<Matrix>(rows: 12, columns: 5) { i, j in labels[i] * A[i, j] }
    let margins = signed ⋅ w + vector(of: labels.map { $0 ⋅ offset })
    return .minimize(0.5 ⋅ sumSquares(w) + 2 ⋅ sum(positivePart(1 - margins)))
  },
  RightModel(name: "robust least squares") {
    let x = Model().vector("x", count: 5)
    return .minimize(norm(A ⋅ x - b) + 0.2 ⋅ norm(x))
  },
  RightModel(name: "Huber regression") {
    let x = Model().vector("x", count: 5)
    return .minimize(sum(huber(A ⋅ x - b, threshold: 0.3)))
  },
  RightModel(name: "quantile regression") {
    let x = Model().vector("x", count: 5)
    let residual = A ⋅ x - b
    return .minimize(0.8 ⋅ sum(positivePart(residual)) + 0.2 ⋅ sum(positivePart(-residual)))
  },
  RightModel(name: "total variation denoising") {
    let x = Model().vector("x", count: 20)
    let signal = (0..<20).map { ($0 < 10 ? 0.0 : 1) + 0.3 * wave(300 + $0) }
    return .minimize(0.5 ⋅ sumSquares(x - signal) + 0.5 ⋅ norm1(x[1..<20] - x[0..<19]))
  },
  RightModel(name: "squared hinge with nonnegative weights") {
    let x = Model().vector("x", count: 5, .nonnegative)
    return .minimize(sumSquares(positivePart(A ⋅ x - b)) + 0.1 ⋅ sumSquares(x)) { sum(x) == 1 }
  },
]
