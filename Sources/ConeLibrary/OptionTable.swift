import CConeSolver
import ConeSolver

/// The options of a solve by their names here, in Clarabel and in SCS.
struct OptionTable: Sendable {
  /// A value as C gives it.
  enum Value: Sendable {
    case number(Double)
    case text(String)
  }

  private enum Option {
    case absolute, relative, bothTolerances, infeasible
    case maxIterations, timeLimit, threads, presolve, retries, objectiveConstant, kkt, verbose
    /// Another solver's, of a method that is not this one's.
    case foreign
  }

  private static let options: [String: Option] = {
    var table: [String: Option] = [
      "epsAbs": .absolute, "eps_abs": .absolute, "tol_gap_abs": .absolute,
      "epsRel": .relative, "eps_rel": .relative, "tol_gap_rel": .relative,
      "tol_feas": .bothTolerances, "eps": .bothTolerances,
      "epsInfeasible": .infeasible, "eps_infeasible": .infeasible, "eps_infeas": .infeasible,
      "tol_infeas_abs": .infeasible, "tol_infeas_rel": .infeasible,
      "maxIterations": .maxIterations, "max_iterations": .maxIterations, "max_iter": .maxIterations,
      "max_iters": .maxIterations,
      "timeLimit": .timeLimit, "time_limit": .timeLimit, "time_limit_secs": .timeLimit,
      "threads": .threads, "max_threads": .threads,
      "presolve": .presolve, "presolve_enable": .presolve,
      "retries": .retries, "objectiveConstant": .objectiveConstant, "objective_constant": .objectiveConstant,
      "kkt": .kkt, "verbose": .verbose,
    ]
    let clarabel = [
      "max_step_fraction", "tol_ktratio", "reduced_tol_gap_abs", "reduced_tol_gap_rel", "reduced_tol_feas",
      "reduced_tol_infeas_abs", "reduced_tol_infeas_rel", "reduced_tol_ktratio", "equilibrate_enable",
      "equilibrate_max_iter", "equilibrate_min_scaling", "equilibrate_max_scaling", "linesearch_backtrack_step",
      "min_switch_step_length", "min_terminate_step_length", "direct_kkt_solver", "direct_solve_method",
      "static_regularization_enable", "static_regularization_constant", "static_regularization_proportional",
      "dynamic_regularization_enable", "dynamic_regularization_eps", "dynamic_regularization_delta",
      "iterative_refinement_enable", "iterative_refinement_reltol", "iterative_refinement_abstol",
      "iterative_refinement_max_iter", "iterative_refinement_stop_ratio", "input_sparse_dropzeros",
      "chordal_decomposition_enable", "chordal_decomposition_merge_method", "chordal_decomposition_compact",
      "chordal_decomposition_complete_dual",
    ]
    let scs = [
      "normalize", "scale", "adaptive_scale", "rho_x", "alpha", "warm_start", "acceleration_lookback",
      "acceleration_interval", "use_indirect", "linear_solver", "write_data_filename", "log_csv_filename",
    ]
    for name in clarabel + scs { table[name] = .foreign }
    return table
  }()

  private(set) var settings = Settings()
  private(set) var verbose = false
  /// What each name asked for. The smallest value holds.
  private var absolute: [String: Double] = [:]
  private var relative: [String: Double] = [:]
  private var infeasible: [String: Double] = [:]

  /// - Returns: whether the option has a meaning here.
  /// - Throws: when the name is not known, or the value breaks a rule; nothing is changed then.
  mutating func set(_ name: String, _ value: Value) throws(Fault) -> cone_code {
    guard let option = Self.options[name] else {
      throw Fault(CONE_INVALID_OPTION, "there is no option \"\(name)\"; conesolver.h lists them")
    }
    var changed = self
    switch option {
    case .foreign: return CONE_WITHOUT_EFFECT
    case .absolute: changed.absolute[name] = try value.number(name)
    case .relative: changed.relative[name] = try value.number(name)
    case .bothTolerances:
      changed.absolute[name] = try value.number(name)
      changed.relative[name] = try value.number(name)
    case .infeasible: changed.infeasible[name] = try value.number(name)
    case .maxIterations: changed.settings.maxIterations = try value.count(name)
    case .timeLimit:
      let seconds = try value.number(name)
      changed.settings.timeLimit = seconds == .infinity || (name == "time_limit_secs" && seconds == 0) ? nil : seconds
    case .threads:
      let count = try value.count(name)
      changed.settings.threads = count == 0 ? nil : count
    case .presolve: changed.settings.presolve = try value.flag(name)
    case .retries: changed.settings.retries = try value.flag(name)
    case .objectiveConstant: changed.settings.objectiveConstant = try value.number(name)
    case .kkt: changed.settings.kkt = try value.choice(name)
    case .verbose: changed.verbose = try value.flag(name)
    }
    let standard = Settings()
    // NaN must not get lost in a comparison, so that it is refused below.
    func smallest(_ values: [String: Double], _ otherwise: Double) -> Double {
      values.values.first(where: \.isNaN) ?? values.values.min() ?? otherwise
    }
    changed.settings.epsAbs = smallest(changed.absolute, standard.epsAbs)
    changed.settings.epsRel = smallest(changed.relative, standard.epsRel)
    changed.settings.epsInfeasible = smallest(changed.infeasible, standard.epsInfeasible)
    do {
      try changed.settings.validate()
    } catch {
      throw Fault(error)
    }
    self = changed
    return CONE_OK
  }
}

extension OptionTable.Value {
  func number(_ name: String) throws(Fault) -> Double {
    switch self {
    case .number(let value): return value
    case .text(let text):
      guard let value = Double(text) else { throw wrong(name, "\"\(text)\"", "a number") }
      return value
    }
  }

  /// Counts that no machine reaches, and that every integer of a C library holds.
  private static let counts = 0.0...1e9

  func count(_ name: String) throws(Fault) -> Int {
    let value = try number(name)
    guard Self.counts.contains(value), let count = Int(exactly: value) else { throw wrong(name, "\(value)", "a count from 0 to 10⁹") }
    return count
  }

  func flag(_ name: String) throws(Fault) -> Bool {
    switch self {
    case .text("true"), .number(1), .text("1"): return true
    case .text("false"), .number(0), .text("0"): return false
    case .text(let text): throw wrong(name, "\"\(text)\"", "true or false")
    case .number(let value): throw wrong(name, "\(value)", "0 or 1")
    }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws(Fault) -> Choice where Choice.RawValue == String {
    let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    guard case .text(let text) = self else { throw wrong(name, "a number", "one of the texts \(names)") }
    guard let choice = Choice(rawValue: text) else { throw wrong(name, "\"\(text)\"", "one of \(names)") }
    return choice
  }

  private func wrong(_ name: String, _ found: String, _ needed: String) -> Fault {
    Fault(CONE_INVALID_OPTION, "the option \(name) is \(found); give \(needed)")
  }
}
