import Archives
import CKernels
import Foundation
import Hunting
import Telemetry
import Testing

/// The same findings, whatever the way.
@Suite("A hunt finds the same", .serialized)
struct EqualityTests {
    /// What must not change from run to run: rows, malformed lines with their places, and every count.
    private struct Outcome: Equatable {
        var rows: [String]
        var malformed: [MalformedLine]
        var lines: Int
        var events: Int
        var blank: Int
        var matched: Int
        var bytes: Int

        init(_ report: HuntReport) {
            rows = HuntingTests.rows(report)
            malformed = report.malformed
            lines = report.summary.lines
            events = report.summary.events
            blank = report.summary.blank
            matched = report.summary.matchedEvents
            bytes = report.summary.bytesScanned
        }
    }

    private func demo(in folder: TemporaryFolder, bytes: Int = 3 << 20) async throws -> [String] {
        var options = GenerationOptions()
        options.size = .bytes(bytes)
        options.malformedLines = 12
        options.blankLines = 9
        let report = try await generate(into: folder.path, options: options)
        return report.archives.map { folder.path + "/" + $0.name }
    }

    @Test(
        "for every number of threads and chunk size, mapped or read, with every set of instructions, prefilter or not")
    func everyWay() async throws {
        let folder = try TemporaryFolder()
        let archives = try await demo(in: folder)
        let rule = try seedRule()
        let expected = Outcome(try await hunt(rule, in: archives))
        #expect(!expected.rows.isEmpty)
        #expect(!expected.malformed.isEmpty)
        for threads in [1, 2, 5] {
            for chunkSize in [1, 997, 65_536, 4 << 20] {
                for access in [ArchiveOptions.Access.mapped, .read] {
                    // One-line chunks are slow in a debug build: one way with them is enough.
                    if chunkSize == 1, threads != 2 || access == .read { continue }
                    let found = Outcome(
                        try await hunt(rule, in: archives) {
                            $0.threads = threads
                            $0.archives.chunkSize = chunkSize
                            $0.archives.access = access
                        })
                    #expect(found == expected, "\(threads) threads, chunks of \(chunkSize), \(access)")
                }
            }
        }
        let fastest = String(cString: trawl_kernels_get().pointee.name)
        for name in ["scalar", "sse2", "avx2", "avx512bw", "avx512", "neon"] where trawl_kernels_select(name) {
            let found = Outcome(try await hunt(rule, in: archives) { $0.threads = 2 })
            #expect(found == expected, "\(name)")
        }
        _ = trawl_kernels_select(fastest)
        let parsed = Outcome(try await hunt(rule, in: archives) { $0.usesPrefilter = false })
        #expect(parsed.rows == expected.rows)
        #expect(parsed.lines == expected.lines)
        #expect(parsed.matched == expected.matched)
    }

    @Test("for a search that groups every event")
    func everyEvent() async throws {
        let folder = try TemporaryFolder()
        let archives = try await demo(in: folder)
        let rule = try searchRule(
            "stats count dc(Computer) min(_time) max(_time) values(Channel) avg(EventID) first(EventID) last(EventID) by Channel"
        )
        let expected = Outcome(try await hunt(rule, in: archives))
        #expect(!expected.rows.isEmpty)
        for threads in [1, 2, 7] {
            for chunkSize in [4093, 1 << 20] {
                let found = Outcome(
                    try await hunt(rule, in: archives) {
                        $0.threads = threads
                        $0.archives.chunkSize = chunkSize
                    })
                #expect(found == expected, "\(threads) threads, chunks of \(chunkSize)")
            }
        }
    }

    @Test(
        "for searches that need a second pass, which reads only the chunks that may hold what they look for",
        arguments: [
            "EventID=1 Image=*cmd.exe | stats count by Computer | map search=\"search EventID=3 Computer=$Computer$"
                + " | stats count min(_time) by Computer Image\"",
            "EventID=3 [search EventID=1 Image=*cmd.exe | stats count by Computer | fields Computer]"
                + " | stats count min(_time) by Computer Image",
            "EventID=1 Image=*cmd.exe | stats count by Computer | map search=\"search Computer=$Computer$ OR EventID=3"
                + " | stats count by Computer\"",
        ])
    func laterPasses(search: String) async throws {
        let folder = try TemporaryFolder()
        var lines = (0..<20_000).map { number in
            #"{"EventID":10,"Computer":"c\#(number % 9)","Image":"C:\\x\#(number % 5).exe","UtcTime":"2024-01-01 00:00:00"}"#
        }
        for number in stride(from: 100, to: 20_000, by: 3001) {
            lines[number] = #"{"EventID":1,"Computer":"c\#(number % 4)","Image":"C:\\cmd.exe"}"#
            lines[number + 1500] = #"{"EventID":3,"Computer":"c\#(number % 4)","Image":"C:\\net.exe"}"#
            lines[number + 1501] = #"{"EventID":3,"Computer":"other","Image":"C:\\net.exe"}"#
        }
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        // One chunk: all is read again.
        let expected = Outcome(
            try await hunt(try searchRule(search), in: [archive]) { $0.archives.chunkSize = 8 << 20 })
        #expect(!expected.rows.isEmpty)
        for threads in [1, 3] {
            for chunkSize in [700, 150_000] {
                let report = try await hunt(try searchRule(search), in: [archive]) {
                    $0.threads = threads
                    $0.archives.chunkSize = chunkSize
                }
                #expect(report.summary.passes == 2)
                #expect(Outcome(report) == expected, "\(threads) threads, chunks of \(chunkSize)")
            }
        }
    }

    @Test("what was planted, in every shape and compression, and nothing else")
    func planted() async throws {
        let folder = try TemporaryFolder()
        let archives = try await demo(in: folder)
        let found = try await hunt(try seedRule(), in: archives)
        let text = try String(contentsOfFile: folder.path + "/expected_rows.trawl.jsonl", encoding: .utf8)
        let expected = try text.split(separator: "\n").map { line -> [String: String] in
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let row = object["row"] as? [String: Any] ?? object
            return row.mapValues { "\($0)" }
        }
        let rule = try #require(found.rules.first)
        let rows = rule.findings.rows.map { row in
            Dictionary(
                uniqueKeysWithValues: zip(rule.findings.columns, row).map { column, value in
                    (column, value == .missing ? "" : HuntingTests.cell(value))
                })
        }
        #expect(Set(rows) == Set(expected))
        #expect(rows.count == expected.count)
    }
}
