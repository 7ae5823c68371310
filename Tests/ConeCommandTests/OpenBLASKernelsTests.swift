import Testing

@testable import cone

struct OpenBLASKernelsTests {
  private let flags: Set<String> = ["sse2", "avx2", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]

  @Test func olderFamilyOnAnAVX512ProcessorIsReplaced() {
    for family in ["Haswell", "Zen", "Prescott"] {
      #expect(OpenBLASKernels.replacement(cpuFlags: flags, coreName: family, environment: [:]) == "SkylakeX")
    }
  }

  @Test func familyThatUsesAVX512Stays() {
    for family in ["SkylakeX", "Cooperlake", "Sapphirerapids"] {
      #expect(OpenBLASKernels.replacement(cpuFlags: flags, coreName: family, environment: [:]) == nil)
    }
  }

  @Test(arguments: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
  func everyFlagIsNeeded(flag: String) {
    let fewer = flags.subtracting([flag])
    #expect(OpenBLASKernels.replacement(cpuFlags: fewer, coreName: "Haswell", environment: [:]) == nil)
  }

  @Test func valueOfTheUserIsHonoured() {
    for value in ["Haswell", "SkylakeX", ""] {
      let environment = ["OPENBLAS_CORETYPE": value]
      #expect(OpenBLASKernels.replacement(cpuFlags: flags, coreName: "Haswell", environment: environment) == nil)
    }
  }

  @Test func restartHappensOnce() {
    let environment = [OpenBLASKernels.restartVariable: "Haswell"]
    #expect(OpenBLASKernels.replacement(cpuFlags: flags, coreName: "Haswell", environment: environment) == nil)
  }

  @Test func flagsAreThoseOfTheFirstProcessor() {
    let cpuinfo =
      "processor\t: 0\nmodel name\t: A\nflags\t\t: fpu avx512f  avx2\nbugs\t\t: none\n\nprocessor\t: 1\nflags\t\t: sse\n"
    #expect(OpenBLASKernels.cpuFlags(cpuinfo: cpuinfo) == ["fpu", "avx512f", "avx2"])
    #expect(OpenBLASKernels.cpuFlags(cpuinfo: "processor\t: 0\n").isEmpty)
  }

  @Test func descriptionSaysWhoChose() {
    func text(_ environment: [String: String]) -> String {
      OpenBLASKernels.description(coreName: "SkylakeX", environment: environment)
    }
    #expect(text([:]) == "SkylakeX, OpenBLAS's own choice")
    #expect(text(["OPENBLAS_CORETYPE": "SkylakeX"]).contains("from the environment"))
    let restarted = text(["OPENBLAS_CORETYPE": "SkylakeX", OpenBLASKernels.restartVariable: "Haswell"])
    #expect(restarted.contains("OpenBLAS chose Haswell"))
  }
}
