import Archives
import Detections
import Events
import Foundation
import Hunting
import SPL
import Schemas
import Sigma
import TestSupport
import Values
import YAML

/// A folder of its own for one test, gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// The schema that ships, read once.
let testSchema = try! Schema.builtIn()

/// The detection that ships, as a rule.
func seedRule() throws -> HuntRule {
    let pack = DetectionPack(paths: [BuiltInContent.prefix])
    guard let entry = pack.entries.first, let search = entry.search else {
        throw HuntError("the built-in detection does not compile: \(pack.entries.map(\.outcome))")
    }
    return HuntRule(
        identity: RuleIdentity(id: entry.detection.id, name: entry.detection.name, kind: .escu),
        state: .compiled(search), detection: entry.detection)
}

func searchRule(_ text: String) throws -> HuntRule {
    HuntRule(
        identity: RuleIdentity(id: "search", name: "search", kind: .search),
        state: .compiled(try SearchCompiler.compile(text)))
}

func hunt(_ rule: HuntRule, in paths: [String], _ adjust: (inout HuntOptions) -> Void = { _ in }) async throws
    -> HuntReport
{
    var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    adjust(&options)
    let hunter = try Hunter(rules: [rule], schema: testSchema, options: options)
    return await hunter.run(try ArchiveLocator().locate(paths: paths))
}

extension Findings {
    /// All rows; none where they can't be read.
    var rows: [[Value]] { (try? rowSet(within: .max))?.set.rows ?? [] }
}

extension MatchedEvents {
    /// All events; none where they can't be read.
    var all: [MatchedEvent] {
        var all: [MatchedEvent] = []
        var reader = reader()
        while let event = try? reader.next() { all.append(event) }
        return all
    }
}

/// The rows of a report's only rule, each as `column=value` texts, for comparing and showing.
func rows(_ report: HuntReport) -> [String] {
    report.rules.flatMap { rule in
        rule.findings.rows.map { row in
            zip(rule.findings.columns, row).compactMap { column, value in
                value == .missing ? nil : "\(column)=\(shown(value))"
            }.joined(separator: " | ")
        }
    }
}

/// A cell as its text.
func cell(_ value: Value) -> String { shown(value) }

func shown(_ value: Value) -> String {
    switch value {
    case .missing: ""
    case .text(let text): text.string
    case .number(let number): NumberText.text(number).string
    case .multivalue(let texts): "[" + texts.map(\.string).joined(separator: ", ") + "]"
    }
}

/// Real telemetry and content, where this machine has them.
let sharedFolder = SharedFolder.root(holding: "telemetry/otrf")

/// Placeholders as a file of them gives them.
func placeholders(_ text: String) throws -> SigmaPlaceholders {
    try SigmaPlaceholders(try YAMLStream(Array(text.utf8), file: "values.yml").documents, file: "values.yml")
}
