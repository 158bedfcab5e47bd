import Archives
import Foundation
import Hunting
import Schemas
import Sigma
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
    func hunt(file: String) async throws {
        var sections: [(name: String, lines: [String])] = []
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init) {
            if line.hasPrefix("# ") {
                sections.append((String(line.dropFirst(2)), []))
            } else {
                sections[sections.count - 1].lines.append(line)
            }
        }
        let text = sections.filter { $0.name == "rules" }.flatMap(\.lines).joined(separator: "\n")
        let folder = try TemporaryFolder()
        var paths: [String] = []
        for (number, section) in sections.filter({ $0.name == "archive" }).enumerated() {
            paths.append(try folder.write(section.lines.joined(separator: "\n") + "\n", to: "\(number).jsonl"))
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
            let isReversed = number % 2 == 1 && !file.contains("input_order")
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
            let expected = sections.filter { $0.name == "rows" }.flatMap(\.lines)
            #expect(found.sorted() == expected.sorted(), "threads \(threads), chunks of \(chunk)")
            let status = sections.filter { $0.name == "status" }.flatMap(\.lines)
            #expect(statuses.sorted() == status.sorted(), "\(report.rules.compactMap(\.reason))")
        }
    }
}
