import Hunting
import Testing
import Values

@Suite("Rows with all fields of their events")
struct OpenRowTests {
    private func event(_ names: Range<Int>) -> String {
        "{" + names.map { "\"k\(10_000 + $0)\":\"\($0)\"" }.joined(separator: ",") + "}\n"
    }

    @Test(
        "more names than are shown are told, however many more and in however many events",
        arguments: [([0..<2000], 2000), ([0..<2001], 2000), ([0..<1500, 1500..<3000], 2000), ([0..<5000], 2000)])
    func manyNames(events: [Range<Int>], shown: Int) async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(events.map(event).joined(), to: "a.jsonl")
        let report = try await hunt(try searchRule("head 2"), in: [archive])
        // Beside the names, the raw text.
        #expect(report.rules[0].findings.columns.count == shown + 1)
        let isCut = events.reduce(0) { $0 + $1.count } > 2000
        #expect(report.limits.map { $0.reason.contains("2000 field names") } == (isCut ? [true] : []))
    }

    @Test(
        "each row has the fields of its event, in however many combinations they come, read one by one or in parts",
        arguments: ["*", "* | head 100000", "* | fields *"], [1, 3])
    func combinations(search: String, threads: Int) async throws {
        let folder = try TemporaryFolder()
        // More lists of names than are numbered, each with a name of its own, and one that comes again and again.
        let count = 2_700
        let events = (0..<count).map { number in
            number.isMultiple(of: 3)
                ? #"{"b":"\#(number)","a":"x"}"# : #"{"k\#(10_000 + number)":"\#(number)","a":"y"}"#
        }
        let archive = try folder.write(events.joined(separator: "\n"), to: "a.jsonl")
        let report = try await hunt(try searchRule(search), in: [archive]) { options in
            options.threads = threads
            options.archives.chunkSize = 5_000
            // Some rows are put away.
            options.resultMemory = 20_000
        }
        var findings = report.rules[0].findings
        #expect(findings.count == count)
        // One more than ends with a part.
        findings.limit(to: 2_500)
        var rows: [[(String, Value)]] = findings.rows.map { row in zip(findings.columns, row).map { ($0, $1) } }
        var parts: [[(String, Value)]] = []
        var reader = findings.reader()
        while true {
            let part = try reader.next(within: 3_000)
            if part.count == 0 { break }
            try part.withEach { columns, values in
                #expect(columns == columns.sorted())
                parts.append(zip(columns, values).map { (findings.columns[$0], $1) })
            }
        }
        for index in rows.indices { rows[index].removeAll { $1.isMissing } }
        for index in parts.indices { parts[index].removeAll { $1.isMissing } }
        #expect(rows.count == 2_500)
        #expect(parts.elementsEqual(rows) { $0.elementsEqual($1, by: ==) })
        for (number, row) in rows.enumerated() {
            let expected: [(String, Value)] =
                number.isMultiple(of: 3)
                ? [("a", "x"), ("b", .text(Text("\(number)")))]
                : [("a", "y"), ("k\(10_000 + number)", .text(Text("\(number)")))]
            #expect(row.filter { $0.0 != "_raw" }.elementsEqual(expected, by: ==))
        }
    }
}
