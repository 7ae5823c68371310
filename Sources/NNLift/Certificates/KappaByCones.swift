import Dispatch
import Foundation
import Synchronization

/// A sound check of `κ̂ = max_{‖w‖≤1} ‖h(w)‖ ≤ θ`, `h` as in `ReducedDual`, by a `ConeCertificate`.
///
/// **The bound on a cone** `K = {Σλ_kv_k : λ ≥ 0}`, `v_k = By_k`. Terms `s(xᵀw)_+` with `xᵀv_k ≥ 0` for all `k` are linear, those
/// with `xᵀv_k ≤ 0` vanish; the others are *mixed*, `a_k = xᵀv_k`. For a vector `d` of outputs with `‖d‖ = 1` let `σ = dᵀs`,
/// `h = (dᵀh)d + h⊥`, and let `l_k > 0`, `e` a direction with `eᵀv_k ≥ ρl_k‖e‖`, `ρ > 0`, so that `Σλ_kl_k ≤ ‖w‖/ρ`.
///
/// 1. `dᵀh(w) ≤ Σλ_kq_k`: a mixed term with `σ ≥ 0` is at most its chord, `σΣλ_k(a_k)_+`; one with `σ < 0` is at most `τσΣλ_ka_k`
///    for any `0 ≤ τ ≤ 1`.
/// 2. `‖h⊥(w)‖ ≤ Σλ_kB_k`, because `(xᵀw)_+` lies between `½Σλ_ka_k` and `Σλ_k(a_k)_+`: `B_k` is the norm of the `h⊥` of the
///    means plus `¼Σ‖s⊥‖|a_k|`. So `‖h⊥‖ ≤ b‖w‖`, `b = max B_k/(ρl_k)`, and by convexity of the square
///    `‖h⊥‖² ≤ (Σλ_kl_k)(Σλ_kB_k²/l_k)`.
/// 3. `dᵀh(w) ≥ Σλ_kp_k`, dropping the mixed terms with `σ ≥ 0` and taking chords of the others; if
///    `max_k(−p_k/(ρl_k)) ≤ √(θ² − b²)`, then `‖h(w)‖ ≤ θ‖w‖` wherever `dᵀh(w) ≤ 0`.
/// 4. Elsewhere it holds if `dᵀh ≤ √(θ²‖w‖² − ‖h⊥‖²)`. The root is at least `θ‖w‖ − ω‖h⊥‖²/(θ‖w‖)`, with
///    `ω = (1 − √(1 − (b/θ)²))/(b/θ)²`, by concavity. Hence it suffices that some `z` with `‖z‖ ≤ θ` satisfies
///    `zᵀv_k ≥ q_k + ωB_k²/(θρl_k)` for all `k`: then the right sides add up to at most `zᵀw ≤ θ‖w‖`.
///
/// Any `d`, `l`, `e`, `τ`, `z` prove the bound; they are chosen in floating point and not trusted. A single output needs no
/// `h⊥`: both `d = 1` and `d = −1` are tried with 1 and 4.
///
/// **Rounding.** Vertices `y_k` are exact (checked). With `N = n + 4r + 4c + 32`, `Λ = Σ‖s_g‖‖x_g‖` and `‖B‖_F`, every computed
/// product `xᵀv_k`, linear part, coefficient `q_k`, `p_k` and `B_k` is a sum of at most `N` products whose sizes add up to at most
/// `2Λ‖B‖_F‖y_k‖`, hence off by at most `4γ_NΛ‖B‖_F‖y_k‖`; a row settled by rounded signs, here or in a cone above, changes `h` by at most
/// `γ_NΛ‖B‖_F Σλ_k‖y_k‖` over the cone where it was settled, which is at most `√r` times the same sum over any cone inside (in
/// an orthant `Σλ_k‖y_k‖ ≤ ‖y‖₁`). All of this is below `ε_k = 16√r γ_NΛ‖B‖_F‖y_k‖`, which is added to each `q_k`, `B_k`, `−p_k`, and
/// whatever remains, some dozens of scalar operations on positive numbers, below the factor `1 + 2⁻⁴⁰` on each result. The range
/// to which `ConeProgram` confines `Λ`, `‖B‖_F` and `θ` keeps overflow away, and underflow (at most `2⁻¹⁰⁷⁵` an operation) far
/// below `ε_k`, which is at least `2⁻⁴⁵⁰`.
///
/// Complexity: O(m(r + c)) for a cone with `m` mixed rows. The certificate may be short of splits: a leaf that fails is split
/// on, up to `Tuning.extraDepth`. Source: the subdivision is that of S. Bundfuss & M. Dür, SIAM J. Optim. 20 (2009), for
/// copositivity.
struct KappaByCones {
  enum Tuning {
    /// Splits below a leaf of the certificate before it counts as refuted.
    static let extraDepth = 24
    /// Nodes that may be added to those of the certificate, relative to their number, and at least.
    static let extraNodes = (factor: 1.0, least: 10_000)
    /// Largest rank for which `2ʳ` orthants are walked.
    static let largestRank = 10
    /// What scalar operations may lose, relatively.
    static let scalar = 1 + 0x1p-40
    static let cuts = 8
    static let bisections = 12
  }

