import ArgumentParser
import Foundation
import Testing

@testable import cone

struct DoctorTests {
  @Test func adviceNamesWhatIsWrong() {
    func advice(_ kernels: String, _ threads: Int, _ processors: Int, avx512: Bool = true, gain: Double) -> String {
      DoctorReport.advice(kernels: kernels, threads: threads, processors: processors, hasAVX512: avx512, gain: gain)
        .joined(separator: " ")
    }
    #expect(advice("SkylakeX", 4, 4, gain: 3.6).isEmpty)
    #expect(advice("Haswell", 4, 4, avx512: false, gain: 3.6).isEmpty)
    #expect(advice("Haswell", 4, 4, gain: 3.6).contains("OPENBLAS_CORETYPE"))
    #expect(advice("SkylakeX", 8, 4, gain: 3.6).contains("--threads 4"))
    #expect(advice("SkylakeX", 4, 4, gain: 1.3).contains("1.3 times"))
    #expect(advice("SkylakeX", 1, 4, gain: 1).contains("OPENBLAS_NUM_THREADS"))
  }

  /// One thread of any processor since 2010 multiplies at more than 10⁸ operations a second, and none at 10¹³.
  @Test func measuresRatesOfThisWorld() {
    let report = DoctorReport()
    #expect(0.1...1e4 ~= report.productRateOfOneThread)
    #expect(0.1...1e4 ~= report.memoryRate)
    #expect(report.threads >= 1 && report.processors >= 1 && !report.kernels.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowTheCommands(shell: String) throws {
    let script = ConeCommand.completionScript(for: try #require(CompletionShell(rawValue: shell)))
    for name in ["solve", "train", "certify", "doctor", "--weight-decay"] { #expect(script.contains(name)) }
  }
}
