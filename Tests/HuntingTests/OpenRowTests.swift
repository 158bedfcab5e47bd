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

    @Test("each row has the fields of its event, in however many combinations they come", arguments: [1, 3])
    func combinations(threads: Int) async throws {
        let folder = try TemporaryFolder()
        // More lists of names than are numbered, each with a name of its own, and one that comes again and again.
        let events = (0..<1_500).map { number in
            number.isMultiple(of: 3)
                ? #"{"b":"\#(number)","a":"x"}"# : #"{"k\#(10_000 + number)":"\#(number)","a":"y"}"#
        }
        let archive = try folder.write(events.joined(separator: "\n"), to: "a.jsonl")
        let report = try await hunt(try searchRule("*"), in: [archive]) { options in
            options.threads = threads
            options.archives.chunkSize = 5_000
            // Some rows are put away.
            options.resultMemory = 20_000
        }
        let findings = report.rules[0].findings
        #expect(findings.count == 1_500)
        for (number, row) in findings.rows.enumerated() {
            let cells = zip(findings.columns, row).filter { !$1.isMissing && $0 != "_raw" }
            let expected: [(String, Value)] =
                number.isMultiple(of: 3)
                ? [("a", "x"), ("b", .text(Text("\(number)")))]
                : [("a", "y"), ("k\(10_000 + number)", .text(Text("\(number)")))]
            #expect(cells.elementsEqual(expected, by: ==))
        }
    }
}