  /// True only if `θ` is proved; nothing of the search is used. The subtrees below the first splits are shared among threads.
  static func proves(
    _ certificate: ConeCertificate, dual: ReducedDual, threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws(CertificateError) -> Bool {
    let r = dual.directions.columns
    let B = certificate.basis
    guard r >= 1, r <= Tuning.largestRank else { throw .rankTooLarge(rank: r) }
    guard B.rows == r, B.columns == r else { throw .shape(what: "the order of the basis", found: B.rows, expected: r) }
    if let (i, k) = B.firstNonFinite { throw .notFinite(what: "the basis", place: "row \(i), column \(k)") }
    for j in 0..<r {
      for i in j..<r where (i == j) == (B[i, j] == 0) {
        throw .basisNotTriangular(row: i, column: j)
      }
    }
    let bits = NodeBits(certificate.tree)
    var tasks: [ConeTask] = []
    var position = 0
    for orthant in 0..<1 << r {
      guard bits.collect(ConeTask(orthant: orthant, first: position), into: &tasks, &position) else { return false }
    }
    guard bits.isEnd(position) else { throw .treeDoesNotEnd }
    let allowance = Tuning.extraNodes.least + Int(Tuning.extraNodes.factor * Double(position))
    let program = try ConeProgram(dual: dual, basis: B, theta: certificate.theta)
    let next = Atomic<Int>(0)
    let extra = Atomic<Int>(0)
    let refuted = Atomic<Bool>(false)
    let list = tasks
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      let walk = ConeWalk(program)
      while !refuted.load(ordering: .relaxed) {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < list.count else { break }
        walk.allowance = allowance - extra.load(ordering: .relaxed)
        let before = walk.allowance
        let (orthant, path, first) = (list[task].orthant, list[task].path, list[task].first)
        if !walk.isProved(orthant: orthant, path: path, first: first, isSplit: bits.isSplit) { refuted.store(true, ordering: .relaxed) }
        extra.wrappingAdd(before - walk.allowance, ordering: .relaxed)
      }
    }
    return !refuted.load(ordering: .relaxed)
  }
}

/// A subtree of a certificate: the orthant, the halves taken on the way, and its first node.
private struct ConeTask: Sendable {
  var orthant: Int
  var path: [Bool] = []
  var first: Int
}

/// The bits of a tree.
private struct NodeBits: Sendable {
  private let bytes: [UInt8]
  /// Splits on the way to a task.
  private static let taskDepth = 5

  init(_ data: Data) { bytes = [UInt8](data) }

  /// `nil` behind the end.
  func isSplit(_ position: Int) -> Bool? {
    position < 8 * bytes.count ? bytes[position >> 3] >> (position & 7) & 1 == 1 : nil
  }

  /// Whether less than a byte is left, and nothing in it.
  func isEnd(_ position: Int) -> Bool {
    8 * bytes.count - position < 8 && (position..<8 * bytes.count).allSatisfy { isSplit($0) == false }
  }

  /// Adds the tasks of a subtree and moves `position` behind it; false when the bits end first.
  func collect(_ task: ConeTask, into tasks: inout [ConeTask], _ position: inout Int) -> Bool {
    guard let split = isSplit(position) else { return false }
    if split, task.path.count < Self.taskDepth {
      position += 1
      for second in [false, true] {
        let part = ConeTask(orthant: task.orthant, path: task.path + [second], first: position)
        guard collect(part, into: &tasks, &position) else { return false }
      }
      return true
    }
    tasks.append(task)
    // Every split adds a node to come, every leaf takes one.
    var open = 1
    while open > 0 {
      guard let split = isSplit(position) else { return false }
      open += split ? 1 : -1
      position += 1
    }
    return true
  }
}
