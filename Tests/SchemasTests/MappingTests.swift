import Archives
import Detections
import Events
import Foundation
import Hunting
import SPL
import TestSupport
import Testing
import Values

@testable import Schemas

/// Searches over hand-written events, each in every shape that can carry it. A file of `Mappings` holds cases:
///
///     # Sysmon 13: a DWORD is set                     what it is
///     channel Microsoft-Windows-Sysmon/Operational    the header: channel, provider, event, user, keywords, message
///     event 13
///     data TargetObject=HKLM\X\Run\Y                  what the event says, \n for a line's end
///     search | tstats count from ... by ...           a search that ends with a count
///     row Registry.registry_path=HKLM\X\Run\Y         its rows without the count, which is the number of shapes
///     none                                            or that there are none
///
/// With `line` a whole line of the archive is given as it is, instead of header and data.
@Suite("Mappings")
struct MappingTests {
    @Test("give every shape of an event the fields that a search asks for", arguments: try! MappingCase.all())
    func mapping(sample: MappingCase) async throws {
        let lines = sample.lines
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "events.jsonl")
        #expect(!sample.queries.isEmpty)
        for query in sample.queries {
            let found = try await rows(of: query.search, in: archive)
            let rows = try #require(query.rows, "neither a row nor none: \(query.search)")
            #expect(found == rows.map { $0 + " | count=\(lines.count)" }, "\(sample.title): \(query.search)")
        }
    }

    private func rows(of search: String, in archive: String) async throws -> [String] {
        let rule = HuntRule(
            identity: RuleIdentity(id: "search", name: "search", kind: .search),
            state: .compiled(try SearchCompiler.compile(search)))
        let hunter = try Hunter(
            rules: [rule], schema: Schema.shared, options: HuntOptions(now: Timestamp(nanoseconds: 0)))
        #expect(hunter.refusals.isEmpty)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [archive]))
        var found: [String] = []
        for rule in report.rules {
            var reader = rule.findings.reader()
            while let row = try reader.next() {
                let cells = zip(rule.findings.columns, row).compactMap { column, value in
                    text(value).map { "\(column)=\($0)" }
                }
                found.append(cells.joined(separator: " | "))
            }
        }
        return found
    }

    private func text(_ value: Value) -> String? {
        switch value {
        case .missing: nil
        case .text(let text): text.string
        case .number(let number): NumberText.text(number).string
        case .multivalue(let texts): "[" + texts.map(\.string).joined(separator: ", ") + "]"
        }
    }
}

/// A folder of its own for one test, gone when the test is.
private final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}
