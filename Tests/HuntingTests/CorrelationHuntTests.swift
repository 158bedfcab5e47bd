import Archives
import Events
import Foundation
import Hunting
import Schemas
import Sigma
import TestSupport
import Testing
import Values
import YAML

@Suite("Correlations in a hunt")
struct CorrelationHuntTests {
    private func rules(_ text: String) throws -> [HuntRule] {
        let file = SigmaFile(try YAMLStream(Array(text.utf8), file: "rules.yml").documents, file: "rules.yml")
        return HuntRule.rules(of: SigmaCollection([file]), schema: testSchema)
    }

    private func hunt(
        _ text: String, in archives: [String], _ adjust: (inout HuntOptions) -> Void = { _ in }
    ) async throws -> HuntReport {
        let folder = try TemporaryFolder()
        var paths: [String] = []
        for (index, archive) in archives.enumerated() {
            paths.append(try folder.write(archive, to: "\(index).jsonl"))
        }
        var options = HuntOptions(now: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        adjust(&options)
        let hunter = try Hunter(rules: try rules(text), schema: testSchema, options: options)
        return await hunter.run(try ArchiveLocator().locate(paths: paths))
    }

    private func event(_ minute: Int, _ image: String, user: String?, _ more: String = "") -> String {
        let name = user.map { #","User":"\#($0)""# } ?? ""
        return
            #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"H","Image":"C:\\\#(image).exe","#
            + #""UtcTime":"2024-05-01 10:\#(minute < 10 ? "0" : "")\#(minute):00"\#(name)\#(more)}"# + "\n"
    }

    private func rule(_ name: String) -> String {
        """
        ---
        title: \(name)
        name: \(name)
        logsource: {product: windows, category: process_creation}
        detection: {s: {Image|endswith: '\\\(name).exe'}, condition: s}

        """
    }

    private func correlation(_ name: String, _ body: String) -> String {
        "---\ntitle: \(name)\nname: \(name)\ncorrelation: \(body)\n"
    }

    private func found(_ report: HuntReport) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for rule in report.rules where rule.status == .compiled {
            found[rule.rule.name] = rule.findings.rows.map { row in
                zip(rule.findings.columns, row).map { "\($0)=\(shown($1))" }.joined(separator: " ")
            }
        }
        return found
    }

    @Test("a count of events has a row for each group, and its rule is silent unless it is told to speak")
    func counts() async throws {
        let events =
            (0..<4).map { event($0 * 4, "a", user: "ann") }.joined() + event(1, "a", user: "bob")
            + event(2, "a", user: nil)
        let body = "{type: event_count, rules: [a], group-by: [User], timespan: 8m, condition: {gte: 3}"
        let text = rule("a") + correlation("many", body + "}")
        let report = try await hunt(text, in: [events])
        #expect(
            found(report) == [
                "a": [],
                "many": ["User=ann count=2 firstTime=2024-05-01T10:00:00Z lastTime=2024-05-01T10:12:00Z"],
            ])
        #expect(report.summary.matchedEvents == 6)
        let speaking = try await hunt(rule("a") + correlation("many", body + ", generate: true}"), in: [events])
        #expect(found(speaking)["a"]?.count == 1)
        #expect(speaking.summary.matchedEvents == 6)
    }

    @Test("matches without a time are told once, also of correlations inside others")
    func timeless() async throws {
        let timeless = event(1, "a", user: "ann").replacingOccurrences(of: "UtcTime", with: "Other")
        let text =
            rule("a") + correlation("inner", "{type: event_count, rules: [a], timespan: 5m, condition: {gte: 1}}")
            + correlation("outer", "{type: temporal, rules: [inner, a], timespan: 5m}")
        let report = try await hunt(text, in: [timeless + timeless])
        #expect(report.limits.map(\.reason) == ["4 matches have no time, and so are in no window"])
    }

    @Test("ordered rules match in order of time, whatever order the archives are in", arguments: [1, 2])
    func ordered(threads: Int) async throws {
        let late = event(5, "b", user: "ann") + event(7, "b", user: "bob")
        let early = event(3, "a", user: "ann") + event(9, "a", user: "bob")
        let text =
            rule("a") + rule("b")
            + correlation("then", "{type: temporal_ordered, rules: [a, b], group-by: [User], timespan: 5m}")
        let expected = ["User=ann count=1 firstTime=2024-05-01T10:03:00Z lastTime=2024-05-01T10:05:00Z"]
        for archives in [[late, early], [early, late], [late + early]] {
            for memory in [1 << 24, 1] {
                let report = try await hunt(text, in: archives) {
                    $0.threads = threads
                    $0.resultMemory = memory
                    $0.archives.chunkSize = 64
                }
                #expect(found(report)["then"] == expected)
            }
        }
    }

