import CConeSolver
import ConeFormats
import ConeSolver
import LinearAlgebra

// The functions of conesolver.h on a cone_solver; the header is their documentation.

typealias SolverHandle = Handle<SolverState>

private func solver(_ name: OpaquePointer?) throws(Fault) -> SolverHandle { try Registry.find(name, SolverHandle.self) }

@c @implementation
public func cone_create(
  _ P: UnsafePointer<cone_matrix>?, _ q: UnsafePointer<Double>?, _ q_count: Int64, _ A: UnsafePointer<cone_matrix>?,
  _ b: UnsafePointer<Double>?, _ b_count: Int64, _ cones: UnsafePointer<cone_factor>?, _ cone_count: Int64,
  _ handle: UnsafeMutablePointer<OpaquePointer?>?
) -> cone_code {
  answer { () throws(Fault) in
    guard let handle else { throw .null("the place of the handle") }
    handle.pointee = nil
    let problem = ConicProblem(
      P: P == nil ? nil : try Arguments.matrix(P, "P"), q: try Arguments.doubles(q, q_count, "q"),
      A: try Arguments.matrix(A, "A"), b: try Arguments.doubles(b, b_count, "b"),
      cones: try Arguments.cones(cones, cone_count))
    handle.pointee = Registry.add(SolverHandle(try SolverState(problem)))
    return CONE_OK
  }
}

@c @implementation
public func cone_read(_ path: UnsafePointer<CChar>?, _ handle: UnsafeMutablePointer<OpaquePointer?>?) -> cone_code {
  answer { () throws(Fault) in
    guard let handle else { throw .null("the place of the handle") }
    handle.pointee = nil
    let path = try Arguments.text(path, "the path")
    do throws(FormatError) {
      handle.pointee = Registry.add(SolverHandle(SolverState(try ConicFile.read(path: path))))
    } catch {
      throw Fault(error)
    }
    return CONE_OK
  }
}

@c @implementation
public func cone_write(_ name: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> cone_code {
  answer { () throws(Fault) in
    let program = try solver(name).read { (state) throws(Fault) in state.program }
    let path = try Arguments.text(path, "the path")
    do throws(FormatError) {
      try ConicFile.write(
        program.problem, objectiveSense: program.objectiveSense, objectiveConstant: program.objectiveConstant, path: path)
    } catch {
      throw Fault(error)
    }
    return CONE_OK
  }
}

@c @implementation
public func cone_destroy(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    try Registry.remove(name, SolverHandle.self)
    return CONE_OK
  }
}

// MARK: Options and callbacks

private func set(_ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: OptionTable.Value) throws(Fault) -> cone_code {
  let option = try Arguments.text(option, "the name of the option")
  return try solver(name).change { (state) throws(Fault) in try state.options.set(option, value) }
}

@c @implementation
public func cone_set_number(_ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: Double) -> cone_code {
  answer { () throws(Fault) in try set(name, option, .number(value)) }
}

@c @implementation
public func cone_set_text(
  _ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> cone_code {
  answer { () throws(Fault) in try set(name, option, .text(try Arguments.text(value, "the value"))) }
}

@c @implementation
public func cone_set_log(_ name: OpaquePointer?, _ log: cone_log?, _ context: UnsafeMutableRawPointer?) -> cone_code {
  let log = log.map { SolverState.Log(function: $0, context: context) }
  return answer { () throws(Fault) in
    try solver(name).change { (state) throws(Fault) in state.log = log }
    return CONE_OK
  }
}

@c @implementation
public func cone_set_observer(
  _ name: OpaquePointer?, _ observer: cone_observer?, _ context: UnsafeMutableRawPointer?
) -> cone_code {
  let observer = observer.map { SolverState.Observer(function: $0, context: context) }
  return answer { () throws(Fault) in
    try solver(name).change { (state) throws(Fault) in state.observer = observer }
    return CONE_OK
  }
}

// MARK: Solving

@c @implementation
public func cone_solve(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    let handle = try solver(name)
    try handle.run { (state) throws(Fault) in
      try state.solve { handle.isCancelled }
    } store: {
      $0.solution = $1
    }
    return CONE_OK
  }
}

@c @implementation
public func cone_cancel(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    try solver(name).cancel()
    return CONE_OK
  }
}

/// The last solution.
private func solution(_ name: OpaquePointer?) throws(Fault) -> Solution {
  try solver(name).read { (state) throws(Fault) in
    guard let solution = state.solution else { throw Fault(CONE_NOT_SOLVED, "there is no solution yet; call cone_solve") }
    return solution
  }
}

@c @implementation
public func cone_get_info(_ name: OpaquePointer?, _ info: UnsafeMutablePointer<cone_info>?, _ size: Int) -> cone_code {
  answer { () throws(Fault) in
    try Results.copy(cone_info(try solution(name)), to: info, size: size, "info")
    return CONE_OK
  }
}

@c @implementation
public func cone_message(_ name: OpaquePointer?) -> UnsafePointer<CChar>? {
  ThreadText.message.set((try? solution(name).message) ?? "")
}

