// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A Swift target of Graft: every one of them shares the same language settings.
func graft(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A test target beside its module.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

// Debian's vips.pc names -pthread dozens of times, and SwiftPM warns of each. The headers need only GObject's flags, and the
// library is named in the module map.
#if os(Linux)
  let vipsHeaders = "gobject-2.0"
#else
  let vipsHeaders = "vips"
#endif

let package = Package(
  name: "graft",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Graft", targets: ["Graft"]),
    .executable(name: "graft", targets: ["graft-cli"]),
  ],
  traits: [
    .trait(
      name: "TensorFlow",
      description: "Runs SavedModels as frozen bases, by TensorFlow's C library (scripts/bootstrap --with-tensorflow).")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
  ],
  targets: [
    // One system-library target per C library: a module map and shims, nothing else.
    .systemLibrary(
      name: "COneDNN", pkgConfig: "dnnl",
      providers: [.apt(["libdnnl-dev"]), .brew(["onednn"])]),
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CVips", pkgConfig: vipsHeaders,
      providers: [.apt(["libvips-dev"]), .brew(["vips"])]),

    // Linked only with the trait TensorFlow.
    .systemLibrary(name: "CTensorFlow", pkgConfig: "tensorflow"),

    // No libraries, but what processors can do and Swift cannot say: loops that are compiled for more than one of them.
    .target(name: "CFloats"),
    .target(name: "CPixels"),

    // Arrows point down: a module imports only what stands below it.
    graft("GraftCore", [.product(name: "Crypto", package: "swift-crypto")]),
    graft("GraftImages", ["GraftCore", "CPixels", "CTurboJPEG", "CVips"]),
    graft("GraftStore", ["GraftCore", .product(name: "GRDB", package: "GRDB.swift")]),

    graft("GraftGraph", ["GraftCore"]),
    graft("GraftKernels", ["GraftCore", "COneDNN"]),
    graft("GraftRuntime", ["GraftCore", "GraftGraph", "GraftKernels"]),
    graft(
      "GraftTensorFlow",
      ["GraftCore", "GraftGraph", .target(name: "CTensorFlow", condition: .when(traits: ["TensorFlow"]))]),
    graft("GraftLayers", ["GraftCore", "GraftGraph", "GraftTensorFlow"]),
    graft("GraftFormats", ["GraftCore", "GraftGraph", "GraftLayers", "GraftTensorFlow", "CHDF5", "CZlib"]),
    graft("GraftZoo", ["GraftCore", "GraftGraph", "GraftLayers", "GraftFormats"]),

    graft(
      "GraftTraining",
      [
        "GraftCore", "GraftGraph", "GraftRuntime", "GraftLayers", "GraftFormats", "GraftImages", "GraftStore",
        "CFloats",
      ]),
    graft(
      "Graft",
      [
        "GraftCore", "GraftGraph", "GraftLayers", "GraftFormats", "GraftZoo", "GraftImages", "GraftStore",
        "GraftTraining",
      ]),
    .executableTarget(
      name: "graft-cli",
      dependencies: [
        "Graft", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),

    // Examples stand beside the library, so that they are built and tested with it.
    .executableTarget(
      name: "fashion-transfer", dependencies: ["Graft"], path: "Examples/FashionTransfer", swiftSettings: settings),
    tests("ExampleTests", ["fashion-transfer", "Graft"]),

    // Graft's side of Benchmarks.
    .executableTarget(
      name: "graft-benchmark",
      dependencies: ["Graft", "GraftGraph", "GraftLayers", "GraftRuntime", "GraftTraining", "GraftImages", "GraftZoo"],
      path: "Benchmarks/peers/swift", swiftSettings: settings),

    // Graft's side of Tests/Fidelity.
    .executableTarget(
      name: "zoo-fidelity",
      dependencies: [
        "GraftTraining", "GraftZoo", "GraftFormats", "GraftLayers", "GraftGraph", "GraftCore", "GraftTestSupport",
      ],
      path: "Tests/Fidelity/swift", swiftSettings: settings),

    // What Graft's readers are fed with: `make fuzz`. The C part counts branches and memory.
    .target(name: "CFuzz", path: "Tests/Fuzz/CFuzz"),
    .executableTarget(
      name: "graft-fuzz",
      dependencies: ["GraftFormats", "GraftLayers", "GraftGraph", "GraftImages", "GraftCore", "CFuzz"],
      path: "Tests/Fuzz/swift", swiftSettings: settings),
    tests("FuzzTests", ["graft-fuzz", "GraftTestSupport"]),

    // What several test targets share: golden data, formula tensors.
    .target(
      name: "GraftTestSupport", dependencies: ["GraftCore", "GraftGraph", "GraftRuntime", "GraftLayers"],
      path: "Tests/GraftTestSupport", swiftSettings: settings),
    tests("GraftTestSupportTests", ["GraftTestSupport", "GraftCore"]),

    tests("GraftTests", ["Graft", "GraftTestSupport"]),
    tests("GraftCoreTests", ["GraftCore"]),
    tests("GraftGraphTests", ["GraftGraph", "GraftRuntime", "GraftLayers", "GraftCore", "GraftTestSupport"]),
    tests(
      "GraftRuntimeTests", ["GraftRuntime", "GraftGraph", "GraftLayers", "GraftZoo", "GraftCore", "GraftTestSupport"],
      exclude: ["Snapshots"]),
    tests(
      "GraftLayersTests",
      ["GraftLayers", "GraftFormats", "GraftGraph", "GraftRuntime", "GraftZoo", "GraftCore", "GraftTestSupport"],
      exclude: ["Fixtures"]),
    tests(
      "GraftZooTests",
      ["GraftZoo", "GraftFormats", "GraftLayers", "GraftGraph", "GraftRuntime", "GraftCore", "GraftTestSupport"]),
    // What tests kill.
    .executableTarget(
      name: "training-process",
      dependencies: ["GraftTraining", "GraftFormats", "GraftLayers", "GraftGraph", "GraftCore"],
      path: "Tests/TrainingProcess", swiftSettings: settings),
    tests(
      "GraftTrainingTests",
      [
        "GraftTraining", "GraftZoo", "GraftFormats", "GraftLayers", "GraftGraph", "GraftRuntime", "GraftImages",
        "GraftStore", "GraftCore", "GraftTestSupport", "training-process",
      ]),
    tests(
      "GraftFormatsTests",
      ["GraftFormats", "GraftLayers", "GraftGraph", "GraftRuntime", "GraftCore", "GraftTestSupport"],
      resources: [.copy("Fixtures")]),
    tests("GraftImagesTests", ["GraftImages", "GraftCore", "CPixels"], resources: [.copy("Fixtures")]),
    // Several of these at once share a store.
    .executableTarget(
      name: "store-process", dependencies: ["GraftStore", "GraftCore"], path: "Tests/StoreProcess",
      swiftSettings: settings),
    tests("GraftStoreTests", ["GraftStore", "GraftCore", "GraftTestSupport", "store-process"]),
    tests(
      "GraftCommandTests",
      [
        "graft-cli", "Graft", "GraftCore", "GraftLayers", "GraftTestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["Fixtures"]),
  ]
)
