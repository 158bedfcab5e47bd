import Archives
import Benchmark
import Detections
import Events
import Hunting
import SPL
import Schemas
import Telemetry

/// Decompressed bytes gone through per second, in millions.
private let rate = BenchmarkMetric.custom("MB/s", polarity: .prefersLarger, useScalingFactor: false)

/// Archives of 64 MiB of generated telemetry, each made once and kept in the temporary folder.
private actor Archives {
    static let shared = Archives()
    private var made: [Compression: String] = [:]

    func path(_ compression: Compression) async throws -> String {
        if let path = made[compression] { return path }
        let folder = "/tmp/trawl-benchmark-\(compression.rawValue)"
        var options = GenerationOptions()
        options.shapes = [.nxlog]
        options.compressions = [compression]
        options.archives = 1
        let report = try await generate(into: folder, options: options)
        let path = "\(folder)/\(report.archives[0].name)"
        made[compression] = path
        return path
    }
}

private func seed() -> HuntRule? {
    let pack = DetectionPack(paths: [BuiltInContent.prefix])
    guard let entry = pack.entries.first, let search = entry.search else { return nil }
    let detection = entry.detection
    return HuntRule(
        identity: RuleIdentity(id: detection.id, name: detection.name, kind: .escu), state: .compiled(search))
}

private func search(_ text: String) -> HuntRule? {
    guard let compiled = try? SearchCompiler.compile(text) else { return nil }
    return HuntRule(
        identity: RuleIdentity(id: "search", name: "search", kind: .search), state: .compiled(compiled))
}

/// Gets a whole hunt measured, compiling and opening included.
private func measure(_ name: String, _ rule: HuntRule?, _ compression: Compression, threads: Int) {
    guard let rule else { return }
    Benchmark(
        "\(name), \(compression.rawValue), \(threads) thread\(threads == 1 ? "" : "s")",
        configuration: .init(
            metrics: [rate], units: [rate: .count], warmupIterations: 1, maxDuration: .seconds(2), maxIterations: 30)
    ) { benchmark in
        let archives = ArchiveLocator().survey(paths: [try await Archives.shared.path(compression)]).archives
        var options = HuntOptions(now: Timestamp(nanoseconds: 0))
        options.threads = threads
        let hunter = try Hunter(rules: [rule], schema: try Schema.builtIn(), options: options)
        let report = await hunter.run(archives)
        benchmark.measurement(rate, Int(Double(report.summary.bytesScanned) / 1e6 / max(report.summary.seconds, 1e-9)))
    }
}

let benchmarks: @Sendable () -> Void = {
    for threads in [1, 2] {
        for compression in [Compression.none, .zstd, .zstdFrames, .lz4, .gzip] {
            measure("seed", seed(), compression, threads: threads)
        }
        measure("stats by Channel EventID", search("stats count by Channel EventID"), .none, threads: threads)
        measure(
            "wildcards over every event", search("Image=*powershell* OR CommandLine=*a* | stats count by Computer"),
            .none,
            threads: threads)
    }
}
