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
}
