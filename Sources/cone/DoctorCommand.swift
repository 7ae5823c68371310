import ArgumentParser
import ConeReports
import Foundation
import LinearAlgebra

/// `cone doctor`: what the command runs on, how fast that is, and what to do when it is slow.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say which kernels and threads the command runs with, how fast they are, and what would help.",
    discussion: "Measures for about a second. Exit code 0, whatever is found.")

  @OptionGroup var report: ReportOptions

  func run() throws {
    OpenBLASKernels.choose()
    let destination = try report.destination()
    let examination = DoctorReport()
    report.console.lines(["cone \(ConeCommand.version)", OpenBLASKernels.logLine] + examination.lines)
    try destination.write(examination)
  }
}

/// The result of `cone doctor`. The JSON keys are a promise; see docs/command.md.
struct DoctorReport: Encodable {
  /// Of OpenBLAS.
  let kernels: String
  let threads: Int
  let processors: Int
  let hasAVX512: Bool
  /// 10⁹ floating-point operations a second in a product of matrices, with all threads and with one.
  let productRate, productRateOfOneThread: Double
  /// 10⁹ bytes a second, read by one thread.
  let memoryRate: Double
  let advice: [String]

  enum CodingKeys: String, CodingKey {
    case kernels, threads, processors, advice
    case hasAVX512 = "has_avx512"
    case productRate = "product_rate"
    case productRateOfOneThread = "product_rate_of_one_thread"
    case memoryRate = "memory_rate"
  }

  init() {
    kernels = Dense.coreName
    threads = Dense.threads
    processors = ProcessInfo.processInfo.activeProcessorCount
    let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    hasAVX512 = OpenBLASKernels.requiredFlags.isSubset(of: OpenBLASKernels.cpuFlags(cpuinfo: cpuinfo))
    productRate = Rate.product()
    Dense.setThreads(1)
    productRateOfOneThread = Rate.product()
    Dense.setThreads(threads)
    memoryRate = Rate.memory()
    advice = Self.advice(
      kernels: kernels, threads: threads, processors: processors, hasAVX512: hasAVX512,
      gain: productRate / productRateOfOneThread)
  }

  /// Threads that gain less than this share of their number work against something else.
  private static let usefulShare = 0.6

  /// What would make the command faster, a sentence each.
  static func advice(kernels: String, threads: Int, processors: Int, hasAVX512: Bool, gain: Double) -> [String] {
    var advice: [String] = []
    if hasAVX512, OpenBLASKernels.familiesWithoutAVX512.contains(kernels) {
      advice.append(
        "The processor has AVX-512, but OpenBLAS runs its \(kernels) kernels: unset \(OpenBLASKernels.coreTypeVariable), or set it "
          + "to SkylakeX.")
    }
    if threads > processors {
      advice.append("OpenBLAS has \(threads) threads for \(processors) processors: give --threads \(processors).")
    } else if threads > 1, gain < usefulShare * Double(threads) {
      advice.append(
        "\(threads) threads are only \(String(format: "%.1f", gain)) times as fast as one: other programs are busy, or the processors "
          + "are halves of a core; --threads \(threads / 2) may be as fast.")
    }
    if threads == 1, processors > 1 {
      advice.append("OpenBLAS has one thread for \(processors) processors: unset OPENBLAS_NUM_THREADS, or give --threads.")
    }
    return advice
  }

  var lines: [String] {
    [
      LogField.line("threads", "\(threads) of OpenBLAS, \(processors) processors"),
      LogField.line(
        "products", String(format: "%.3g GFlop/s, %.3g with one thread", productRate, productRateOfOneThread)),
      LogField.line("memory", String(format: "%.3g GB/s read by one thread", memoryRate)),
    ] + (advice.isEmpty ? ["Nothing to mend."] : advice).map { LogField.line("advice", $0) }
  }
}

/// Rates of the machine, each the best of repetitions for a fixed time.
private enum Rate {
  private static let duration = 0.25
  /// Large enough for the kernels to reach their rate.
  private static let order = 768
  /// Larger than any cache.
  private static let vectorLength = 1 << 24

  static func product() -> Double {
    let arena = Arena()
    let (A, B, C) = (arena.vector(order * order), arena.vector(order * order), arena.vector(order * order))
    A.fill(1)
    B.fill(1)
    return withExtendedLifetime(arena) {
      best(2 * Double(order * order * order)) { Dense.multiply(1, A, B, into: C, m: order, n: order, k: order) }
    }
  }

  static func memory() -> Double {
    let arena = Arena()
    let vector = arena.vector(vectorLength)
    vector.fill(1)
    return withExtendedLifetime(arena) {
      best(Double(vectorLength * MemoryLayout<Double>.stride)) { _ = vector.dot(vector) }
    }
  }

  /// Amounts of 10⁹ a second.
  private static func best(_ amount: Double, _ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    var least = Double.infinity
    while least == .infinity || seconds(since: start) < duration {
      let begin = ContinuousClock.now
      body()
      least = min(least, seconds(since: begin))
    }
    return amount / least / 1e9
  }
}
