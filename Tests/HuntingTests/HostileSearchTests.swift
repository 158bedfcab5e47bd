import Archives
import Dispatch
import Events
import Foundation
import Hunting
import Schemas
import TestSupport
import Testing
import Values

/// A command so many times.
private func repeated(_ command: String, _ times: Int) -> String {
    Array(repeating: command, count: times).joined(separator: " | ")
}

@Suite("A search that asks for too much")
struct HostileSearchTests {
    static let growing: [String] = [
        repeated("eval Text=Text.Text", 40),
        repeated("eval Text=Text+Text", 40),
        repeated(#"eval Text=replace(Text,"a","aaaaaaaaaaaaaaaa")"#, 12),
        repeated("rex field=Text mode=sed \"s/a/aaaaaaaaaaaaaaaa/g\"", 12),
        repeated("eval Text=mvappend(Text,Text)", 40),
        repeated("eval Text=mvzip(Text,Text,Text)", 40),
        repeated("eval Text=if(isnull(Text),null(),json_array(Text,Text))", 40),
        repeated("strcat Text Text Text", 40),
        "eval r=mvrange(0,100000) | eval Text=mvmap(r, mvjoin(mvrange(0,1000),\"-\"))",
        "eval Text=mvjoin(mvrange(0,100000), mvjoin(mvrange(0,1000),\"-\"))",
        "eval Long=mvjoin(mvrange(0,10000),\"-\") | rex field=Long max_match=0 \"(?=(?<Text>.*))\"",
    ]

    static let multiplying: [String] = [
        "eval x=mvrange(0,1000) | mvexpand x | eval y=mvrange(0,1000) | mvexpand y | table x y",
        "table Number | " + repeated("appendpipe [eval Number=Number+1]", 40),
        "eval a=1 | table a Number | join max=0 a [search EventID=1 | eval a=1 | table a Text]",
        "table Number | streamstats values(Number) AS all",
        "table Number | eval x=mvjoin(mvrange(0,1000),\"-\") | sort 0 x",
        "table EventID Number | sort 0 Number | eval x=mvjoin(mvrange(0,1000),\"-\")",
        "table EventID Number Text | xyseries Number Number Text",
        "chart limit=0 count over EventID by Number",
        "stats values(Number) by Number",
    ]

    private func archive(_ folder: TemporaryFolder, lines: Int) throws -> String {
        let text = (0..<lines).map { #"{"EventID":\#($0 % 7),"Channel":"c","Text":"aaaa","Number":\#($0)}"# }
        return try folder.write(text.joined(separator: "\n") + "\n", to: "a.jsonl")
    }

    @Test(
        "loses a value that grows without end, and says so",
        arguments: growing)
    func growingValues(commands: String) async throws {
        let folder = try TemporaryFolder()
        let search = "EventID=1 | \(commands) | eval isLeft=if(isnull(Text),\"no\",\"yes\") | stats count by isLeft"
        let report = try await hunt(try searchRule(search), in: [try archive(folder, lines: 8)])
        #expect(rows(report) == ["isLeft=no | count=1"])
        #expect(report.limits.map(\.reason).contains { $0.contains("16 MiB") })
    }

    @Test("keeps values that are large but not too large, and tells of no limit")
    func largeValues() async throws {
        let folder = try TemporaryFolder()
        let search = "EventID=1 | eval Text=mvjoin(mvrange(0,100000),\"-\").Text | eval n=len(Text) | table n | dedup n"
        let report = try await hunt(try searchRule(search), in: [try archive(folder, lines: 8)])
        #expect(rows(report) == ["n=588893"])
        #expect(report.limits.isEmpty)
    }

    @Test(
        "loses rows that do not fit in memory, says so, and leaves the findings of others alone",
        arguments: multiplying)
    func growingRows(commands: String) async throws {
        let folder = try TemporaryFolder()
        let file = try archive(folder, lines: 2000)
        var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        options.rowMemory = 100_000
        options.threads = 2
        let rules = [try searchRule("EventID=* | " + commands), try searchRule("EventID=1 | stats count")]
        let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [file]))
        #expect(!report.limits.isEmpty)
        #expect(report.rules[0].status == .compiled)
        #expect(report.rules[0].findings.count > 0)
        #expect(report.rules[0].findings.count < 2000)
        #expect(report.rules[1].findings.rows == [[286]])
    }

