// swift-tools-version: 6.1
import PackageDescription

// Dependencies point down only:
// cone → NNLift → ConeModel → ConeFormats → ConeSolver → LinearAlgebra → C libraries.
let package = Package(
  name: "cone",
  products: [
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "ConeSolver", targets: ["ConeSolver"]),
    .library(name: "ConeFormats", targets: ["ConeFormats"]),
    .library(name: "ConeModel", targets: ["ConeModel"]),
    .library(name: "NNLift", targets: ["NNLift"]),
    .executable(name: "cone", targets: ["cone"]),
  ],
  dependencies: [
    // Used by the command only; the libraries need nothing but the C libraries below.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // MARK: C libraries
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CCHOLMOD", providers: [.apt(["libsuitesparse-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // MARK: Libraries
    .target(name: "LinearAlgebra", dependencies: ["COpenBLAS", "CCHOLMOD"]),
    .target(name: "ConeSolver", dependencies: ["LinearAlgebra"]),
    .target(name: "ConeFormats", dependencies: ["ConeSolver", "LinearAlgebra", "CZlib"]),
    .target(name: "ConeModel", dependencies: ["ConeFormats", "ConeSolver", "LinearAlgebra"]),
    .target(name: "NNLift", dependencies: ["ConeModel", "ConeSolver", "LinearAlgebra", "COpenBLAS"]),

    .target(name: "ConeReports", dependencies: ["NNLift", "ConeFormats", "ConeSolver"]),

    // MARK: Command
    .executableTarget(
      name: "cone",
      dependencies: [
        "ConeReports", "NNLift", "ConeModel", "ConeFormats", "ConeSolver", "LinearAlgebra",
        .target(name: "CMalloc", condition: .when(platforms: [.linux])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: Tables and figures of the papers, made anew
    .executableTarget(
      name: "papers",
      dependencies: ["NNLift", "ConeModel", "ConeSolver", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Benchmarks/papers"),

    // MARK: Tests
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"]),
    .testTarget(name: "ConeSolverTests", dependencies: ["ConeSolver", "LinearAlgebra", "TestSupport"]),
    .testTarget(
      name: "ConeFormatsTests", dependencies: ["ConeFormats", "ConeSolver", "LinearAlgebra", "TestSupport"],
      resources: [.copy("Instances")]),
    .testTarget(
      name: "ConeModelTests", dependencies: ["ConeModel", "ConeFormats", "ConeSolver", "LinearAlgebra"],
      exclude: ["WrongModels"]),
    .testTarget(name: "NNLiftTests", dependencies: ["NNLift", "ConeSolver", "TestSupport"], resources: [.copy("Data")]),
    .testTarget(name: "ConeCommandTests", dependencies: ["cone"]),
  ],
  swiftLanguageModes: [.v6]
)

// The library for C and Python: functions of a C header, implemented in Swift, need a compiler of 6.3 or newer.
#if compiler(>=6.3)
  package.products.append(.library(name: "conesolver", type: .dynamic, targets: ["ConeLibrary"]))
  package.targets += [
    .systemLibrary(name: "CConeSolver"),
    .target(
      name: "ConeLibrary",
      dependencies: ["CConeSolver", "ConeReports", "NNLift", "ConeModel", "ConeFormats", "ConeSolver", "LinearAlgebra"]),
  ]
#endif
