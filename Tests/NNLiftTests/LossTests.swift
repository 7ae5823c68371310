import ConeModel
import NNLift
import Testing

@Suite("Losses")
struct LossTests {
  static let losses: [Loss] = [.squared, .absolute, .huber(delta: 0.7), .hinge, .squaredHinge]

  @Test("the derivative is the limit of differences", arguments: losses)
  func derivative(loss: Loss) {
    let h = 1e-6
    for y in [-1.0, 1.0] {
      for f in [-2.3, -1.13, -0.4, 0.21, 0.87, 1.9] {
        let difference = (loss.value(f + h, y) - loss.value(f - h, y)) / (2 * h)
        #expect(abs(difference - loss.derivative(f, y)) < 1e-8)
      }
    }
  }

  @Test("Fenchel–Young: equality at the derivative, inequality everywhere", arguments: losses)
  func conjugate(loss: Loss) {
    for y in [-1.0, 1.0] {
      for f in [-2.3, -1.13, -0.4, 0.21, 0.87, 1.9] {
        let g = loss.derivative(f, y)
        #expect(abs(loss.value(f, y) + loss.conjugate(g, y) - f * g) < 1e-12)
        for k in -20...20 {
          let slope = 0.1 * Double(k)
          #expect(loss.value(f, y) + loss.conjugate(slope, y) >= f * slope - 1e-12)
        }
      }
    }
  }

  @Test("names read back", arguments: losses + [.huber(delta: 1), .interpolation])
  func names(loss: Loss) {
    #expect(Loss(loss.description) == loss)
  }

  @Test func unknownNamesAreRefused() {
    for text in ["", "logistic", "hinge:2", "huber:", "huber:a", "squared:1"] { #expect(Loss(text) == nil) }
  }

  @Test("stated in a model, the loss has its value at every point", arguments: losses)
  func statement(loss: Loss) throws {
    let y = [1.0, -1, 1, -1, 1]
    let f = [0.3, 0.4, 2.1, -3, -0.6]
    let variable = Model().vector("f", count: 5)
    let term = LossTerm(loss, outputs: variable, targets: y)
    let optimum = try Problem.minimize(try #require(term.objective)) { variable == f }.solve().optimum()
    let value = zip(f, y).reduce(0) { $0 + loss.value($1.0, $1.1) }
    #expect(abs(optimum.objective - value) < 1e-7)
  }
}
