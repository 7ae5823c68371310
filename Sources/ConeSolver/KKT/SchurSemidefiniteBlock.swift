import Dispatch
import LinearAlgebra

/// The part `AᵀH⁻¹A` of one PSD block, entry `(i, j) = tr(Aᵢ B Aⱼ C)` for a scaling `H⁻¹(V) = ½(BVC + CVB)`.
///
/// Columns are visited by falling number of entries, and each column `i` is paired with those after it by the cheapest of
/// (Fujisawa, Kojima & Nakata, "Exploiting sparsity in primal-dual interior-point methods for semidefinite programming",
/// Math. Prog. 79, 1997), all of them using only the rows `ℛ` where `Aᵢ` is nonzero:
///
///     F1  U = B Aᵢ C by a dense product, 2k²|ℛ| flops; then two products per entry of Aⱼ
///     F2  T = B Aᵢ, k·nnz(Aᵢ); then two dot products of length |ℛ| per entry of Aⱼ
///     F3  4 nnz(Aᵢ) products per entry of Aⱼ
///
/// and, for `Aᵢ = ±vvᵀ` found in the data, `U = ±(Bv)(Cv)ᵀ` of F1 as it is, `4k|ℛ|` flops instead of the products (Benson, Ye & Zhang,
/// SIAM J. Optim. 10, 2000).
///
/// An entry at packed position `(p, q)` with stored value `v` carries `c = v` off the diagonal and `v/√2` on it, so that
/// `tr(AᵢBAⱼC) = Σ c c' ½(BₚᵣC_qs + BₚₛC_qr + CₚᵣB_qs + CₚₛB_qr)`.
final class SchurSemidefiniteBlock {
  private enum Method { case product, denseProduct, rowProducts, entries, rankOne }

  let cone: any SemidefiniteScaling
  private let order: Int
  /// Columns of `A` with entries in this block, most entries first.
  let columns: [Int]
  /// Where each of them adds to in `M`: the column of `A` itself, unless the caller numbers them otherwise.
  var places: [Int]
  private let starts: [Int]
  private let p: [Int32]
  private let q: [Int32]
  private let c: [Double]
  /// Places of `p` and `q` among the nonzero rows of their column's matrix.
  private let slotP: [Int32]
  private let slotQ: [Int32]
  private let methods: [Method]
  /// `v` on the support and the sign of each column's matrix `±vvᵀ`, empty for the others.
  private let factors: [RankOneFactor?]
  /// Distinct nonzero rows of each column's matrix, concatenated.
  private let supportStarts: [Int]
  private let supports: [Int32]
  private let scratch: [Scratch]
  /// Columns whose dense product is large enough for BLAS's own threads, one after another, and all others.
  private let large, small: [Int]
  /// Columns without zeros, the first ones, whose products with one another are matrix products too: the packed columns, one after
  /// another, and runs of them. Empty when they are few.
  private let fullColumns: VectorView
  private let fullCount: Int
  private let batches: [Range<Int>]
  private let arena = Arena()
  /// Forecast seconds of one accumulation.
  let cost: Double

