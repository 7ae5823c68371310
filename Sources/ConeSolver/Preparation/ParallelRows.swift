import LinearAlgebra

/// Linear rows with proportional coefficients, `a_r = λ a_l`: bounds on one variable are the simplest of them.
///
/// Each row bounds the same activity `t = aᵀx/a₁`, `a₁` its first coefficient: an equality says `t = v`, an inequality `t ≤ u` or
/// `t ≥ l` by the sign of `a₁`. Of equalities one is kept, of inequalities the tightest on each side, and none beside an equality
/// that implies it; the slack of a removed row is `λ s_l + (b_r − λ b_l)τ` and its multiplier zero. Two sides that meet, `l = u`,
/// become an equality (`RowSelection.Pair`). A contradiction `b_r ≠ λ b_l`, or `u < l`, is a certificate: the multipliers that
/// cancel the coefficients. Differences within `Tuning.presolveConsistency` of the terms count as none where that only keeps a
/// program feasible; up to `Tuning.presolveContradiction` the rows are left to the method.
enum ParallelRows {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    guard rows.count > 1 else { return .nothing }
    var search = Search(problem, rows)
    for i in 0..<rows.count where !rows.entries(i).isEmpty {
      if let certificate = search.add(i) { return .infeasible(certificate) }
    }
    return search.finding()
  }

  /// The rows that bound one activity.
  private struct Activity {
    let first: Int
    /// An earlier activity with the same hash.
    let previous: Int?
    var equality, upper, lower: Int?
  }

  private enum Comparison { case equal, unclear, less, greater }

  private struct Search {
    let problem: ConicProblem
    let rows: LinearRows
    var activities: [Activity] = []
    /// The last activity of each hash.
    var buckets: [Int: Int] = [:]
    var implied: [RowSelection.Implied] = []

    init(_ problem: ConicProblem, _ rows: LinearRows) {
      self.problem = problem
      self.rows = rows
      buckets.reserveCapacity(rows.count)
    }

    private func pivot(_ i: Int) -> Double { rows.values[rows.pointers[i]] }
    /// `b_i/a₁`: the value or bound of the activity.
    private func bound(_ i: Int) -> Double { problem.b[i] / pivot(i) }

    /// Compares `b_r` with `λ b_l`, against the larger of them.
    private func compare(_ a: Double, _ b: Double, tolerance: Double = Tuning.presolveConsistency) -> Comparison {
      let difference = a - b
      let size = max(abs(a), abs(b))
      if abs(difference) <= tolerance * size { return .equal }
      if abs(difference) <= Tuning.presolveContradiction * size { return .unclear }
      return difference < 0 ? .less : .greater
    }

    /// A certificate from multipliers of two rows, scaled so that the larger is one.
    private func certificate(_ first: (row: Int, z: Double), _ second: (row: Int, z: Double)) -> HomogeneousPoint {
      let size = max(abs(first.z), abs(second.z))
      var point = HomogeneousPoint.zero(problem)
      point.z[first.row] = first.z / size
      point.z[second.row] = second.z / size
      return point
    }

    /// Files row `i` under its activity. Equalities come first. Returns a certificate when it contradicts another row.
    mutating func add(_ i: Int) -> HomogeneousPoint? {
      let place = activity(of: i)
      if i < rows.equalities {
        guard let kept = activities[place].equality else {
          activities[place].equality = i
          return nil
        }
        return addEquality(i, besides: kept)
      }
      if let equality = activities[place].equality { return addInequality(i, besides: equality) }
      let isUpper = pivot(i) > 0
      guard let kept = isUpper ? activities[place].upper : activities[place].lower else {
        if isUpper { activities[place].upper = i } else { activities[place].lower = i }
        return nil
      }
      let isTighter = isUpper ? bound(i) < bound(kept) : bound(i) > bound(kept)
      let (tight, loose) = isTighter ? (i, kept) : (kept, i)
      if isUpper { activities[place].upper = tight } else { activities[place].lower = tight }
      imply(loose, by: tight)
      return nil
    }

    /// `s_loose = λ s_tight + (b_loose − λ b_tight)τ`, both terms nonnegative.
    private mutating func imply(_ loose: Int, by tight: Int) {
      let factor = pivot(loose) / pivot(tight)
      let constant = max(0, problem.b[loose] - factor * problem.b[tight])
      implied.append(.init(row: loose, terms: [(tight, factor)], constant: constant))
    }

    private mutating func addEquality(_ i: Int, besides kept: Int) -> HomogeneousPoint? {
      let factor = pivot(i) / pivot(kept)
      switch compare(problem.b[i], factor * problem.b[kept]) {
      case .equal: implied.append(.init(row: i, constant: 0))
      case .unclear: break
      case .less: return certificate((i, 1), (kept, -factor))
      case .greater: return certificate((i, -1), (kept, factor))
      }
      return nil
    }

    private mutating func addInequality(_ i: Int, besides equality: Int) -> HomogeneousPoint? {
      let factor = pivot(i) / pivot(equality)
      let slack = problem.b[i] - factor * problem.b[equality]
      switch compare(problem.b[i], factor * problem.b[equality]) {
      case .equal, .greater: implied.append(.init(row: i, constant: max(0, slack)))
      case .unclear: if slack >= 0 { implied.append(.init(row: i, constant: slack)) }
      case .less: return certificate((i, 1), (equality, -factor))
      }
      return nil
    }

    /// The index of the activity that row `i` bounds, a new one if there is none.
    private mutating func activity(of i: Int) -> Int {
      var hasher = Hasher()
      let first = pivot(i)
      for k in rows.entries(i) {
        hasher.combine(rows.columns[k])
        // Ratios that differ by rounding rarely differ in single precision; a pair that does is not found, no more.
        hasher.combine(Float(rows.values[k] / first))
      }
      let key = hasher.finalize()
      let latest = buckets[key]
      var place = latest
      while let candidate = place {
        if areParallel(i, activities[candidate].first) { return candidate }
        place = activities[candidate].previous
      }
      activities.append(Activity(first: i, previous: latest))
      buckets[key] = activities.count - 1
      return activities.count - 1
    }

    private func areParallel(_ i: Int, _ l: Int) -> Bool {
      let (mine, theirs) = (rows.entries(i), rows.entries(l))
      guard mine.count == theirs.count else { return false }
      let factor = pivot(i) / pivot(l)
      return zip(mine, theirs).allSatisfy { a, b in
        let wanted = factor * rows.values[b]
        return rows.columns[a] == rows.columns[b]
          && abs(rows.values[a] - wanted) <= Tuning.cancellation * abs(wanted)
      }
    }

    /// What is left once every row has been filed.
    func finding() -> ReductionFinding {
      var pairs: [RowSelection.Pair] = []
      for activity in activities {
        guard let upper = activity.upper, let lower = activity.lower else { continue }
        switch compare(bound(upper), bound(lower), tolerance: Tuning.cancellation) {
        case .equal: pairs.append(.init(upper: upper, lower: lower, factor: -pivot(upper) / pivot(lower)))
        case .less: return .infeasible(certificate((upper, 1), (lower, -pivot(upper) / pivot(lower))))
        case .unclear, .greater: break
        }
      }
      guard !implied.isEmpty || !pairs.isEmpty else { return .nothing }
      var keep = [Bool](repeating: true, count: problem.rowCount)
      for row in implied { keep[row.row] = false }
      for pair in pairs { (keep[pair.upper], keep[pair.lower]) = (false, false) }
      let equalities = (0..<rows.equalities).filter { keep[$0] } + pairs.map(\.upper)
      let inequalities = (rows.equalities..<rows.count).filter { keep[$0] }
      let source = equalities + inequalities + (rows.count..<problem.rowCount)
      var cones: [Cone] = []
      if !equalities.isEmpty { cones.append(.zero(equalities.count)) }
      if !inequalities.isEmpty { cones.append(.nonnegative(inequalities.count)) }
      cones += problem.cones.filter { !$0.isLinear }
      // A loose row may lean on one that was itself found loose later: restored the other way round, its model comes first.
      let step = RowSelection(
        source: source, oldRowCount: problem.rowCount, implied: implied.reversed(), pairs: pairs)
      return .smaller(problem.selecting(rows: source, cones: cones), step, count: implied.count + pairs.count)
    }
  }
}
