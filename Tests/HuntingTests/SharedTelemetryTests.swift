import Foundation
import Hunting
import Telemetry
import Testing

/// Real telemetry, where this machine has it: `TRAWL_SHARED`, or a folder `shared` beside the project.
@Suite("Over real telemetry", .enabled(if: sharedFolder != nil, "no shared telemetry on this machine"), .serialized)
struct SharedTelemetryTests {
    private func otrf() throws -> String { try #require(sharedFolder) + "/telemetry/otrf" }

    @Test("the detection that ships finds nothing, and every line is accounted for")
    func nothing() async throws {
        let report = try await hunt(try seedRule(), in: [try otrf()]) { $0.threads = 2 }
        #expect(rows(report).isEmpty)
        let summary = report.summary
        #expect(summary.archives == 85)
        #expect(summary.lines == summary.events + summary.malformed + summary.blank)
        #expect(report.damage.isEmpty)
    }

    @Test("findings planted among it are found, and nothing else")
    func planted() async throws {
        let folder = try TemporaryFolder()
        var options = GenerationOptions()
        options.size = .bytes(2 << 20)
        let made = try await generate(into: folder.path, options: options)
        let planted = made.archives.map { folder.path + "/" + $0.name }
        let alone = try await hunt(try seedRule(), in: planted)
        #expect(!rows(alone).isEmpty)
        let together = try await hunt(try seedRule(), in: [try otrf()] + planted) { $0.threads = 2 }
        #expect(rows(together) == rows(alone))
    }
}
