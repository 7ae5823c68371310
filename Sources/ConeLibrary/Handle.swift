import CConeSolver
import Synchronization

/// What a C handle stands for: state that one thread at a time changes, and at most one job that works on it.
///
/// A job takes a copy of the state, which is cheap since arrays are copied on writing, and holds no lock while it works: the state
/// can be read meanwhile, also from the job's own callbacks, but not changed.
final class Handle<State: Sendable>: Sendable {
  private struct Guarded {
    var state: State
    var isRunning = false
  }

  private let guarded: Mutex<Guarded>
  private let cancellation = Atomic<Bool>(false)

  init(_ state: State) { guarded = Mutex(Guarded(state: state)) }

  var isCancelled: Bool { cancellation.load(ordering: .relaxed) }

  func read<Value: Sendable>(_ body: (State) throws(Fault) -> Value) throws(Fault) -> Value {
    try guarded.withLock { (guarded) throws(Fault) in try body(guarded.state) }
  }

  /// - Throws: what `body` throws, or `CONE_BUSY` during a job.
  func change<Value: Sendable>(_ body: (inout State) throws(Fault) -> Value) throws(Fault) -> Value {
    try guarded.withLock { (guarded) throws(Fault) in
      if guarded.isRunning { throw Self.busy }
      return try body(&guarded.state)
    }
  }

  /// Runs a job on a copy of the state and stores what it gives.
  func run<Value>(_ job: (State) throws(Fault) -> Value, store: (inout State, Value) -> Void) throws(Fault) {
    let state = try guarded.withLock { (guarded) throws(Fault) in
      if guarded.isRunning { throw Self.busy }
      guarded.isRunning = true
      cancellation.store(false, ordering: .relaxed)
      return guarded.state
    }
    defer { guarded.withLock { $0.isRunning = false } }
    nonisolated(unsafe) let value = try job(state)
    guarded.withLock { store(&$0.state, value) }
  }

  /// Asks the job that runs, if one does, to stop.
  func cancel() {
    guarded.withLock { if $0.isRunning { cancellation.store(true, ordering: .relaxed) } }
  }

  private static var busy: Fault {
    Fault(CONE_BUSY, "the handle is at work in another call; wait for it, or cancel it")
  }
}

/// The handles that exist, by the names that C knows them by.
///
/// A name is a number in the guise of a pointer, given once and never again, so that a stale or foreign one is recognised.
enum Registry {
  private struct Table {
    var next: UInt = 1
    var objects: [UInt: any AnyObject & Sendable] = [:]
  }

  private static let table = Mutex(Table())

  static func add(_ object: any AnyObject & Sendable) -> OpaquePointer? {
    table.withLock { table in
      defer { table.next += 1 }
      table.objects[table.next] = object
      return OpaquePointer(bitPattern: table.next)
    }
  }

  static func find<State>(_ name: OpaquePointer?, _ kind: Handle<State>.Type) throws(Fault) -> Handle<State> {
    guard let name else { throw .null("the handle") }
    guard let handle = table.withLock({ $0.objects[UInt(bitPattern: name)] }) as? Handle<State> else { throw unknown }
    return handle
  }

  static func remove<State>(_ name: OpaquePointer?, _ kind: Handle<State>.Type) throws(Fault) {
    _ = try find(name, kind)
    // The object is let go outside the lock: large memory takes time to free.
    let object = table.withLock { $0.objects.removeValue(forKey: UInt(bitPattern: name)) }
    if object == nil { throw unknown }
  }

  private static var unknown: Fault {
    Fault(CONE_UNKNOWN_HANDLE, "the handle was destroyed, or never made; create one and destroy it once")
  }
}
