import ConeModel
import Foundation

/// Numbers in [−1, 1] that every language computes alike: cos(0.7k² + k).
func wave(_ k: Int) -> Double { cos(0.7 * Double(k) * Double(k) + Double(k)) }

func waves(_ count: Int, from start: Int) -> [Double] { (0..<count).map { wave(start + $0) } }

func waveMatrix(_ rows: Int, _ columns: Int, from start: Int) -> Constant<Matrix> {
  Constant(rows: rows, columns: columns) { i, j in wave(start + i * columns + j) }
}

/// A model that must compile, and its optimum.
struct RightModel: Sendable {
  let name: String
  let problem: @Sendable () -> Problem
}
