import ConeSolver
import Foundation
import LinearAlgebra
import Testing

/// Programs about which the truth is known by construction, every claim judged by independent arithmetic.
///
/// `CONE_SEEDS=first-last` runs another range of seeds and prints every fault instead of the first few.
@Suite struct RandomProgramTests {
  private static let count = 10_000
  private static let shown = 25
  /// Programs of the ten thousand that may end without a claim. A wrong claim is never allowed.
  private static let unanswered = 0
  private static let pairs = 1200
  /// The same for one linear system without the other to fall back on, which rounding of other kernels may cost an answer.
  private static let unansweredByOneStrategy = 5

  private struct Verdict {
    var faults: [String] = []
    var features: [String] = []
    /// Nothing is wrong but that no claim was made.
    var isOnlyUnanswered = false
  }

  private final class Findings: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var faults: [(seed: UInt64, text: String)] = []
    /// Programs that ended without a claim, which is a weakness but never a lie.
    private(set) var unanswered: [(seed: UInt64, text: String)] = []
    private(set) var kinds: [RandomProgram.Kind: Int] = [:]
    private(set) var features: [String: Int] = [:]

    func add(_ program: RandomProgram, _ verdict: Verdict) {
      lock.withLock {
        kinds[program.kind, default: 0] += 1
        for feature in verdict.features { features[feature, default: 0] += 1 }
        if verdict.faults.isEmpty { return }
        let text = "\(verdict.faults.joined(separator: "; "))\n    \(program.description)"
        if verdict.isOnlyUnanswered {
          unanswered.append((program.seed, text))
        } else {
          faults.append((program.seed, text))
        }
      }
    }
  }

  private static func features(_ program: RandomProgram, _ solution: Solution) -> [String] {
    let draft = program.draft
    var list = [
      "status \(solution.status.rawValue)", "kkt \(solution.kkt.rawValue)", "scales \(program.scaling.mode.rawValue)",
      "expected \(draft.expected.map(\.rawValue).sorted())",
    ]
    if draft.cones.isEmpty { list.append("no cones") }
    if draft.cones.contains(.zero(0)) { list.append("empty zero cone") }
    if draft.cones.contains(.nonnegative(0)) { list.append("empty nonnegative cone") }
    if draft.cones.contains(.secondOrder(0)) { list.append("empty second-order cone") }
    if draft.cones.contains(.positiveSemidefinite(order: 0)) { list.append("empty semidefinite cone") }
    if draft.cones.contains(.secondOrder(1)) { list.append("second-order 1") }
    if draft.cones.contains(.secondOrder(2)) { list.append("second-order 2") }
    for k in 1...5 where draft.cones.contains(.positiveSemidefinite(order: k)) { list.append("semidefinite \(k)") }
    if draft.cones.contains(where: { if case .secondOrder(let d) = $0 { d > 4 } else { false } }) {
      list.append("second-order above 4")
    }
    if program.problem.P.nonzeros > 0 { list.append("quadratic") }
    if draft.n == 1 { list.append("one variable") }
    if draft.A.contains(where: { $0.allSatisfy { $0 == 0 } }) { list.append("empty row") }
    if draft.m > 0, draft.columnsOfA.contains(where: { $0.allSatisfy { $0 == 0 } }) { list.append("empty column") }
    if draft.descendsFreely { list.append("free descent") }
    if draft.equalitiesContradict { list.append("contradictory equalities") }
    if draft.optimum != nil { list.append("known value") }
    return list
  }

  private static func run(_ seeds: Range<Int>, _ work: @escaping @Sendable (RandomProgram) -> Verdict) -> Findings {
    let findings = Findings()
    let chunk = 25
    DispatchQueue.concurrentPerform(iterations: (seeds.count + chunk - 1) / chunk) { index in
      for seed in seeds.dropFirst(index * chunk).prefix(chunk) {
        let program = RandomProgram(seed: UInt64(seed))
        let error = program.draft.witnessError
        guard error < 1e-11 else {
          findings.add(program, Verdict(faults: ["the construction itself is off by \(error)"]))
          continue
        }
        findings.add(program, work(program))
      }
    }
    return findings
  }

  /// No wrong claim at all, and at most `unanswered` programs without one.
  private static func report(_ findings: Findings, unanswered: Int) {
    var list = findings.faults
    if findings.unanswered.count > unanswered { list += findings.unanswered }
    for fault in list.sorted(by: { $0.seed < $1.seed }).prefix(shown) { Issue.record("\(fault.text)") }
    if list.count > shown { Issue.record("… and \(list.count - shown) programs more") }
  }

  private static var settings: Settings {
    var settings = Settings()
    settings.threads = 1
    return settings
  }

  @Test func everyClaimHolds() throws {
    var seeds = 0..<Self.count
    let asked = ProcessInfo.processInfo.environment["CONE_SEEDS"]
    if let bounds = asked?.split(separator: "-").compactMap({ Int($0) }), bounds.count == 2 {
      seeds = bounds[0]..<bounds[1] + 1
    }
    let settings = Self.settings
    let findings = Self.run(seeds) { program in
      do {
        let solution = try program.problem.solve(settings)
        let faults = SolutionCheck(program, solution).faults
        return Verdict(
          faults: faults, features: Self.features(program, solution),
          isOnlyUnanswered: faults.count == 1 && !solution.status.isVerified)
      } catch { return Verdict(faults: ["threw \(error)"]) }
    }
    if asked != nil {
      let all = findings.faults + findings.unanswered
      for fault in all.sorted(by: { $0.seed < $1.seed }) { print("FAULT", fault.text) }
      for (feature, count) in findings.features.sorted(by: { $0.key < $1.key }) { print("COUNT", count, feature) }
      return
    }
    Self.report(findings, unanswered: Self.unanswered)
    // The generator must really make what it promises.
    for kind in RandomProgram.Kind.allCases { #expect(findings.kinds[kind, default: 0] >= seeds.count / 15, "\(kind)") }
    let promised = [
      "no cones", "empty zero cone", "empty nonnegative cone", "empty second-order cone", "empty semidefinite cone",
      "second-order 1", "second-order 2", "second-order above 4", "semidefinite 1", "semidefinite 2", "semidefinite 3",
      "semidefinite 4", "semidefinite 5", "quadratic", "one variable", "empty row", "empty column", "known value",
      "free descent", "contradictory equalities",
      "status solved", "status primal_infeasible", "status dual_infeasible", "kkt schur", "kkt quasidefinite",
      "expected [\"solved\"]", "expected [\"primal_infeasible\"]", "expected [\"dual_infeasible\"]",
      "expected [\"dual_infeasible\", \"primal_infeasible\"]",
    ] + ProgramScaling.Mode.allCases.map { "scales \($0.rawValue)" }
    for feature in promised { #expect(findings.features[feature, default: 0] >= seeds.count / 200, "\(feature)") }
  }

  /// Both linear systems are asked for the same optimum; in natural units it is known to the tolerance.
  @Test func strategiesAgree() throws {
    let settings = Self.settings
    let first = 1_000_000
    let findings = Self.run(first..<first + Self.pairs) { program in
      do {
        var values: [Double] = []
        var faults: [String] = []
        var isOnlyUnanswered = true
        for kkt in [KKTChoice.schur, .quasidefinite] {
          var settings = settings
          settings.kkt = kkt
          let solution = try program.problem.solve(settings)
          if solution.kkt != kkt {
            faults.append("\(kkt.rawValue) was not used")
            isOnlyUnanswered = false
          }
          let found = SolutionCheck(program, solution).faults
          if found.count > 1 || (found.count == 1 && solution.status.isVerified) { isOnlyUnanswered = false }
          faults += found.map { "\(kkt.rawValue): \($0)" }
          if solution.status == .solved { values.append(solution.primalObjective) }
        }
        if values.count == 2, program.scaling.mode == .none, abs(values[0] - values[1]) > 1e-6 * (1 + abs(values[0])) {
          faults.append("objectives \(values[0]) and \(values[1])")
          isOnlyUnanswered = false
        }
        return Verdict(faults: faults, isOnlyUnanswered: isOnlyUnanswered)
      } catch { return Verdict(faults: ["threw \(error)"]) }
    }
    Self.report(findings, unanswered: Self.unansweredByOneStrategy)
  }
}
