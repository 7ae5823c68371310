import ConeReports
import Foundation
import LinearAlgebra

/// Which of OpenBLAS's kernels the command runs with.
///
/// OpenBLAS picks its kernels by processor model when it is loaded, and a release older than the processor may take it
/// for one without AVX-512. The remedy is a variable that must be set before the library loads, so the command starts
/// itself anew with it. A value that the user set is never touched.
enum OpenBLASKernels {
  /// OpenBLAS's own variable.
  static let coreTypeVariable = "OPENBLAS_CORETYPE"
  /// Set by the command beside it, so that it restarts once at most. Its value is the family found before.
  static let restartVariable = "CONE_KERNELS_REPLACED"

  /// What OpenBLAS's SkylakeX kernels need, by the names of `/proc/cpuinfo`.
  static let requiredFlags: Set<String> = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]
  /// Families without AVX-512 that a processor with it may be taken for.
  static let familiesWithoutAVX512: Set<String> = ["Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen"]

  /// The family to restart with, or `nil` to stay.
  static func replacement(cpuFlags: Set<String>, coreName: String, environment: [String: String]) -> String? {
    guard environment[coreTypeVariable] == nil, environment[restartVariable] == nil,
      familiesWithoutAVX512.contains(coreName), requiredFlags.isSubset(of: cpuFlags)
    else { return nil }
    return "SkylakeX"
  }

  /// The flags of the first processor in the text of `/proc/cpuinfo`.
  static func cpuFlags(cpuinfo: String) -> Set<String> {
    guard let line = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
      let colon = line.firstIndex(of: ":")
    else { return [] }
    return Set(line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).map(String.init))
  }

  /// Restarts the command when other kernels suit the processor better; returns when the present ones stay.
  static func choose() {
    #if os(Linux) && arch(x86_64)
      let environment = ProcessInfo.processInfo.environment
      let coreName = Dense.coreName
      guard let cpuinfo = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let family = replacement(
          cpuFlags: cpuFlags(cpuinfo: cpuinfo), coreName: coreName, environment: environment),
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      else { return }
      setenv(coreTypeVariable, family, 1)
      setenv(restartVariable, coreName, 1)
      execv(executable, CommandLine.unsafeArgv)
      // Still here: the kernels at hand have to do.
      unsetenv(coreTypeVariable)
      unsetenv(restartVariable)
    #endif
  }

  static var logLine: String {
    LogField.line(
      "kernels", description(coreName: Dense.coreName, environment: ProcessInfo.processInfo.environment))
  }

  /// One line on the kernels in use and who chose them.
  static func description(coreName: String, environment: [String: String]) -> String {
    guard let value = environment[coreTypeVariable] else { return "\(coreName), OpenBLAS's own choice" }
    guard let previous = environment[restartVariable] else {
      return "\(coreName), with \(coreTypeVariable)=\(value) from the environment"
    }
    return "\(coreName): restarted with \(coreTypeVariable)=\(value), "
      + "since the processor has AVX-512 and OpenBLAS chose \(previous)"
  }
}
