import Hunting
import Testing
import Values

@Suite("Rows of whole events, of which a command selects some")
struct RowSelectionTests {
    /// Generates the same numbers in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private struct Event {
        var number: Int
        var rank: Int?
        var kind: String?

        /// Each has a field of its own, which makes a column.
        var line: String {
            var members = [#""id":"\#(number)""#, #""own\#(number)":"x""#]
            if let rank { members.append(#""rank":\#(rank)"#) }
            if let kind { members.append(#""kind":"\#(kind)""#) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    private func events(_ count: Int, seed: UInt64) -> [Event] {
        var numbers = Numbers(state: seed)
        return (0..<count).map { number in
            Event(
                number: number,
                rank: Int.random(in: 0..<9, using: &numbers) > 0 ? .random(in: -40..<40, using: &numbers) : nil,
                kind: ["a", "b", "c", "d", nil].randomElement(using: &numbers) ?? nil)
        }
    }

    /// The greatest first, those without one last; equal ones stay as they were.
    private static func sorted(_ events: [Event]) -> [Event] {
        events.filter { $0.rank != nil }.sorted { ($1.rank ?? 0, $0.number) < ($0.rank ?? 0, $1.number) }
            + events.filter { $0.rank == nil }
    }

    private static func distinct(_ events: [Event], _ count: Int, keepsEmpty: Bool) -> [Event] {
        var counts: [String: Int] = [:]
        return events.filter { event in
            guard let kind = event.kind else { return keepsEmpty }
            counts[kind, default: 0] += 1
            return counts[kind, default: 0] <= count
        }
    }

    private static let searches: [(text: String, plain: @Sendable ([Event]) -> [Event])] = [
        ("* | sort 7 - rank", { Array(sorted($0).prefix(7)) }),
        ("* | sort 0 - rank | head 1200", { Array(sorted($0).prefix(1200)) }),
        ("* | sort 0 - rank | head 0", { _ in [] }),
        ("* | tail 5", { $0.suffix(5).reversed() }),
        ("* | reverse | head 30", { $0.suffix(30).reversed() }),
        ("* | dedup kind", { distinct($0, 1, keepsEmpty: false) }),
        (
            "* | dedup 3 kind keepempty=true | sort 20 - rank",
            { Array(sorted(distinct($0, 3, keepsEmpty: true)).prefix(20)) }
        ),
        ("* | eval x=1 | tail 4 | fields - x", { $0.suffix(4).reversed() }),
        (
            "* | where rank>3 | dedup kind sortby - rank",
            { events in
                distinct(sorted(events.filter { ($0.rank ?? 0) > 3 }), 1, keepsEmpty: false)
            }
        ),
        ("* | fields id, rank, own1* | sort 9 - rank", { Array(sorted($0).prefix(9)) }),
    ]

    @Test(
        "the rows and columns are those of the plain reading, with any number of threads, chunk size and memory",
        arguments: Self.searches.indices, [(1, 1 << 20), (2, 4_000), (3, 600)])
    func equality(search: Int, run: (threads: Int, memory: Int)) async throws {
        let folder = try TemporaryFolder()
        let all = events(3_000, seed: UInt64(search + 1))
        let archives = try [(0, all[..<1_100]), (1, all[1_100...])].map { number, events in
            try folder.write(events.map { $0.line + "\n" }.joined(), to: "\(number).jsonl")
        }
        let (text, plain) = Self.searches[search]
        let report = try await hunt(try searchRule(text), in: archives) { options in
            options.threads = run.threads
            options.archives.chunkSize = 5_000
            options.resultMemory = run.memory
        }
        let findings = report.rules[0].findings
        let identifiers = findings.columns.firstIndex(of: "id").map { column in findings.rows.map { $0[column] } }
        let expected = plain(all)
        #expect(identifiers ?? [] == expected.map { .text(Text("\($0.number)")) })
        #expect(report.limits.allSatisfy { $0.reason.contains("field names") })
        // No column is of a row that the first command which selects leaves out; one behind it takes the columns as they are.
        guard !text.contains("keepempty") else { return }
        let own = Set(expected.map { "own\($0.number)" })
        #expect(Set(findings.columns.filter { $0.hasPrefix("own") }).isSubset(of: own))
    }

    @Test("what does not fit in memory is told, and no row beside it is lost")
    func memory() async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(events(500, seed: 7).map { $0.line + "\n" }.joined(), to: "a.jsonl")
        let report = try await hunt(try searchRule("* | dedup id"), in: [archive]) { $0.rowMemory = 20_000 }
        #expect(report.limits.contains { $0.reason.hasPrefix("only the first") })
        #expect(report.rules[0].findings.count > 0)
        let whole = try await hunt(try searchRule("* | dedup id | table id"), in: [archive])
        #expect(whole.rules[0].findings.count == 500)
        #expect(whole.limits.isEmpty)
    }
}