    @Test(
        "loses the same groups, and whole ones, with any number of threads and chunks",
        arguments: [
            "EventID=* | stats count values(EventID) AS e by Number",
            "EventID=* | eval n=Number | stats count last(n) by n",
            "EventID=* | stats dc(Number) values(Number) by EventID",
        ])
    func manyGroups(search: String) async throws {
        let folder = try TemporaryFolder()
        let file = try archive(folder, lines: 6000)
        let rule = try searchRule(search)
        let all = try await hunt(rule, in: [file]).rules[0].findings.rows
        var found: Set<[[Value]]> = []
        for (threads, chunkSize) in [(1, 1 << 20), (1, 999), (2, 4000), (4, 1500)] {
            let report = try await hunt(rule, in: [file]) {
                $0.rowMemory = 150_000
                $0.threads = threads
                $0.archives.chunkSize = chunkSize
            }
            #expect(report.limits.map(\.reason).contains { $0.contains("chosen by a hash") })
            found.insert(report.rules[0].findings.rows)
        }
        #expect(found.count == 1)
        let kept = try #require(found.first)
        #expect(kept.count < all.count)
        #expect(Set(kept).isSubset(of: Set(all)))
    }

    @Test("shares its memory: those with few groups keep all, and the others lose the same with any number of threads")
    func manySearches() async throws {
        let folder = try TemporaryFolder()
        let file = try archive(folder, lines: 6000)
        let rules = [
            try searchRule("EventID=* | stats count by EventID"),
            try searchRule("EventID=* | stats count values(EventID) AS e by Number"),
            try searchRule("EventID=* | eval n=Number | stats count last(n) by n"),
            try searchRule("EventID=1 | stats count by Number"),
        ]
        func rows(
            of rules: [HuntRule], _ memory: Int, _ threads: Int, _ chunkSize: Int
        ) async throws -> [[[Value]]] {
            var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
            (options.groupMemory, options.threads, options.archives.chunkSize) = (memory, threads, chunkSize)
            let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
            return await hunter.run(try ArchiveLocator().locate(paths: [file])).rules.map(\.findings.rows)
        }
        let all = try await rows(of: rules, 1 << 30, 1, 1 << 20)
        var found: Set<[[[Value]]]> = []
        for (threads, chunkSize) in [(1, 1 << 20), (1, 999), (2, 4000), (4, 1500)] {
            found.insert(try await rows(of: rules, 600_000, threads, chunkSize))
        }
        #expect(found.count == 1)
        let kept = try #require(found.first)
        #expect(kept[0] == all[0])
        #expect(kept[3] == all[3])
        for search in 1...2 {
            let alone = try await rows(of: [rules[search]], 600_000, 2, 4000)[0]
            #expect(kept[search].count > 100)
            #expect(kept[search].count < alone.count)
            #expect(alone.count < all[search].count)
            #expect(Set(kept[search]).isSubset(of: Set(all[search])))
        }
    }

    @Test(
        "ends soon where the end is asked for in the midst of a chunk, which is told as unread", .timeLimit(.minutes(5))
    )
    func interrupted() async throws {
        let folder = try TemporaryFolder()
        let file = try archive(folder, lines: 20_000)
        let rule = try searchRule("* | eval x=mvrange(0,100000) | mvexpand x | eval y=x*2 | stats sum(y)")
        let options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        let hunter = try Hunter(rules: [rule], schema: testSchema, options: options)
        let archives = try ArchiveLocator().locate(paths: [file])
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { hunter.cancel() }
        // Without the interruption it takes half an hour, in few chunks. Beside other tests even a moment may be long, so that
        // the limit of the whole test is all that is asked for.
        let report = await hunter.run(archives)
        #expect(report.unread == [file])
        #expect(report.summary.isInterrupted)
        #expect(report.summary.lines < 20_000)
    }
}
