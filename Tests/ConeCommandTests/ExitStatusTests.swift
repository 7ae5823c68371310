import ConeSolver
import Testing

@testable import cone

struct ExitStatusTests {
  @Test func onlyVerifiedAnswersSucceed() {
    let all: [Status] = [
      .solved, .almostSolved, .primalInfeasible, .dualInfeasible, .iterationLimit, .timeLimit, .cancelled,
      .numericalFailure,
    ]
    for status in all { #expect((ExitStatus(status) == .verified) == status.isVerified, "\(status)") }
  }

  @Test func codesAreThePublishedOnes() {
    #expect(ExitStatus(.solved).rawValue == 0)
    #expect(ExitStatus.badInput.rawValue == 2)
    for status in [Status.iterationLimit, .timeLimit, .cancelled] { #expect(ExitStatus(status).rawValue == 3) }
    for status in [Status.numericalFailure, .almostSolved] { #expect(ExitStatus(status).rawValue == 4) }
  }

  @Test func interruptionIsALimitUnlessTheAnswerWasVerified() {
    #expect(ExitStatus(.almostSolved, interrupted: true) == .limit)
    #expect(ExitStatus(.cancelled, interrupted: true) == .limit)
    #expect(ExitStatus(.solved, interrupted: true) == .verified)
  }
}