// MARK: Arrays

extension ConicProblem {
  /// The array of the data with the given name; `nil` for one of the solution.
  fileprivate static func data(_ array: cone_array) -> WritableKeyPath<ConicProblem, [Double]>? {
    switch array {
    case CONE_P: \.P.values
    case CONE_Q: \.q
    case CONE_A: \.A.values
    case CONE_B: \.b
    default: nil
    }
  }
}

private let arrayNames = ["P", "q", "A", "b", "x", "s", "z"]

private func arrayName(_ array: cone_array) throws(Fault) -> String {
  guard arrayNames.indices.contains(Int(array.rawValue)) else {
    throw Fault(CONE_INVALID_DATA, "there is no array \(array.rawValue); arrays are CONE_P to CONE_Z")
  }
  return arrayNames[Int(array.rawValue)]
}

@c @implementation
public func cone_update(
  _ name: OpaquePointer?, _ array: cone_array, _ values: UnsafePointer<Double>?, _ count: Int64
) -> cone_code {
  answer { () throws(Fault) in
    let handle = try solver(name)
    let what = try arrayName(array)
    guard let path = ConicProblem.data(array) else {
      throw Fault(CONE_INVALID_DATA, "\(what) is part of the solution; P, q, A and b can be updated")
    }
    let values = try Arguments.doubles(values, count, what)
    try handle.change { (state) throws(Fault) in
      var problem = state.program.problem
      let needed = problem[keyPath: path].count
      guard values.count == needed else {
        throw Fault(CONE_WRONG_LENGTH, "\(values.count) values of \(what) are given, but it has \(needed)")
      }
      problem[keyPath: path] = values
      do throws(ProblemError) {
        try problem.checkData()
      } catch {
        throw Fault(error)
      }
      state.program.problem = problem
    }
    return CONE_OK
  }
}

@c @implementation
public func cone_get(
  _ name: OpaquePointer?, _ array: cone_array, _ values: UnsafeMutablePointer<Double>?, _ count: Int64
) -> cone_code {
  answer { () throws(Fault) in
    let what = try arrayName(array)
    let source: [Double]
    if let path = ConicProblem.data(array) {
      source = try program(name).problem[keyPath: path]
    } else {
      let solution = try solution(name)
      source = array == CONE_X ? solution.x : array == CONE_S ? solution.s : solution.z
    }
    try Results.copy(source, to: values, count, what)
    return CONE_OK
  }
}

private func program(_ name: OpaquePointer?) throws(Fault) -> ImportedProblem {
  try solver(name).read { (state) throws(Fault) in state.program }
}

@c @implementation
public func cone_get_size(_ name: OpaquePointer?, _ sizes: UnsafeMutablePointer<cone_size>?, _ size: Int) -> cone_code {
  answer { () throws(Fault) in
    let program = try program(name)
    let problem = program.problem
    let value = cone_size(
      variables: Int64(problem.variableCount), rows: Int64(problem.rowCount), P_count: Int64(problem.P.nonzeros),
      A_count: Int64(problem.A.nonzeros), cone_count: Int64(problem.cones.count),
      maximize: program.objectiveSense == .maximize ? 1 : 0, scalar_variables: Int64(program.scalarVariableCount),
      objective_constant: program.objectiveConstant)
    try Results.copy(value, to: sizes, size: size, "sizes")
    return CONE_OK
  }
}

@c @implementation
public func cone_get_pattern(
  _ name: OpaquePointer?, _ array: cone_array, _ column_pointers: UnsafeMutablePointer<Int64>?, _ pointer_count: Int64,
  _ row_indices: UnsafeMutablePointer<Int64>?, _ index_count: Int64
) -> cone_code {
  answer { () throws(Fault) in
    let problem = try program(name).problem
    guard array == CONE_P || array == CONE_A else { throw Fault(CONE_INVALID_DATA, "only CONE_P and CONE_A have a pattern") }
    let matrix = array == CONE_P ? problem.P : problem.A
    try Results.copy(matrix.columnPointers, to: column_pointers, pointer_count, "column_pointers")
    try Results.copy(matrix.rowIndices, to: row_indices, index_count, "row_indices")
    return CONE_OK
  }
}

@c @implementation
public func cone_get_cones(_ name: OpaquePointer?, _ cones: UnsafeMutablePointer<cone_factor>?, _ count: Int64) -> cone_code {
  answer { () throws(Fault) in
    let factors = try program(name).problem.cones.map { cone in
      switch cone {
      case .zero(let n): cone_factor(kind: Int64(CONE_ZERO), size: Int64(n))
      case .nonnegative(let n): cone_factor(kind: Int64(CONE_NONNEGATIVE), size: Int64(n))
      case .secondOrder(let n): cone_factor(kind: Int64(CONE_SECOND_ORDER), size: Int64(n))
      case .positiveSemidefinite(let k): cone_factor(kind: Int64(CONE_SEMIDEFINITE), size: Int64(k))
      }
    }
    try Results.copy(factors, to: cones, count, "cones")
    return CONE_OK
  }
}
