import Testing
@testable import NNLift

@Suite("Rigorous floating-point devices")
struct RoundingTests {
  @Test func dotProductErrorsCoverTheTruth() {
    // 2⁵³ + 1 − 2⁵³: plain summation returns 0 or 1.
    let (value, error) = RoundingBounds.dot([0x1p53, 1, -0x1p53], [1, 1, 1])
    #expect(abs(value - 1) <= error && error < 16)
    var generator = SeededGenerator(5)
    for n in [1, 10, 1000] {
      let x = (0..<n).map { _ in generator.normal() }
      let y = (0..<n).map { _ in generator.normal() }
      var exact = CompensatedSum()
      for i in 0..<n { exact.add(product: x[i], y[i]) }
      let (value, error) = RoundingBounds.dot(x, y)
      #expect(abs(value - exact.value) <= error)
      #expect(error < 1e-12 * Double(n))
    }
  }

  @Test func compensatedSumsDoNotDrift() {
    var sum = CompensatedSum()
    sum.add(product: 0.1, 0.3)
    let start = sum.value
    for k in 1...10_000 { sum.add(product: Double(k) * 1.1, 1e5 / 3) }
    for k in 1...10_000 { sum.add(product: Double(k) * -1.1, 1e5 / 3) }
    // Plain summation is off by about 1e-4 here; the bound γ² Σ|terms| is 2e-11.
    #expect(abs(sum.value - start) < 1e-15)
  }

  @Test func normsAreBoundedFromAbove() {
    #expect(RoundingBounds.normUp([3, 4]) >= 5 && RoundingBounds.normUp([3, 4]) < 5 + 1e-14)
    #expect(RoundingBounds.normUp([]) == 0 && RoundingBounds.normUp([0, 0]) == 0)
    #expect(RoundingBounds.normUp([1e-200]) >= 1e-200)
    #expect(RoundingBounds.normUp([1e200]) == .infinity)
  }

  @Test func positiveDefinitenessIsProvedOnlyWhenTrue() {
    var generator = SeededGenerator(17)
    for order in [1, 5, 40] {
      let B = generator.matrix(order, order)
      let gram = DenseKernels.product(B, B, transposeB: true)
      let least = DenseKernels.symmetricEigen(gram)?.values.first ?? 0
      func shifted(_ amount: Double) -> DenseMatrix {
        var A = gram
        for i in 0..<order { A[i, i] += amount - least }
        return A
      }
      #expect(PositiveDefiniteness.isProved(shifted(1e-9), margin: 0))
      #expect(PositiveDefiniteness.isProved(shifted(1e-9), margin: 5e-10))
      #expect(!PositiveDefiniteness.isProved(shifted(1e-9), margin: 2e-9))
      #expect(!PositiveDefiniteness.isProved(shifted(-1e-9), margin: 0))
    }
    let singular = DenseMatrix(rowArrays: [[1, 1], [1, 1]], columns: 2)
    #expect(!PositiveDefiniteness.isProved(singular, margin: 0))
    #expect(!PositiveDefiniteness.isProved(DenseMatrix(rowArrays: [[.nan]], columns: 1), margin: 0))
  }
}
