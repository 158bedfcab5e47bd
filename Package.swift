// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is compiled in the Swift 6 language mode, with imports and existentials spelt out.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestRandom"] + dependencies, resources: resources,
        swiftSettings: settings)
}

func system(_ name: String, _ package: String) -> Target {
    .systemLibrary(name: name, providers: [.apt([package])])
}

/// The data files of Schemas.
let schemaFiles = [
    "times", "shapes", "shapes_flat",
    "channels", "tables", "tables_records", "places_records", "processes", "filesystem",
    "registry", "services",
    "ports", "network_traffic", "network_traffic_flows", "network_resolution", "web", "authentication", "change",
    "change_records", "models_security", "models_operations", "risk",
    "events_windows", "events_sysmon", "events_security", "events_system", "events_other_logs", "events_linux",
    "events_crowdstrike", "events_aws", "events_azure", "events_office", "events_google", "events_identity",
    "events_development", "events_kubernetes", "events_network", "events_web", "events_devices",
    "logsources_windows", "logsources_providers", "tables_calls", "logsources_linux", "logsources_syslog",
    "logsources_macos",
    "logsources_cloud", "logsources_azure", "logsources_entra", "logsources_m365", "logsources_services",
    "logsources_zeek", "logsources_network", "logsources_web", "logsources_applications", "logsources_crowdstrike",
    "logsources_agents", "logsources_endpoints",
]

let package = Package(
    name: "trawl",
    products: [
        .executable(name: "trawl", targets: ["trawl"]),
        .library(
            name: "TrawlEngine",
            targets: [
                "CKernels", "Values", "Archives", "Events", "Schemas", "Matching", "Aggregation", "Pipeline", "SPL",
                "Sigma", "Detections", "Hunting", "Reporting", "Telemetry",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .target(name: "CKernels"),
        .target(name: "CSignals"),
        .systemLibrary(name: "CMalloc"),
        system("CZstd", "libzstd-dev"),
        system("CLZ4", "liblz4-dev"),
        system("CXXHash", "libxxhash-dev"),
        system("CISAL", "libisal-dev"),
        system("CPCRE2", "libpcre2-dev"),
        system("CYAML", "libyaml-dev"),

        library("Values", []),
        library("Archives", ["CSignals", "CZstd", "CLZ4", "CXXHash", "CISAL", "Values"]),
        library("Events", ["CKernels", "Values"]),
        library("YAML", ["CYAML", "Values"]),
        library(
            "Schemas", ["CKernels", "Events", "Values", "YAML"],
            resources: schemaFiles.map { .embedInCode("Resources/\($0).yml") }),
        library("Matching", ["CKernels", "CPCRE2", "Values"]),
        library("Aggregation", ["Values"]),
        library("Pipeline", ["Values", "Matching", "Aggregation", "Events"]),
        library("SPL", ["Pipeline", "Values", "Matching", "Aggregation", "Events"]),
        library("Sigma", ["YAML", "Values", "Matching", "Aggregation", "Pipeline"]),
        library(
            "Detections", ["SPL", "Sigma", "Pipeline", "Values", "Events", "YAML"],
            resources: [
                .embedInCode("Resources/remote_process_instantiation_via_wmi_and_powershell.yml"),
                .embedInCode("Resources/mitre_enrichment.csv"),
            ]),
        library(
            "Hunting",
            [
                "CKernels", "CMalloc", "Archives", "Events", "Schemas", "Matching", "Aggregation", "Pipeline", "SPL",
                "Sigma", "Detections", "Values",
            ]),
        library("Reporting", ["Detections", "Hunting", "Values", "Events"]),
        library("Telemetry", ["CZstd", "CLZ4", "CISAL", "Values"]),
        .executableTarget(
            name: "trawl",
            dependencies: [
                "CKernels", "CSignals", "Values", "Archives", "Events", "YAML", "Schemas", "SPL", "Sigma", "Detections",
                "Hunting", "Reporting", "Telemetry",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // Random numbers that are the same in every run, for all tests.
        .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: settings),
        // What tests of several parts share: made events, a plain reading of conditions, and archives by their paths.
        .target(
            name: "TestSupport", dependencies: ["Archives", "Matching", "CPCRE2", "TestRandom", "YAML"],
            path: "Tests/TestSupport",
            // It tries many values: without optimisation tests would wait for it.
            swiftSettings: settings + [.unsafeFlags(["-O"])]),

        tests(of: "CKernels"),
        tests(of: "Values"),
        tests(of: "Archives", ["CZstd", "CLZ4", "CXXHash", "CISAL", "TestSupport"]),
        tests(of: "Events"),
        tests(
            of: "Schemas", ["Archives", "Detections", "Events", "Hunting", "SPL", "TestSupport", "Values"],
            resources: [.copy("Mappings"), .copy("Logsources")]),
        tests(of: "Matching", ["CKernels"]),
        tests(of: "Aggregation", ["Values"]),
        tests(of: "Pipeline", ["Aggregation", "Matching", "Values"]),
        tests(
            of: "SPL", ["Pipeline", "Matching", "Aggregation", "Values", "Detections", "TestSupport", "YAML"],
            resources: [.copy("Queries")]),
        tests(of: "Sigma", ["YAML", "Matching", "TestSupport"]),
        tests(of: "YAML"),
        tests(of: "Detections", ["Events", "Pipeline", "SPL", "TestSupport", "Values", "YAML"]),
        tests(
            of: "Hunting",
            [
                "Aggregation", "Archives", "CKernels", "Detections", "Events", "Matching", "Pipeline", "SPL", "Schemas",
                "Sigma", "Telemetry", "TestSupport", "Values", "YAML",
            ],
            resources: [.copy("Queries"), .copy("SigmaCases"), .copy("SigmaHunts")]),
        tests(of: "Reporting", ["Detections", "Hunting", "Values"]),
        tests(of: "Telemetry", ["CZstd", "CLZ4", "CISAL"]),
        tests(of: "trawl"),
    ]
)
