import CConeSolver
import NNLift

// The functions of conesolver.h on a cone_training; the header is their documentation.

typealias TrainingHandle = Handle<TrainingState>

private func training(_ name: OpaquePointer?) throws(Fault) -> TrainingHandle { try Registry.find(name, TrainingHandle.self) }

@c @implementation
public func cone_training_create(
  _ X: UnsafePointer<cone_table>?, _ Y: UnsafePointer<cone_table>?, _ weight_decay: Double, _ bias: Int32,
  _ handle: UnsafeMutablePointer<OpaquePointer?>?
) -> cone_code {
  answer { () throws(Fault) in
    guard let handle else { throw .null("the place of the handle") }
    handle.pointee = nil
    let (X, Y) = (try Arguments.table(X, "X"), try Arguments.table(Y, "Y"))
    let weightDecay = try Arguments.weightDecay(weight_decay)
    do {
      let training = try ReLUTraining(
        features: X, outputs: Y, weightDecay: weightDecay, bias: bias == 0 ? .none : .regularized)
      handle.pointee = Registry.add(TrainingHandle(TrainingState(training)))
    } catch {
      throw Fault(CONE_INVALID_DATA, "\(error)")
    }
    return CONE_OK
  }
}

@c @implementation
public func cone_training_destroy(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    try Registry.remove(name, TrainingHandle.self)
    return CONE_OK
  }
}

private func set(_ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: OptionTable.Value) throws(Fault) -> cone_code {
  let option = try Arguments.text(option, "the name of the option")
  return try training(name).change { (state) throws(Fault) in try state.set(option, value) }
}

@c @implementation
public func cone_training_set_number(_ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: Double) -> cone_code {
  answer { () throws(Fault) in try set(name, option, .number(value)) }
}

@c @implementation
public func cone_training_set_text(
  _ name: OpaquePointer?, _ option: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> cone_code {
  answer { () throws(Fault) in try set(name, option, .text(try Arguments.text(value, "the value"))) }
}

@c @implementation
public func cone_training_set_observer(
  _ name: OpaquePointer?, _ observer: cone_training_observer?, _ context: UnsafeMutableRawPointer?
) -> cone_code {
  let observer = observer.map { TrainingState.Observer(function: $0, context: context) }
  return answer { () throws(Fault) in
    try training(name).change { (state) throws(Fault) in state.observer = observer }
    return CONE_OK
  }
}

@c @implementation
public func cone_training_run(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    let handle = try training(name)
    try handle.run { (state) throws(Fault) in try state.train { handle.isCancelled } } store: { $0.result = $1 }
    return CONE_OK
  }
}

@c @implementation
public func cone_training_certify(
  _ name: OpaquePointer?, _ U: UnsafePointer<cone_table>?, _ V: UnsafePointer<cone_table>?
) -> cone_code {
  answer { () throws(Fault) in
    let handle = try training(name)
    let (U, V) = (try Arguments.table(U, "U"), try Arguments.table(V, "V"))
    try handle.run { (state) throws(Fault) in
      try state.certify(try network(U, V, for: state.training)) { handle.isCancelled }
    } store: {
      $0.result = $1
    }
    return CONE_OK
  }
}

/// The network of the given weights, if they are finite and fit the training problem.
private func network(_ U: DenseMatrix, _ V: DenseMatrix, for training: ReLUTraining) throws(Fault) -> TwoLayerReLUNetwork {
  guard U.rows == V.rows, U.columns == training.inputDimension, V.columns == training.outputDimension else {
    throw Fault(
      CONE_WRONG_LENGTH,
      "U is \(U.rows) × \(U.columns) and V \(V.rows) × \(V.columns); for k neurons they are k × \(training.inputDimension), "
        + "the bias first where there is one, and k × \(training.outputDimension)")
  }
  for (name, matrix) in [("U", U), ("V", V)] {
    guard let (i, j) = matrix.firstNonFinite else { continue }
    throw Fault(CONE_INVALID_DATA, "\(name) has \(matrix[i, j]) at row \(i), column \(j); every weight must be a finite number")
  }
  return TwoLayerReLUNetwork(U: U, V: V)
}

@c @implementation
public func cone_training_cancel(_ name: OpaquePointer?) -> cone_code {
  answer { () throws(Fault) in
    try training(name).cancel()
    return CONE_OK
  }
}

private func result(_ name: OpaquePointer?) -> TrainingState.Result? {
  try? training(name).read { (state) throws(Fault) in state.result }
}

@c @implementation
public func cone_training_report(_ name: OpaquePointer?) -> UnsafePointer<CChar>? {
  ThreadText.report.set(result(name)?.report ?? "")
}

@c @implementation
public func cone_training_model(_ name: OpaquePointer?) -> UnsafePointer<CChar>? {
  ThreadText.model.set(result(name)?.model ?? "")
}
