import Foundation

/// The numbers of a supernodal `LDLᵀ`, by the multifrontal method (I. S. Duff and J. K. Reid, ACM TOMS 9, 1983).
///
/// In postorder each supernode collects its entries of the matrix and the updates of its children in its panel, is
/// eliminated there, and leaves its own update `U = −L D Lᵀ` plus what of its children's updates lies beyond its columns.
/// `D` is diagonal and no pivot is moved: right for quasidefinite matrices, whose pivots have known signs.
final class SupernodalFactor {
  typealias Entries = PanelKernels.Entries

  let structure: SupernodalStructure
  private let panels: Entries
  private let stack: Entries
  /// `D`, in the order of elimination.
  let pivots: Entries
  /// For scaled copies of panel blocks in a factorisation, and for the rows of one panel in a solve.
  private let work: Entries
  /// The right-hand side in the order of elimination.
  private let ordered: Entries

  /// - Returns: `nil` when the memory cannot be had.
  init?(_ structure: SupernodalStructure) {
    self.structure = structure
    let work = max(structure.mostBelowEntries, structure.mostWidth * structure.mostWidth / 4 + 8 * structure.mostWidth)
    // Pages are only taken when they are first written to.
    guard let panels = Self.memory(structure.panelEntries), let stack = Self.memory(structure.stackEntries),
      let pivots = Self.memory(structure.order), let ordered = Self.memory(structure.order),
      let scratch = Self.memory(max(work, structure.mostHeight))
    else { return nil }
    self.panels = panels
    self.stack = stack
    self.pivots = pivots
    self.ordered = ordered
    self.work = scratch
  }

  deinit {
    for block in [panels, stack, pivots, ordered, work] { free(block) }
  }

  private static func memory(_ count: Int) -> Entries? {
    let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Double>.stride)
    var block: UnsafeMutableRawPointer?
    guard !overflow, posix_memalign(&block, 64, bytes) == 0 else { return nil }
    return block?.bindMemory(to: Double.self, capacity: max(1, count))
  }

  /// Supernodes of fewer flops are left to one thread. BLAS decides product by product and would wake the others for work
  /// that takes hardly longer than waking them.
  private static let flopsForThreads = 1.0e7

  /// Factors the matrix with the given values.
  func factor(_ values: UnsafePointer<Double>, _ pivoting: inout PanelKernels.Pivoting) {
    let nodes = UnsafePointer(structure.supernodes.baseAddress!)
    let threads = Dense.threads
    var active = threads
    defer { if active != threads { Dense.setThreads(threads) } }
    for s in 0..<structure.count {
      let node = nodes[s]
      let wanted = node.flops < Self.flopsForThreads ? 1 : threads
      if wanted != active {
        Dense.setThreads(wanted)
        active = wanted
      }
      let panel = panels + node.panel
      collectEntries(node, values, panel)
      let update = stack + node.update
      for c in node.children { addToPanel(nodes[Int(structure.children[c])], panel, height: node.height) }
      PanelKernels.factor(
        panel, height: node.height, width: node.width, stride: node.height, first: node.first,
        pivots: pivots + node.first, work: work, &pivoting)
      guard node.below > 0 else { continue }
      PanelKernels.update(
        panel + node.width, rows: node.below, width: node.width, stride: node.height, pivots: pivots + node.first,
        work: work, into: update)
      for c in node.children { addToUpdate(nodes[Int(structure.children[c])], update, parent: node) }
    }
  }

  private func collectEntries(
    _ node: SupernodalStructure.Supernode, _ values: UnsafePointer<Double>, _ panel: Entries
  ) {
    panel.update(repeating: 0, count: node.height * node.width)
    let sources = structure.entrySources.baseAddress!
    let targets = structure.entryTargets.baseAddress!
    for k in node.entries { panel[targets[k]] = values[Int(sources[k])] }
  }

  /// Adds the columns of the child's update that are columns of its parent.
  private func addToPanel(_ child: SupernodalStructure.Supernode, _ panel: Entries, height: Int) {
    let rows = child.below
    let places = structure.places.baseAddress! + child.rowStart
    let update = stack + child.update
    for j in 0..<child.intoPanel {
      Self.scatter(
        update + j * rows, from: j, to: rows, places: places, consecutiveFrom: child.consecutiveFrom,
        into: panel + Int(places[j]) * height)
    }
  }

  /// Adds the other columns of the child's update to that of its parent.
  private func addToUpdate(
    _ child: SupernodalStructure.Supernode, _ target: Entries, parent: SupernodalStructure.Supernode
  ) {
    let rows = child.below
    let places = structure.places.baseAddress! + child.rowStart
    let update = stack + child.update
    for j in child.intoPanel..<rows {
      let column = Int(places[j]) - parent.width
      Self.scatter(
        update + j * rows, from: j, to: rows, places: places, consecutiveFrom: child.consecutiveFrom,
        into: target + column * parent.below - parent.width)
    }
  }

  /// `target[places[i]] += source[i]` for the rows `start ..< end`.
  @inline(__always)
  private static func scatter(
    _ source: Entries, from start: Int, to end: Int, places: UnsafeMutablePointer<Int32>, consecutiveFrom: Int,
    into target: Entries
  ) {
    let run = max(start, consecutiveFrom)
    for i in start..<run { target[Int(places[i])] += source[i] }
    let tail = target + Int(places[run])
    let rest = source + run
    for i in 0..<end - run { tail[i] += rest[i] }
  }

  // MARK: Solve

  /// `x ← M⁻¹x` with the last factor.
  func solve(_ x: Entries) {
    let permutation = structure.permutation.baseAddress!
    let order = structure.order
    for k in 0..<order { ordered[k] = x[Int(permutation[k])] }
    let nodes = UnsafePointer(structure.supernodes.baseAddress!)
    for s in 0..<structure.count {
      let node = nodes[s]
      PanelKernels.solveForward(
        panels + node.panel, width: node.width, below: node.below, rows: structure.rows.baseAddress! + node.rowStart,
        own: ordered + node.first, all: ordered, work: work)
    }
    for k in 0..<order { ordered[k] /= pivots[k] }
    for s in stride(from: structure.count - 1, through: 0, by: -1) {
      let node = nodes[s]
      PanelKernels.solveBackward(
        panels + node.panel, width: node.width, below: node.below, rows: structure.rows.baseAddress! + node.rowStart,
        own: ordered + node.first, all: ordered, work: work)
    }
    for k in 0..<order { x[Int(permutation[k])] = ordered[k] }
  }
}
