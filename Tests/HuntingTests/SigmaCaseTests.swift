import Archives
import Foundation
import Hunting
import Schemas
import Sigma
import TestSupport
import Testing
import YAML

/// What rules take, in text files of many cases: the name, the detection, and events with `+` before those that have to be
/// taken and `-` before the others. Events are what a Sysmon process creation has beside its header.
///
///     ### contains looks anywhere
///     s: {Image|contains: tool}
///     condition: s
///     + {"Image":"C:\\tool.exe"}
///     - {}
private struct SigmaCase {
    var name: String
    var detection: [String] = []
    var events: [(isTaken: Bool, text: String)] = []

    static func read(_ file: String) throws -> [SigmaCase] {
        var cases: [SigmaCase] = []
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) {
            if line.hasPrefix("### ") {
                cases.append(SigmaCase(name: String(line.dropFirst(4))))
            } else if line.hasPrefix("+ {") || line.hasPrefix("- {") {
                cases[cases.count - 1].events.append((line.hasPrefix("+"), String(line.dropFirst(2))))
            } else if !line.hasPrefix("#") {
                cases[cases.count - 1].detection.append(line)
            }
        }
        return cases
    }

    func rule(_ number: Int) -> String {
        "---\ntitle: case \(number)\nid: case-\(number)\nlogsource: {product: windows, category: process_creation}\n"
            + "detection:\n" + detection.map { "  \($0)\n" }.joined()
    }

    static func event(_ text: String) -> String {
        let fields = text.dropFirst().drop { $0 == " " }
        return
            #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"\#(fields.first == "}" ? "" : ",")\#(fields)"#
    }
}

@Suite("What rules take")
struct SigmaCaseTests {
    @Test(
        "is what the cases say, with all rules of a file at once and each on its own",
        arguments: try! files("SigmaCases"))
    func cases(file: String) async throws {
        let cases = try SigmaCase.read(file)
        try #require(!cases.isEmpty)
        for each in cases { #expect(!each.events.isEmpty, "\(each.name) is of no event") }
        let folder = try TemporaryFolder()
        let lines = cases.flatMap { $0.events.map { SigmaCase.event($0.text) } }
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        let rules = try Self.rules(cases.enumerated().map { $0.element.rule($0.offset) }.joined())
        #expect(rules.count == cases.count)
        for rule in rules {
            if case .refused(_, let reason) = rule.state { Issue.record("\(rule.identity.name) is refused: \(reason)") }
        }
        let together = try await Self.taken(rules, archive, usesPrefilter: true)
        #expect(try await Self.taken(rules, archive, usesPrefilter: false) == together)
        var line = 1
        for (number, each) in cases.enumerated() {
            let alone = try await Self.taken(
                rules.filter { $0.identity.id == "case-\(number)" }, archive, usesPrefilter: true)
            #expect(alone["case-\(number)"] == together["case-\(number)"], "\(each.name): alone")
            for event in each.events {
                let isTaken = together["case-\(number)"]?.contains(line) ?? false
                #expect(isTaken == event.isTaken, "\(each.name): \(event.text)")
                line += 1
            }
        }
    }

    /// The lines that each rule takes.
    private static func taken(
        _ rules: [HuntRule], _ archive: String, usesPrefilter: Bool
    ) async throws -> [String: Set<Int>] {
        var options = HuntOptions(now: .init(nanoseconds: 1_700_000_000_000_000_000))
        options.matchLimit = .max
        options.usesPrefilter = usesPrefilter
        let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [archive]))
        #expect(report.summary.malformed == 0)
        var taken: [String: Set<Int>] = [:]
        for match in report.matches.all { taken[match.rule.id, default: []].insert(match.line) }
        return taken
    }

    /// Rules of a text, with a placeholder.
    private static func rules(_ text: String) throws -> [HuntRule] {
        let placeholders = try HuntingTests.placeholders(#"{servers: ['srv*', 'dc?1', 'a\*b'], ports: [80, 443]}"#)
        let file = SigmaFile(try YAMLStream(Array(text.utf8), file: "cases.yml").documents, file: "cases.yml")
        return HuntRule.rules(of: SigmaCollection([file]), schema: testSchema, placeholders: placeholders)
    }
}
