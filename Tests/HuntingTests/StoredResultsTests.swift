import Foundation
import Hunting
import Telemetry
import Testing
import Values

/// Rows and matched events that do not fit in memory go to a temporary file, and nothing else changes.
@Suite("Results beyond the memory they may take", .serialized)
struct StoredResultsTests {
    private static let searches = [
        "Computer=*", "Computer=* | table Computer EventID _time",
        "Channel=*Sysmon* | eval x=EventID*2 | fields x Computer",
        "Computer=* | head 7", "Computer=* | head 700 | where EventID > 3 | head 90 | table EventID Computer",
        "Computer=* | sort 5 - _time EventID", "Computer=* | sort 0 Computer | table Computer _time",
        "Computer=* | dedup Computer | table Computer EventID", "Computer=* | head 300 | stats count by Computer",
        "NoSuchField=*", "Computer=* | table Event* Computer",
        "EventID=* | stats count values(*Name) AS *Name BY Computer",
        "EventID=1 | foreach P* [eval '<<FIELD>>' = len('<<FIELD>>')] | fields - _raw | fillnull",
    ]

    private func archives(in folder: TemporaryFolder) async throws -> [String] {
        var options = GenerationOptions()
        options.size = .bytes(400_000)
        let report = try await generate(into: folder.path, options: options)
        return report.archives.map { folder.path + "/" + $0.name }
    }

    @Test("are the same for every number of threads, chunk size and budget")
    func equal() async throws {
        let folder = try TemporaryFolder()
        let archives = try await archives(in: folder)
        for search in Self.searches {
            let rule = try searchRule(search)
            let expected = try await hunt(rule, in: archives) { $0.matchLimit = .max }
            let expectedRows = rows(expected)
            let expectedMatches = matches(expected)
            #expect(expected.rules[0].findings.count == expectedRows.count)
            #expect(expected.summary.matchedEvents == expectedMatches.count)
            #expect(expected.summary.findings == expectedRows.count)
            for (threads, chunkSize, budget) in [(1, 4093, 0), (3, 4093, 5_000), (2, 65_536, 60_000)] {
                let found = try await hunt(rule, in: archives) {
                    $0.matchLimit = .max
                    $0.threads = threads
                    $0.archives.chunkSize = chunkSize
                    $0.resultMemory = budget
                }
                #expect(found.failure == nil)
                #expect(found.limits.isEmpty)
                #expect(rows(found) == expectedRows, "\(search), \(threads) threads, \(budget) bytes")
                #expect(matches(found) == expectedMatches, "\(search), \(threads) threads, \(budget) bytes")
                #expect(found.rules[0].findings.count == expectedRows.count)
            }
        }
    }

    private func matches(_ report: HuntReport) -> [String] {
        report.matches.all.map { "\($0.archive):\($0.line):\($0.offset):\($0.event)" }
    }

    @Test("may be read again and again")
    func again() async throws {
        let folder = try TemporaryFolder()
        let report = try await hunt(try searchRule("Computer=*"), in: try await archives(in: folder)) {
            $0.resultMemory = 10_000
            $0.matchLimit = .max
        }
        #expect(rows(report).count > 50)
        #expect(rows(report) == rows(report))
        #expect(matches(report) == matches(report))
    }

    @Test("are limited to the first matched events in input order")
    func matchLimit() async throws {
        let folder = try TemporaryFolder()
        let archives = try await archives(in: folder)
        let rule = try searchRule("Computer=* | stats count")
        let all = matches(try await hunt(rule, in: archives) { $0.matchLimit = .max })
        for limit in [1, 5, 90] {
            for budget in [0, 1 << 20] {
                let found = try await hunt(rule, in: archives) {
                    $0.matchLimit = limit
                    $0.threads = 3
                    $0.archives.chunkSize = 4093
                    $0.resultMemory = budget
                }
                #expect(matches(found) == Array(all.prefix(limit)))
            }
        }
    }

    @Test("that a final stage needs at once are cut where memory ends, and the report says so")
    func rowMemory() async throws {
        let folder = try TemporaryFolder()
        let archives = try await archives(in: folder)
        let rule = try searchRule("Computer=* | table Computer EventID | sort 0 EventID")
        let all = try await hunt(rule, in: archives)
        let cut = try await hunt(rule, in: archives) { $0.rowMemory = 10_000 }
        #expect(all.limits.isEmpty)
        #expect(cut.limits.count == 1)
        #expect(cut.summary.limited == 1)
        #expect(cut.limits.first?.reason.contains("only the first \(cut.summary.findings) events") == true)
        #expect(cut.summary.findings > 10)
        #expect(cut.summary.findings < all.summary.findings)
    }

    @Test(
        "are reduced while they are read by what keeps few of them, however many come",
        arguments: ["dedup 2 Computer EventID", "dedup Computer sortby - EventID", "sort 20 - EventID Computer"])
    func reduced(command: String) async throws {
        let folder = try TemporaryFolder()
        let event =
            #"{"EventID":%,"Channel":"Security","Computer":"ws-#","Filler":"\#(String(repeating: "x", count: 2000))"}"#
        let lines = (0..<12_000).map { number in
            event.replacingOccurrences(of: "%", with: "\(number * 7919 % 50)")
                .replacingOccurrences(of: "#", with: "\(number * 31 % 9)")
        }
        let archive = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        let all = try await hunt(try searchRule("EventID=* | table Computer EventID | \(command)"), in: [archive])
        let found = try await hunt(
            try searchRule("EventID=* | table Computer EventID Filler | \(command) | table Computer EventID"),
            in: [archive]
        ) {
            $0.rowMemory = 20 << 20
            $0.threads = 2
        }
        #expect(found.limits.isEmpty)
        #expect(rows(found).count > 5)
        #expect(rows(found) == rows(all))
    }

    @Test("fail the hunt with a reason where no temporary file can be made")
    func noFolder() async throws {
        let folder = try TemporaryFolder()
        let report = try await hunt(try searchRule("Computer=*"), in: try await archives(in: folder)) {
            $0.resultMemory = 1000
            $0.temporaryFolder = folder.path + "/absent"
        }
        let failure = try #require(report.failure)
        #expect(failure.folder == folder.path + "/absent")
        #expect("\(failure)".contains("No such file or directory"))
        #expect("\(failure)".contains("TMPDIR"))
    }
}
