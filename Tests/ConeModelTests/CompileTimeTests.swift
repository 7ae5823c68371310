import ConeModel
import ConeSolver
import Foundation
import Testing

/// Seconds of CPU time that the best of some runs took on this thread; what else the machine does is not counted.
func threadSeconds(runs: Int = 1, _ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
  var best = Double.infinity
  for _ in 0..<runs {
    let start = now()
    try body()
    best = min(best, now() - start)
  }
  return best
}

/// From a problem as written to a conic program, against the goals stated in docs/modelling.md. The bounds are the
/// goals themselves; measured is a fraction of each.
struct CompileTimeTests {
  @Test func doublyNonnegativeOfOrder120() throws {
    var program: ConicProblem?
    let seconds = try threadSeconds(runs: 5) {
      let X = Model().symmetric("X", order: 120, .doublyNonnegative)
      program = try Problem.minimize(trace(X)).compile().problem
    }
    #expect(program?.cones == [.nonnegative(7140), .positiveSemidefinite(order: 120)])
    print("doubly nonnegative, order 120: \(seconds) s")
    #expect(seconds < 5e-3)
  }

  @Test func hundredDenseTraces() throws {
    let data = (0..<100).map { k in
      Constant<Symmetric>(order: 100) { i, j in cos(0.1 * Double(i * (k + 1)) + 0.3 * Double(j)) }
    }
    var program: ConicProblem?
    let seconds = try threadSeconds(runs: 5) {
      let X = Model().symmetric("X", order: 100)
      program = try Problem.minimize(trace(X)) { for A in data { inner(A, X) == 1 } }.compile().problem
    }
    #expect(program?.A.nonzeros ?? 0 > 500_000)
    print("100 dense traces, order 100: \(seconds) s")
    #expect(seconds < 50e-3)
  }

  @Test func denseLeastSquaresWithAParameterAgain() throws {
    let n = 1000
    let model = Model()
    let x = model.vector("x", count: n)
    let A = Constant<Matrix>(rows: n, columns: n) { i, j in cos(0.37 * Double(i) * Double(1 + j % 97) + 0.2 * Double(j))
    }
    let b = model.parameter("b", (0..<n).map { cos(Double($0)) })
    var compiled: CompiledProblem?
    let first = try threadSeconds { compiled = try Problem.minimize(sumSquares(A ⋅ x - b)).compile() }
    var program = try #require(compiled)
    compiled = nil
    let again = try threadSeconds {
      for k in 0..<100 { try program.set(b, to: (0..<n).map { cos(Double($0 + k)) }) }
    }
    print("least squares 1000 × 1000: first \(first) s, 100 times again \(again) s")
    // q = −2Aᵀb, for the last b.
    let q = (0..<n).reduce(0.0) { $0 - 2 * A[$1, 5] * cos(Double($1 + 99)) }
    #expect(isClose(program.problem.q[5], q, 1e-9))
    #expect(again < 2)
  }
}
