// swift-tools-version: 6.1
import PackageDescription

/// The benchmarks are a package of their own, so that neither users nor tests of trawl fetch what only measuring needs:
///
///     swift package --package-path Benchmarks --scratch-path Benchmarks/.build benchmark
let package = Package(
    name: "trawl-benchmarks",
    dependencies: [
        // Named, because a path's own identity is whatever the checkout's folder is called.
        .package(name: "trawl", path: ".."),
        // Without its traits it replaces neither the allocator nor the reference counting that are measured.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Kernels",
            dependencies: [
                .product(name: "TrawlEngine", package: "trawl"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Kernels",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "Engine",
            dependencies: [
                .product(name: "TrawlEngine", package: "trawl"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Engine",
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
