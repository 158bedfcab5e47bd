import Archives
import Hunting
import Schemas
import Sigma
import TestSupport
import Testing
import YAML

/// Hunts with Sigma documents that refer to each other, in text files: the documents, the archives, what comes out.
///
///     # rules
///     title: tool
///     ...
///     # archive
///     {"EventID":1,...}
///     # rows
///     tool: dest=h | count=1
///     # status
///     other: invalid
@Suite("Hunts with Sigma documents")
struct SigmaHuntTests {
    @Test(
        "find what their files say, whatever the threads, chunks, memory and order of archives",
        arguments: try! files("SigmaHunts"))
    func hunt(path: String) async throws {
        let file = try SectionedFile(path, required: ["rules", "archive", "rows"], optional: ["status"])
        let text = file.lines("rules").joined(separator: "\n")
        let folder = try TemporaryFolder()
        var paths: [String] = []
        for (number, lines) in file.parts("archive").enumerated() {
            paths.append(try folder.write(lines.joined(separator: "\n") + "\n", to: "\(number).jsonl"))
        }
        let sigma = SigmaFile(try YAMLStream(Array(text.utf8), file: "rules.yml").documents, file: "rules.yml")
        let rules = HuntRule.rules(of: SigmaCollection([sigma]), schema: testSchema)
        for (number, (threads, chunk, memory)) in [
            (1, 1 << 20, 1 << 24), (1, 1, 1), (3, 100, 1), (2, 1 << 20, 500),
        ].enumerated() {
            var options = HuntOptions(now: .init(nanoseconds: 1_700_000_000_000_000_000))
            options.threads = threads
            options.archives.chunkSize = chunk
            options.resultMemory = memory
            let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
            // Where times are equal the order of archives decides.
            let isReversed = number % 2 == 1 && !path.contains("input_order")
            let report = await hunter.run(
                try ArchiveLocator().locate(paths: isReversed ? paths.reversed() : paths))
            var found: [String] = []
            var statuses: [String] = []
            for rule in report.rules {
                for row in rule.findings.rows {
                    let cells = zip(rule.findings.columns, row).filter { $1 != .missing }.map { "\($0)=\(shown($1))" }
                    found.append("\(rule.rule.name): \(cells.joined(separator: " | "))")
                }
                if rule.status != .compiled { statuses.append("\(rule.rule.name): \(rule.status.rawValue)") }
            }
            #expect(found.sorted() == file.lines("rows").sorted(), "threads \(threads), chunks of \(chunk)")
            #expect(statuses.sorted() == file.lines("status").sorted(), "\(report.rules.compactMap(\.reason))")
        }
    }
}
