import CConeSolver
import LinearAlgebra

enum Library {
  static let version = "0.1.0"
}

@c @implementation
public func cone_last_error() -> UnsafePointer<CChar>? { ThreadText.lastError.pointer }

@c @implementation
public func cone_version() -> UnsafePointer<CChar>? { ThreadText.version.set(Library.version) }

@c @implementation
public func cone_kernels() -> UnsafePointer<CChar>? { ThreadText.kernels.set(Dense.coreName) }
