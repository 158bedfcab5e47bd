import Hunting
import Testing

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
}