    @Test("with events come those in the windows that hold, each once and in input order", arguments: [1, 2])
    func events(threads: Int) async throws {
        let first =
            event(5, "b", user: "ann") + event(7, "b", user: "bob") + event(8, "b", user: "ann")
            + event(30, "a", user: "ann")
        let second = event(3, "a", user: "ann") + event(9, "a", user: "bob") + event(4, "a", user: "ann")
        let text =
            rule("a") + rule("b")
            + correlation("then", "{type: temporal_ordered, rules: [a, b], group-by: [User], timespan: 5m}")
        for memory in [1 << 24, 1] {
            let report = try await hunt(text, in: [first, second]) {
                $0.threads = threads
                $0.resultMemory = memory
                $0.archives.chunkSize = 64
                $0.matchLimit = 100
            }
            #expect(report.matches.all.map(\.rule.name) == Array(repeating: "then", count: 4))
            #expect(
                report.matches.all.map { "\($0.archive.suffix(7)):\($0.line)" }
                    == ["0.jsonl:1", "0.jsonl:3", "1.jsonl:1", "1.jsonl:3"])
            #expect(report.matches.all.first?.event == Text(String(event(5, "b", user: "ann").dropLast())))
        }
        let few = try await hunt(text, in: [first, second]) { $0.matchLimit = 1 }
        #expect(few.matches.count == 1)
    }

    @Test("windows that hold are matches for a correlation around them, and aliases name fields")
    func chained() async throws {
        let events =
            (0..<6).map { event($0, "a", user: "ann") }.joined()
            + event(20, "b", user: nil, #","ParentUser":"ann""#)
        let text =
            rule("a") + rule("b")
            + correlation(
                "burst", "{type: event_count, rules: [a], group-by: [User], timespan: 10m, condition: {gte: 5}}")
            + correlation(
                "burst then b",
                "{type: temporal_ordered, rules: [burst, b], group-by: [who], timespan: 1h,"
                    + " aliases: {who: {burst: User, b: ParentUser}}}")
        let report = try await hunt(text, in: [events])
        #expect(
            found(report)["burst then b"]
                == ["who=ann count=1 firstTime=2024-05-01T10:04:00Z lastTime=2024-05-01T10:20:00Z"])
        #expect(found(report)["burst"] == [])
    }

    @Test("conditions that count in the deprecated form count")
    func deprecatedForm() async throws {
        let events =
            ["ann", "bob", "ann", "eve"].enumerated().map { event($0, "a", user: $1) }.joined()
            + event(9, "b", user: "ann")
        func counting(_ condition: String, _ selections: String = "") -> String {
            """
            ---
            title: counting
            logsource: {product: windows, category: process_creation}
            detection: {s: {Image|endswith: a.exe}, \(selections) timeframe: 10m, condition: '\(condition)'}

            """
        }
        let distinct = try await hunt(counting("s | count(User) > 2"), in: [events])
        #expect(found(distinct)["counting"] == ["count=1 firstTime=2024-05-01T10:00:00Z lastTime=2024-05-01T10:03:00Z"])
        let grouped = try await hunt(counting("s | count() by User >= 2"), in: [events])
        #expect(
            found(grouped)["counting"]
                == ["User=ann count=1 firstTime=2024-05-01T10:00:00Z lastTime=2024-05-01T10:02:00Z"])
        let near = try await hunt(counting("s | near b", "b: {Image|endswith: b.exe},"), in: [events])
        #expect(found(near)["counting"] == ["count=1 firstTime=2024-05-01T10:00:00Z lastTime=2024-05-01T10:09:00Z"])
    }

    @Test("a correlation of rules that can't run does not run either, and says why")
    func refused() async throws {
        let nowhere = rule("a").replacing("windows", with: "nowhere")
        let text = rule("b") + nowhere + correlation("c", "{type: temporal, rules: [a, b], timespan: 5m}")
        let all = try rules(text)
        let refused = try #require(all.first { $0.identity.name == "c" })
        guard case .refused(.unsupported, let reason) = refused.state else {
            Issue.record("it runs")
            return
        }
        #expect(reason.contains("logsource"))
        // What it would have been told of is told as ever.
        #expect(all.filter { $0.identity.name == "b" }.map(\.isSilent) == [false])
    }

    @Test("what a correlation could see is told by the fields that it groups by and counts, too")
    func coverage() async throws {
        let text =
            rule("a")
            + correlation(
                "by none", "{type: event_count, rules: [a], group-by: [No], timespan: 1h, condition: {gte: 1}}")
            + correlation(
                "by user", "{type: event_count, rules: [a], group-by: [User], timespan: 1h, condition: {gte: 1}}")
            + correlation(
                "of none",
                "{type: value_count, rules: [a], group-by: [User], timespan: 1h, condition: {gte: 1, field: No}}")
            + correlation(
                "few of none",
                "{type: value_count, rules: [a], group-by: [User], timespan: 1h, condition: {lt: 1, field: No}}")
            + correlation(
                "by alias",
                "{type: event_count, rules: [a], group-by: [who], timespan: 1h, condition: {gte: 1}, "
                    + "aliases: {who: {a: No}}}")
            + correlation("inner", "{type: event_count, rules: [a], timespan: 1h, condition: {gte: 1}}")
            + correlation(
                "around by none",
                "{type: event_count, rules: [inner], group-by: [No], timespan: 1h, condition: {gte: 1}}")
            + correlation(
                "around by user",
                "{type: event_count, rules: [inner], group-by: [User], timespan: 1h, condition: {gte: 1}}")
        let report = try await hunt(text, in: [event(0, "a", user: "ann")]) { $0.countsFields = true }
        var told: [String: String] = [:]
        for rule in report.rules where rule.rule.name != "a" {
            let coverage = try #require(rule.coverage)
            told[rule.rule.name] =
                "\(coverage.verdict.rawValue) \(coverage.fields.map { "\($0.name)=\($0.events)" }.joined(separator: " "))"
        }
        #expect(
            told == [
                "by none": "not_evaluable Image=1 No=0", "by user": "evaluated Image=1 User=1",
                "of none": "not_evaluable Image=1 User=1 No=0", "few of none": "evaluated Image=1 User=1 No=0",
                "by alias": "not_evaluable Image=1 No=0", "inner": "evaluated Image=1",
                "around by none": "not_evaluable Image=1 No=0", "around by user": "evaluated Image=1 User=1",
            ])
    }

    @Test("a correlation over several rules could see nothing only where its condition needs one that saw nothing")
    func coverageOfConditions() async throws {
        let unseen = rule("c").replacing("process_creation", with: "dns_query")
        let conditions = [
            ("and", "c and a"), ("or", "c or a"), ("not", "a and not c"), ("several", "1 of *"), ("all", "all of *"),
        ]
        let text =
            rule("a") + rule("b") + unseen
            + conditions.map { name, condition in
                correlation(name, "{type: temporal, rules: [a, c], timespan: 1h, condition: \(condition)}")
            }.joined()
            + correlation("none", "{type: temporal, rules: [a, c], timespan: 1h}")
            + correlation("one", "{type: temporal_ordered, rules: [a, c], timespan: 1h, condition: {gte: 1}}")
            + correlation("twice", "{type: event_count, rules: [a, b], timespan: 1h, condition: {gte: 1}}")
        let report = try await hunt(text, in: [event(0, "a", user: "ann") + event(1, "b", user: "bob")]) {
            $0.countsFields = true
        }
        var told: [String: String] = [:]
        for rule in report.rules { told[rule.rule.name] = rule.coverage?.verdict.rawValue }
        #expect(
            told == [
                "a": "evaluated", "b": "evaluated", "c": "no_events", "and": "no_events", "or": "evaluated",
                "not": "evaluated",
                "several": "evaluated", "all": "no_events", "none": "no_events", "one": "evaluated",
                "twice": "evaluated",
            ])
        let unfed = try await hunt(text, in: [#"{"EventID":4625,"Channel":"Security"}"#]) { $0.countsFields = true }
        #expect(unfed.rules.allSatisfy { $0.coverage?.verdict == .noEvents })
        // An event that two of its rules read is one event.
        #expect(report.rules.first { $0.rule.name == "twice" }?.coverage?.events == 2)
    }

    @Test("a match is in no more groups, and has no more values, than the limits allow, and the rest is told")
    func manyValues() async throws {
        let names = (0..<1_200).map { "\"u\($0)\"" }.joined(separator: ",")
        let event =
            #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"2024-05-01 10:00:00","#
            + #""Image":"\\a.exe","User":[\#(names)],"Other":[\#(names)]}"#
        let text =
            rule("a")
            + correlation(
                "groups", "{type: event_count, rules: [a], group-by: [User], timespan: 1h, condition: {gte: 1}}")
            + correlation("values", "{type: value_count, rules: [a], timespan: 1h, condition: {eq: 1200, field: User}}")
            + correlation(
                "pairs", "{type: value_count, rules: [a], timespan: 1h, condition: {eq: 10000, field: [User, Other]}}")
        let report = try await hunt(text, in: [event])
        let counts = Dictionary(uniqueKeysWithValues: report.rules.map { ($0.rule.name, $0.findings.count) })
        #expect(counts == ["a": 0, "groups": 1_000, "values": 1, "pairs": 1])
        #expect(Set(report.limits.map(\.rule.name)) == ["groups", "pairs"])
    }

    @Test("a correlation that is not wanted silences no rule")
    func notWanted() throws {
        let text =
            rule("a") + rule("b")
            + correlation("inner", "{type: event_count, rules: [a], timespan: 5m, condition: {gte: 1}}")
            + correlation("outer", "{type: temporal, rules: [inner, b], timespan: 5m}")
        let file = SigmaFile(try YAMLStream(Array(text.utf8), file: "rules.yml").documents, file: "rules.yml")
        func silent(without name: String?) throws -> [String] {
            HuntRule.rules(of: SigmaCollection([file]), schema: testSchema) { $0.name != name }
                .filter(\.isSilent).map(\.identity.name)
        }
        #expect(try silent(without: nil) == ["a", "b", "inner"])
        #expect(try silent(without: "outer") == ["a"])
        // What the outer one needs of the inner one it still needs.
        #expect(try silent(without: "inner") == ["a", "b"])
    }
}
