import CConeSolver
import ConeFormats
import ConeSolver

/// What a call of the C interface answers when it did nothing: a code and a sentence for `cone_last_error`.
struct Fault: Error {
  let code: cone_code
  let message: String

  init(_ code: cone_code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ error: ProblemError) {
    let code =
      switch error {
      case .dimensionMismatch: CONE_WRONG_LENGTH
      case .invalidSetting: CONE_INVALID_OPTION
      case .tooLarge: CONE_TOO_LARGE
      case .negativeConeSize, .malformedSparseMatrix, .notFinite, .asymmetric, .notPositiveSemidefinite: CONE_INVALID_DATA
      }
    self.init(code, error.description)
  }

  init(_ error: FormatError) { self.init(CONE_FILE_ERROR, error.description) }

  static func null(_ what: String) -> Fault { Fault(CONE_NULL_POINTER, "\(what) is NULL") }
}

/// Runs the body of a C function: what it throws becomes its code, and the text of `cone_last_error`.
func answer(_ body: () throws(Fault) -> cone_code) -> cone_code {
  do {
    return try body()
  } catch {
    ThreadText.lastError.set(error.message)
    return error.code
  }
}
