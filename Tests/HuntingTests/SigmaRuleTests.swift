import Archives
import Detections
import Events
import Foundation
import Hunting
import Schemas
import Sigma
import TestSupport
import Testing
import Values
import YAML

private func rules(
    _ text: String, placeholders: SigmaPlaceholders = SigmaPlaceholders(),
    where isChosen: (SigmaHeader) -> Bool = { _ in true }
) throws -> [HuntRule] {
    let file = SigmaFile(try YAMLStream(Array(text.utf8), file: "rules.yml").documents, file: "rules.yml")
    return HuntRule.rules(
        of: SigmaCollection([file]), schema: testSchema, placeholders: placeholders, where: isChosen)
}

private func hunt(
    _ rules: [HuntRule], in text: String, _ adjust: (inout HuntOptions) -> Void = { _ in }
) async throws -> HuntReport {
    let folder = try TemporaryFolder()
    var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    adjust(&options)
    let hunter = try Hunter(rules: rules, schema: testSchema, options: options)
    return await hunter.run(try ArchiveLocator().locate(paths: [try folder.write(text, to: "a.jsonl")]))
}

/// A Sysmon event as NXLog writes it.
private func process(_ host: String?, _ image: String, _ time: String, _ more: String = "") -> String {
    let computer = host.map { #""Hostname":"\#($0)","# } ?? ""
    return #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational",\#(computer)"Image":"\#(image)","#
        + #""EventTime":"\#(time)"\#(more)}"# + "\n"
}

private let archive =
    process("HOST-1", #"C:\\a\\Tool.exe"#, "2024-05-01 10:00:00.250")
    + process("host-1", #"C:\\a\\tool.exe"#, "2024-05-01 11:00:00.000", #","CommandLine":"""#)
    + process("HOST-1", #"C:\\b\\tool.exe"#, "2024-05-01 09:59:59.1234567", #","CommandLine":"x -enc y""#)
    + process(nil, #"C:\\tool.exe"#, "2024-05-01 08:00:00")
    + process("HOST-1", #"C:\\other.exe"#, "2024-05-01 08:00:00")

private func rule(
    _ name: String, _ detection: String, logsource: String = "{product: windows, category: process_creation}"
)
    -> String
{
    "---\ntitle: \(name)\nid: \(name)\nlevel: high\nstatus: test\ntags: [attack.privilege-escalation, attack.t1059.001]\n"
        + "logsource: \(logsource)\ndetection: \(detection)\n"
}

@Suite("Sigma rules in a hunt")
struct SigmaRuleTests {
    @Test("a finding is a row for each rule and host, with the times in UTC")
    func findings() async throws {
        let tool = rule("tool", #"{s: {Image|endswith: '\tool.exe'}, condition: s}"#)
        let report = try await hunt(try rules(tool), in: archive) { $0.zone = try! TimeZone("Europe/Berlin") }
        #expect(
            rows(report) == [
                "count=1 | firstTime=2024-05-01T06:00:00Z | lastTime=2024-05-01T06:00:00Z",
                "dest=HOST-1 | count=2 | firstTime=2024-05-01T07:59:59.1234567Z | lastTime=2024-05-01T08:00:00.25Z",
                "dest=host-1 | count=1 | firstTime=2024-05-01T09:00:00Z | lastTime=2024-05-01T09:00:00Z",
            ])
        #expect(report.rules[0].severity == "high" && report.rules[0].techniques == ["T1059.001"])
        #expect(report.rules[0].tactics == ["Privilege Escalation"])
        #expect(report.summary.matchedEvents == 4)
    }

    @Test("every document has a status, and one that is wrong spoils no other")
    func statuses() async throws {
        let text =
            rule("good", "{s: {Image|contains: tool}, condition: s}")
            + rule("bad", "{s: {Image|contians: tool}, condition: s}")
            + rule("elsewhere", "{s: {Image: tool}, condition: s}", logsource: "{product: nowhere, service: none}")
            + rule("waiting", "{s: {Image|expand: '%tools%'}, condition: s}")
            + rule("bad and elsewhere", "{s: {Image|re: '('}, condition: s}", logsource: "{product: nowhere}")
        let all = try rules(text)
        let report = try await hunt(all, in: archive)
        let statuses = Dictionary(uniqueKeysWithValues: report.rules.map { ($0.rule.name, $0.status) })
        #expect(
            statuses == [
                "good": .compiled, "bad": .invalid, "elsewhere": .notGated, "waiting": .unsupported,
                "bad and elsewhere": .invalid,
            ])
        let reason = try #require(report.rules.first { $0.rule.name == "bad" }?.reason)
        #expect(reason.contains("detection.s.Image|contians") && reason.contains("rules.yml:"))
        #expect(rows(report).count == 3)
        let filled = try await hunt(
            try rules(text, placeholders: try HuntingTests.placeholders("tools: '*other.exe'")), in: archive)
        #expect(filled.rules.first { $0.rule.name == "waiting" }?.findings.count == 1)
    }

    @Test("matched events come with the names of the selections that they satisfy")
    func selections() async throws {
        let text = rule(
            "odd",
            "{tool: {Image|contains: tool}, empty: {CommandLine: ''}, enc: {CommandLine|contains: enc}, condition: tool}"
        )
        let report = try await hunt(try rules(text), in: archive) { $0.matchLimit = 100 }
        #expect(
            report.matches.all.map(\.selections) == [
                ["tool", "empty"], ["tool", "empty"], ["tool", "enc"], ["tool", "empty"],
            ])
        #expect(report.matches.all.map(\.line) == [1, 2, 3, 4])
    }

    @Test("what a rule could see is told by the fields of its events")
    func coverage() async throws {
        let text =
            rule("seen", "{s: {Image|contains: nothing}, condition: s}")
            + rule("unseen", "{s: {OriginalFileName: x}, condition: s}")
            + rule("either", "{s: [{OriginalFileName: x}, {CommandLine: x}], condition: s}")
            + rule("absent", "{s: {OriginalFileName: null, Image|contains: nothing}, condition: s}")
            + rule("none", "{s: {Image: x}, condition: s}", logsource: "{product: windows, category: image_load}")
        let plain = try await hunt(try rules(text), in: archive)
        #expect(plain.rules.allSatisfy { $0.coverage == nil })
        let report = try await hunt(try rules(text), in: archive) { $0.countsFields = true }
        #expect(
            report.rules.map(\.coverage?.verdict) == [.evaluated, .notEvaluable, .evaluated, .evaluated, .noEvents])
        #expect(report.rules[0].coverage?.events == 5)
        #expect(report.rules[2].coverage?.fields.map(\.events) == [0, 2])
        #expect(report.rules[0].coverage?.fields.map(\.events) == [5])
    }

    @Test("a field that has to exist and never does is one that can't be seen; one that is only ever null exists")
    func coverageOfExistence() async throws {
        let text =
            rule("never there", "{s: {NoSuchField|exists: true}, condition: s}")
            + rule("only null", "{s: {Nothing|exists: true}, condition: s}")
            + rule("not there", "{s: {NoSuchField|exists: false}, condition: s}")
        let report = try await hunt(
            try rules(text), in: process("h", "a", "2024-05-01 08:00:00", #","Nothing":null"#)
        ) { $0.countsFields = true }
        #expect(report.rules.map(\.coverage?.verdict) == [.notEvaluable, .evaluated, .evaluated])
        #expect(report.rules.map { $0.coverage?.fields.map(\.events) } == [[0], [0], [0]])
    }

    @Test("filters leave events out, and a filter that is wrong spoils no rule")
    func filters() async throws {
        let text =
            rule("tool", "{s: {Image|contains: tool}, condition: s}") + """
                ---
                title: known
                logsource: {product: windows}
                filter: {rules: [tool], s: {CommandLine|contains: enc}, condition: not s}
                ---
                title: broken
                logsource: {product: windows}
                filter: {rules: any, s: {CommandLine|re: '('}, condition: not s}

                """
        let report = try await hunt(try rules(text), in: archive)
        #expect(report.summary.matchedEvents == 3)
        #expect(report.rules.map(\.status).sorted { $0.rawValue < $1.rawValue } == [.compiled, .invalid])
    }
}

@Suite("Shared Sigma rules", .enabled(if: sharedFolder != nil, "no shared content on this machine"), .serialized)
struct SharedSigmaTests {
    @Test("with all rules loaded, each event of the regression data fires the rule that its file is named after")
    func regression() async throws {
        let folder = try #require(sharedFolder) + "/content/sigma"
        let pack = DetectionPack(paths: [folder])
        let schema = testSchema
        let all = HuntRule.rules(of: pack.sigma, schema: schema)
        #expect(all.filter { rule in if case .refused(.invalid, _) = rule.state { true } else { false } }.isEmpty)
        var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        options.matchLimit = .max
        options.threads = 2
        let hunter = try Hunter(rules: all, schema: schema, options: options)
        let archives = try ArchiveLocator().locate(paths: [folder + "/regression"])
        let report = await hunter.run(archives)
        var fired: Set<String> = []
        for match in report.matches.all {
            let name = match.archive.split(separator: "/").last.map { String($0.dropLast(6)) } ?? ""
            if name == match.rule.id { fired.insert(name) }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/regression").map {
            String($0.dropLast(6))
        }
        #expect(names.count > 100)
        #expect(names.filter { !fired.contains($0) }.sorted() == [])
    }
}