  init(_ problem: ConicProblem, cone: any SemidefiniteScaling) {
    self.cone = cone
    let k = cone.order
    order = k
    let A = problem.A
    let first = cone.rows.lowerBound
    let end = cone.rows.upperBound
    let triangle = PackedTriangle(order: k)
    let place = (0..<k).map { Int32(cone.place(of: $0)) }
    // Column j's entries of this block are a contiguous run of its sorted rows.
    var runs: [(column: Int, range: Range<Int>)] = []
    for j in 0..<A.columns {
      let range = A.columnPointers[j]..<A.columnPointers[j + 1]
      let from = A.rowIndices.firstPosition(in: range, notBelow: first)
      let to = A.rowIndices.firstPosition(in: from..<range.upperBound, notBelow: end)
      if from < to { runs.append((j, from..<to)) }
    }
    runs.sort { ($0.range.count, $1.column) > ($1.range.count, $0.column) }
    var starts = [0]
    var p: [Int32] = []
    var q: [Int32] = []
    var c: [Double] = []
    var supportStarts = [0]
    var supports: [Int32] = []
    var seen = [Int](repeating: -1, count: k)
    var slot = [Int32](repeating: 0, count: k)
    var slotP: [Int32] = []
    var slotQ: [Int32] = []
    let halfRoot = 0.5.squareRoot()
    for (index, run) in runs.enumerated() {
      for entry in run.range {
        let local = A.rowIndices[entry] - first
        let i = place[Int(triangle.rows[local])]
        let j = place[Int(triangle.columns[local])]
        p.append(i)
        q.append(j)
        c.append(i == j ? A.values[entry] * halfRoot : A.values[entry])
        for row in [i, j] where seen[Int(row)] != index {
          seen[Int(row)] = index
          slot[Int(row)] = Int32(supports.count - supportStarts[index])
          supports.append(row)
        }
        slotP.append(slot[Int(i)])
        slotQ.append(slot[Int(j)])
      }
      starts.append(p.count)
      supportStarts.append(supports.count)
    }
    columns = runs.map(\.column)
    places = columns
    self.starts = starts
    self.p = p
    self.q = q
    self.c = c
    self.slotP = slotP
    self.slotQ = slotQ
    self.supportStarts = supportStarts
    self.supports = supports

    var methods: [Method] = []
    var total = 0.0
    factors = (0..<runs.count).map { i in
      let entries = starts[i]..<starts[i + 1]
      return RankOneFactor(
        order: supportStarts[i + 1] - supportStarts[i], rows: slotP[entries], columns: slotQ[entries], values: c[entries])
    }
    let packed = cone.rows.count
    let withoutZeros = runs.prefix { $0.range.count == packed }.count
    let inRuns = withoutZeros >= Tuning.fullColumns ? withoutZeros : 0
    for i in 0..<runs.count {
      let own = Double(starts[i + 1] - starts[i])
      let remaining = Double(p.count - starts[i])
      // With later columns without zeros F1 takes its traces by a matrix product.
      let gathered = i < inRuns ? Double(p.count - starts[inRuns]) : remaining
      let traces = 2 * gathered * Tuning.gatherOperation + 2 * (remaining - gathered) * Tuning.denseFlop
      let support = Double(supportStarts[i + 1] - supportStarts[i])
      let rowProducts = 2 * own * Double(k) * Tuning.dotOperation
      let denseProducts = 2 * Double(k * k) * support * Tuning.denseFlop
      let f1 = min(rowProducts, denseProducts) + 2 * Double(k * k) * support * Tuning.denseFlop + traces
      let f2 = rowProducts + remaining * (2 * support * Tuning.dotOperation + Tuning.gatherOperation)
      let f3 = 4 * own * remaining * Tuning.gatherOperation
      let rankOne = factors[i] == nil ? .infinity : 4 * Double(k) * support * Tuning.dotOperation + 2 * remaining * Tuning.gatherOperation
      let best = min(f1, f2, f3, rankOne)
      methods.append(
        best == f3 ? .entries : best == rankOne ? .rankOne : best == f2 ? .rowProducts : rowProducts <= denseProducts ? .product : .denseProduct)
      total += best
    }
    self.methods = methods
    cost = total
    let support = { (i: Int) in supportStarts[i + 1] - supportStarts[i] }
    let isLarge = { (i: Int) in
      (methods[i] == .product || methods[i] == .denseProduct) && Double(k * k * support(i)) >= Tuning.threadedProduct
    }
    let full = runs.indices.prefix(inRuns).prefix {
      (methods[$0] == .product || methods[$0] == .denseProduct) && !isLarge($0)
    }.count
    fullCount = full >= Tuning.fullColumns ? full : 0
    // A column without zeros has its entries in packed order.
    fullColumns = arena.vector(Array(c[0..<starts[fullCount]]))
    batches = stride(from: 0, to: fullCount, by: Tuning.fullColumns).map { [fullCount] in $0..<min(fullCount, $0 + Tuning.fullColumns) }
    let batched = fullCount
    large = runs.indices.filter(isLarge)
    small = runs.indices.filter { $0 >= batched && !isLarge($0) }
    let largest = runs.indices.map(support).max() ?? 0
    let workers = total >= Tuning.threadedAssembly ? max(1, Dense.threads) : 1
    scratch = (0..<workers).map { _ in
      Scratch(
        order: k, support: largest, product: methods.contains { $0 == .product || $0 == .denseProduct }, packed: packed,
        full: batched)
    }
  }

  /// What one thread works in.
  private struct Scratch {
    private let arena = Arena()
    /// `(B Aᵢ)[:, ℛ]` and `C[:, ℛ]`, by columns, and the same by rows.
    let T, gathered, TByRows, gatheredByRows: VectorView
    /// `B Aᵢ C`.
    let U: VectorView
    /// The packed `B Aᵢ C` of a run of columns, and their products with columns without zeros.
    let images, products: VectorView

    init(order k: Int, support: Int, product: Bool, packed: Int, full: Int) {
      images = arena.vector(full > 0 ? packed * Tuning.fullColumns : 0)
      products = arena.vector(full * Tuning.fullColumns)
      T = arena.vector(k * support)
      gathered = arena.vector(k * support)
      TByRows = arena.vector(k * support)
      gatheredByRows = arena.vector(k * support)
      U = arena.vector(product ? k * k : 0)
    }
  }

