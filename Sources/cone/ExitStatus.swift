import ConeReports
import ConeSolver
import Foundation

/// What the exit code of the command says. Thrown to leave with a code other than success.
enum ExitStatus: Int32, Error, CaseIterable {
  /// The answer was verified: an optimum at the requested tolerances, or a certificate of infeasibility.
  case verified = 0
  /// A file, an option or a path is at fault; standard error says which and how to mend it.
  case badInput = 2
  /// A limit, or Ctrl-C, came before an answer.
  case limit = 3
  /// Double precision gave no more: there is no answer at the requested tolerances.
  case numericalFailure = 4

  /// `cone check`: a claim of the model file does not hold on the data.
  static let claimRefuted = Self.numericalFailure

  /// The code for a solver's status.
  ///
  /// `almostSolved` passed tolerances other than the requested ones, so it is no verified answer: the code is that of a
  /// numerical failure, or that of a limit when the user's Ctrl-C ended the solve.
  init(_ status: Status, interrupted: Bool = false) {
    switch status {
    case .solved, .primalInfeasible, .dualInfeasible: self = .verified
    case .iterationLimit, .timeLimit, .cancelled: self = .limit
    case .almostSolved: self = interrupted ? .limit : .numericalFailure
    case .numericalFailure: self = .numericalFailure
    }
  }

  func exit() -> Never { Foundation.exit(rawValue) }
}

/// A fault in what the user gave, ready to be printed: `FILE:LINE: what; how to mend it`.
struct InputFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension TrainingStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .complete: .verified
    case .iterationLimit, .timeLimit, .nodeLimit, .cancelled: .limit
    case .stalled, .numericalFailure: .numericalFailure
    }
  }
}
