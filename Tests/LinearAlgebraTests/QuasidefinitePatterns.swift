import LinearAlgebra
import TestSupport

/// Sparsity patterns of quasidefinite test matrices `[E Bᵀ; B −F]`, rows in arbitrary order.
enum QuasidefinitePatterns: String, CaseIterable, Sendable {
  case diagonal, arrow, reversedArrow, banded, blocks, random, grid, dense, star, denseColumns, disconnected

  static var all: [QuasidefinitePatterns] { allCases }

  /// The off-diagonal positions `(i, j)`, `i < j`.
  private func positions(_ size: Int, _ rng: inout SplitMix64) -> [(Int, Int)] {
    switch self {
    case .diagonal: return []
    case .arrow: return (0..<max(0, size - 1)).map { ($0, size - 1) }
    case .reversedArrow: return (1..<max(1, size)).map { (0, $0) }
    case .banded: return Self.pairs(size) { $1 - $0 <= 4 }
    case .blocks: return Self.pairs(size) { $0 / 13 == $1 / 13 || ($0 % 13 == 12 && $1 == $0 + 1) }
    case .random: return Self.sampled(size, 3 * size, &rng)
    case .grid:
      let side = max(1, Int(Double(size).squareRoot()))
      return Self.pairs(size, within: side) { ($1 == $0 + 1 && $1 % side != 0) || $1 == $0 + side }
    case .dense: return Self.pairs(min(size, 300)) { _, _ in true }
    case .star:
      // Many columns that meet the same few rows.
      return (0..<size).flatMap { i in (0..<5).map { (i, size - 1 - $0) } }.filter { $0.0 < $0.1 }
    case .denseColumns:
      return (0..<size).flatMap { i in (max(i + 1, size - 40)..<max(i + 1, size)).map { (i, $0) } }
    case .disconnected: return Self.pairs(size) { $0 / 5 == $1 / 5 && $0 % 10 < 5 }
    }
  }

  private static func pairs(_ size: Int, within reach: Int = 20, where holds: (Int, Int) -> Bool) -> [(Int, Int)] {
    let reach = size <= 300 ? size : reach
    return (0..<size).flatMap { j in (max(0, j - reach)..<j).filter { holds($0, j) }.map { ($0, j) } }
  }

  private static func sampled(_ size: Int, _ count: Int, _ rng: inout SplitMix64) -> [(Int, Int)] {
    (0..<count).compactMap { _ in
      let i = rng.integer(0...size - 1)
      let j = rng.integer(0...size - 1)
      return i == j ? nil : (min(i, j), max(i, j))
    }
  }

  /// A matrix of this pattern whose diagonal blocks are diagonally dominant, and the sign of each row's block.
  func matrix(size: Int, _ rng: inout SplitMix64) -> (SparseMatrix, signs: [Int8]) {
    let order = self == .dense ? min(size, 300) : size
    let signs = (0..<order).map { _ in rng.chance(0.5) ? Int8(1) : -1 }
    var diagonal = (0..<order).map { _ in rng.uniform(0.1, 1) }
    var entries: [SparseMatrix.Entry] = []
    for (i, j) in positions(order, &rng) {
      let value = rng.normal()
      entries.append(.init(i, j, value))
      // Only entries within E or F must be dominated.
      if signs[i] == signs[j] {
        diagonal[i] += abs(value)
        diagonal[j] += abs(value)
      }
    }
    for i in 0..<order { entries.append(.init(i, i, Double(signs[i]) * diagonal[i])) }
    return (SparseMatrix(rows: order, columns: order, entries: entries), signs)
  }
}