  /// Adds the block to the lower triangle of the dense `M` of order `n`.
  func accumulate(into M: VectorView, order n: Int) {
    for i in large { accumulateColumn(i, scratch[0], M, n) }
    guard scratch.count > 1 else {
      for batch in batches { accumulateBatch(batch, scratch[0], M, n) }
      for i in small { accumulateColumn(i, scratch[0], M, n) }
      return
    }
    // Each entry of M belongs to one column i, so the result does not depend on who computes it.
    let threads = Dense.threads
    Dense.setThreads(1)
    defer { Dense.setThreads(threads) }
    let workers = scratch.count
    nonisolated(unsafe) let block = self
    nonisolated(unsafe) let target = M
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for position in stride(from: worker, to: block.batches.count, by: workers) {
        block.accumulateBatch(block.batches[position], block.scratch[worker], target, n)
      }
      for position in stride(from: worker, to: block.small.count, by: workers) {
        block.accumulateColumn(block.small[position], block.scratch[worker], target, n)
      }
    }
  }

  private func accumulateColumn(_ i: Int, _ work: Scratch, _ M: VectorView, _ n: Int) {
    let B = cone.left
    let C = cone.right
    switch methods[i] {
    case .entries: accumulateByEntries(i, B, C, M, n)
    case .rankOne: accumulateByVectors(i, B, C, work, M, n)
    case .rowProducts: accumulateByRowProducts(i, B, C, work, M, n)
    case .product, .denseProduct: accumulateByProduct(i, B, C, work, M, n)
    }
  }

  private func add(_ value: Double, _ i: Int, _ j: Int, _ M: VectorView, _ n: Int) {
    let a = places[i]
    let b = places[j]
    M[max(a, b) + min(a, b) * n] += value
  }

  private func accumulateByEntries(_ i: Int, _ B: VectorView, _ C: VectorView, _ M: VectorView, _ n: Int) {
    let k = order
    p.withUnsafeBufferPointer { p in
      q.withUnsafeBufferPointer { q in
        c.withUnsafeBufferPointer { c in
          for j in i..<columns.count {
            var sum = 0.0
            for f in starts[j]..<starts[j + 1] {
              let r = Int(p[f]) * k
              let s = Int(q[f]) * k
              var inner = 0.0
              for e in starts[i]..<starts[i + 1] {
                let pe = Int(p[e])
                let qe = Int(q[e])
                inner += c[e] * (B[pe + r] * C[qe + s] + B[pe + s] * C[qe + r] + C[pe + r] * B[qe + s] + C[pe + s] * B[qe + r])
              }
              sum += 0.5 * c[f] * inner
            }
            add(sum, i, j, M, n)
          }
        }
      }
    }
  }

  /// Fills `T` with `(B Aᵢ)[:, ℛ]` and `gathered` with `C[:, ℛ]`, column by column; returns `|ℛ|`.
  private func formRowProducts(_ i: Int, _ B: VectorView, _ C: VectorView, _ work: Scratch) -> Int {
    let k = order
    let support = supportStarts[i]..<supportStarts[i + 1]
    guard let b = B.baseAddress, let c = C.baseAddress, let T = work.T.baseAddress, let gathered = work.gathered.baseAddress
    else { return 0 }
    for (index, s) in support.enumerated() {
      (gathered + index * k).update(from: c + Int(supports[s]) * k, count: k)
    }
    let root = 2.0.squareRoot()
    if methods[i] == .denseProduct {
      // Aᵢ[:, ℛ] in the place of the rows, then one product.
      let A = work.TByRows
      A.slice(0..<k * support.count).fill(0)
      for e in starts[i]..<starts[i + 1] {
        let pe = Int(p[e])
        let qe = Int(q[e])
        let value = pe == qe ? self.c[e] * root : self.c[e] / root
        A[pe + Int(slotQ[e]) * k] = value
        A[qe + Int(slotP[e]) * k] = value
      }
      Dense.multiply(1, B, A, into: work.T, m: k, n: support.count, k: k)
      return support.count
    }
    work.T.slice(0..<k * support.count).fill(0)
    for e in starts[i]..<starts[i + 1] {
      let pe = Int(p[e])
      let qe = Int(q[e])
      // The matrix entry itself: c/√2 off the diagonal, √2 c on it.
      let value = pe == qe ? self.c[e] * root : self.c[e] / root
      let atQ = T + Int(slotQ[e]) * k
      let fromP = b + pe * k
      for t in 0..<k { atQ[t] += value * fromP[t] }
      if pe != qe {
        let atP = T + Int(slotP[e]) * k
        let fromQ = b + qe * k
        for t in 0..<k { atP[t] += value * fromQ[t] }
      }
    }
    return support.count
  }

  private func accumulateByRowProducts(
    _ i: Int, _ B: VectorView, _ C: VectorView, _ work: Scratch, _ M: VectorView, _ n: Int
  ) {
    let count = formRowProducts(i, B, C, work)
    let k = order
    for t in 0..<k {
      for index in 0..<count {
        work.TByRows[index + t * count] = work.T[t + index * k]
        work.gatheredByRows[index + t * count] = work.gathered[t + index * k]
      }
    }
    guard let T = work.TByRows.baseAddress, let gathered = work.gatheredByRows.baseAddress else { return }
    let halfRoot = 0.5.squareRoot()
    for j in i..<columns.count {
      var sum = 0.0
      for f in starts[j]..<starts[j + 1] {
        let a = Int(p[f]) * count
        let b = Int(q[f]) * count
        sum += c[f] * (shortDot(T + a, gathered + b, count) + shortDot(T + b, gathered + a, count))
      }
      add(halfRoot * sum, i, j, M, n)
    }
  }

  private func accumulateByVectors(
    _ i: Int, _ B: VectorView, _ C: VectorView, _ work: Scratch, _ M: VectorView, _ n: Int
  ) {
    guard let factor = factors[i] else { return }
    let k = order
    let support = supportStarts[i]..<supportStarts[i + 1]
    let Bv = work.T.slice(0..<k)
    let Cv = work.gathered.slice(0..<k)
    Bv.fill(0)
    Cv.fill(0)
    for (s, value) in zip(supports[support], factor.vector) {
      Bv.add(value, B.slice(Int(s) * k..<(Int(s) + 1) * k))
      Cv.add(value, C.slice(Int(s) * k..<(Int(s) + 1) * k))
    }
    let scale = factor.sign * 0.5.squareRoot()
    for j in i..<columns.count {
      var sum = 0.0
      for f in starts[j]..<starts[j + 1] {
        let a = Int(p[f])
        let b = Int(q[f])
        sum += c[f] * (Bv[a] * Cv[b] + Bv[b] * Cv[a])
      }
      add(scale * sum, i, j, M, n)
    }
  }

  /// A run of columns without zeros: their images `B Aᵢ C` packed side by side, then one matrix product with all later such columns.
  private func accumulateBatch(_ batch: Range<Int>, _ work: Scratch, _ M: VectorView, _ n: Int) {
    let k = order
    let packed = k * (k + 1) / 2
    let halfRoot = 0.5.squareRoot()
    for (slot, i) in batch.enumerated() {
      accumulateByProduct(i, cone.left, cone.right, work, M, n, from: fullCount)
      let image = work.images.slice(slot * packed..<(slot + 1) * packed)
      var position = 0
      for b in 0..<k {
        for a in 0...b {
          image[position] = halfRoot * (work.U[a + b * k] + work.U[b + a * k])
          position += 1
        }
      }
    }
    let first = batch.lowerBound
    let rest = fullCount - first
    Dense.multiply(
      1, fullColumns.slice(first * packed..<fullCount * packed), transposeA: true, work.images, into: work.products, m: rest,
      n: batch.count, k: packed)
    for (slot, i) in batch.enumerated() {
      for j in i..<fullCount { add(work.products[j - first + slot * rest], i, j, M, n) }
    }
  }

  private func accumulateByProduct(
    _ i: Int, _ B: VectorView, _ C: VectorView, _ work: Scratch, _ M: VectorView, _ n: Int, from firstPartner: Int? = nil
  ) {
    let count = formRowProducts(i, B, C, work)
    Dense.multiply(1, work.T, work.gathered, transposeB: true, into: work.U, m: order, n: order, k: count)
    guard let U = work.U.baseAddress else { return }
    let halfRoot = 0.5.squareRoot()
    let k = order
    for j in (firstPartner ?? i)..<columns.count {
      var sum = 0.0
      for f in starts[j]..<starts[j + 1] {
        let a = Int(p[f])
        let b = Int(q[f])
        sum += c[f] * (U[a + b * k] + U[b + a * k])
      }
      add(halfRoot * sum, i, j, M, n)
    }
  }
}

/// A dot product in four independent sums, which is what lets it run in vector registers.
private func shortDot(_ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ count: Int) -> Double {
  var sums = SIMD4<Double>.zero
  var t = 0
  while t + 4 <= count {
    let x = UnsafeRawPointer(a + t).loadUnaligned(as: SIMD4<Double>.self)
    let y = UnsafeRawPointer(b + t).loadUnaligned(as: SIMD4<Double>.self)
    sums += x * y
    t += 4
  }
  var sum = sums.sum()
  while t < count {
    sum += a[t] * b[t]
    t += 1
  }
  return sum
}

extension Array where Element == Int {
  /// First position in `range` whose (ascending) element is at least `bound`.
  func firstPosition(in range: Range<Int>, notBelow bound: Int) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
