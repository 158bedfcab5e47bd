import Foundation
import Testing

@Suite("Sigma rules on the command line", .serialized)
struct SigmaCommandTests {
    private let scratch: ScratchFolder
    private var folder: URL { scratch.url }

    init() throws {
        scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appendingPathComponent("sigma"), withIntermediateDirectories: true)
        try scratch.write(
            rule("first", "level: low\nstatus: stable\ntags: [attack.execution]", "Image: a.exe"), "sigma/first.yml")
        try scratch.write(
            rule(
                "second", "level: high\nstatus: test\ntags: [attack.t1059.001, attack.defense-evasion]",
                "Image|expand: '%tools%'"),
            "sigma/second.yml")
        try scratch.write(rule("third", "level: critical", "Image|endswith|foo: a.exe"), "sigma/third.yml")
        try scratch.write(rule("fourth", "level: critical", "Image: a.exe", "product: nowhere"), "sigma/fourth.yml")
        try scratch.write("title: broken\nlogsource: {product: windows}\ndetection: [", "sigma/broken.yml")
        try scratch.write("tools: ['b*', c.exe]\n", "values.yml")
        try scratch.write(
            ["a.exe", "b1.exe", "c.exe"].map {
                #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"h","Image":"\#($0)"}"#
            }.joined(separator: "\n"), "archive.jsonl")
    }

    private func rule(_ name: String, _ header: String, _ item: String, _ product: String = "product: windows")
        -> String
    {
        """
        title: The \(name)
        id: \(name)
        \(header)
        logsource: {\(product), category: process_creation}
        detection:
          selection: {\(item)}
          condition: selection
        """
    }

    /// The records of a hunt, and its exit status.
    private func hunt(_ arguments: String...) throws -> (records: [[String: Any]], status: Int32, complaint: String) {
        let result = try Program.run(
            ["hunt", "--rules", folder.path + "/sigma", folder.path + "/archive.jsonl", "--format", "jsonl"] + arguments
        )
        let records = result.output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        return (records, result.status, result.complaint)
    }

    private func found(_ records: [[String: Any]]) -> [String] {
        records.filter { $0["type"] as? String == "finding" }.compactMap {
            ($0["rule"] as? [String: Any])?["id"] as? String
        }
    }

    @Test("a folder of rules runs, and what can't is told with its reason")
    func statuses() throws {
        let (records, status, _) = try hunt("--rule-status")
        #expect(status == 0)
        #expect(found(records) == ["first"])
        var statuses: [String: String] = [:]
        for record in records where record["type"] as? String == "rule" {
            let name = (record["rule"] as? [String: Any])?["name"] as? String ?? ""
            statuses[name] = record["status"] as? String
            if name == "The third" { #expect((record["reason"] as? String)?.contains("Image|endswith|foo") == true) }
            if name == "The second" { #expect((record["reason"] as? String)?.contains("%tools%") == true) }
        }
        #expect(
            statuses.filter { $0.key.hasPrefix("The") } == [
                "The first": "compiled", "The second": "unsupported", "The third": "invalid", "The fourth": "not_gated",
            ])
        #expect(statuses.count == 5)
    }

    @Test("rules are chosen by level, status, tag and name, and placeholders have values from a file")
    func choice() throws {
        let values = ["--placeholders", folder.path + "/values.yml"]
        func ids(_ arguments: String...) throws -> [String] {
            let result = try Program.run(
                ["hunt", "--rules", folder.path + "/sigma", folder.path + "/archive.jsonl", "--format", "jsonl"]
                    + values
                    + arguments)
            let records = result.output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
            return found(records)
        }
        #expect(try ids() == ["first", "second"])
        #expect(try ids("--level", "high") == ["second"])
        #expect(try ids("--level", "high+") == ["second"])
        #expect(try ids("--level", "Informational") == ["first", "second"])
        #expect(try ids("--level", "=low") == ["first"])
        #expect(try ids("--level", "=medium") == [])
        #expect(try ids("--level", "low", "--level", "critical") == ["first"])
        #expect(try ids("--level", "low,medium") == ["first"])
        #expect(try ids("--status", "stable") == ["first"])
        #expect(try ids("--tags", "attack.t1059*") == ["second"])
        #expect(try ids("--tags", "attack.defense_evasion") == ["second"])
        #expect(try ids("--tags", "attack.t1059_001") == [])
        // The tactics of detections are those of their techniques.
        for (tag, status) in [("attack.execution", 0), ("attack.Exec*", 0), ("attack.impact", 2)] as [(String, Int32)] {
            #expect(try Program.run(["hunt", "--tags", tag, folder.path + "/archive.jsonl"]).status == status)
        }
        #expect(try ids("--exclude", "the F*") == ["second"])
        #expect(try ids("--exclude", "first", "--exclude", "SECOND") == [])
        #expect(try Program.run(["hunt", "--level", "huge", "x"]).status == 2)
    }

    @Test("a level, status, tag or name that no rule has is told with those that there are")
    func unmatched() throws {
        func told(_ arguments: String...) throws -> Program.Result {
            try Program.run(
                ["hunt", "--rules", folder.path + "/sigma", folder.path + "/archive.jsonl", "--format", "jsonl"]
                    + arguments)
        }
        let exclude = try told("--exclude", "nosuch", "--exclude", "first")
        #expect(exclude.status == 2, "of those that are left none can run")
        #expect(exclude.complaint.contains("warning: --exclude nosuch: no rule has this id, name or title"))
        #expect(!exclude.complaint.contains("--exclude first"))
        let tags = try told("--tags", "nosuch", "--tags", "attack.exec*")
        #expect(tags.status == 0)
        #expect(
            tags.complaint.contains(
                "--tags nosuch: no rule has this tag; there are attack.defense-evasion (1), attack.execution (1), attack.t1059.001 (1)"
            ),
            "\(tags.complaint)")
        let level = try told("--level", "=medium")
        #expect(level.status == 2)
        let levels = "--level =medium: no rule is of this level; there are critical (2), high (1), low (1)"
        #expect(level.complaint.contains(levels), "\(level.complaint)")
        #expect(level.complaint.contains("--level leaves none of the 5 rules in \(folder.path)/sigma\n"))
        let status = try Program.run(["rules", "check", folder.path + "/sigma", "--status", "stable,odd"])
        #expect(
            status.complaint.contains("--status odd: no rule has this status; there are stable (1), test (1)"),
            "\(status.complaint)")
        #expect(try !told("--level", "low", "--tags", "attack.execution").complaint.contains("no rule"))
    }

    @Test("a logsource, its fields and a field of a known one are added with files of one's own")
    func ownLogsources() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("schemas"), withIntermediateDirectories: true)
        try scratch.write(
            """
            logsources:
              - product: nowhere
                category: process_creation
                sources:
                  - when: [{kind: [start], program: []}]
                    fields: {Image: program}
              - {product: windows, category: process_creation, add: true, fields: {Image: [Image, program]}}
            """, "schemas/own.yml")
        try scratch.write(
            #"{"kind":"start","program":"a.exe","host":"h"}"# + "\n" + #"{"kind":"end","program":"a.exe"}"#,
            "archive.jsonl")
        let schemas = ["--schemas", folder.path + "/schemas"]
        #expect(found(try hunt("--schemas", schemas[1]).records) == ["fourth"])
        #expect(found(try hunt().records) == [])
        let check = try Program.run(["rules", "check", folder.path + "/sigma", "--format", "jsonl"] + schemas)
        #expect(check.output.contains(#""not_gated":0"#))
        try scratch.write(
            #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"h","program":"a.exe"}"#,
            "archive.jsonl")
        #expect(found(try hunt("--schemas", schemas[1]).records) == ["first"])
        try scratch.write("logsources:\n  - {product: nowhere, sorces: []}\n", "schemas/own.yml")
        let wrong = try hunt("--schemas", schemas[1])
        #expect(wrong.status == 2 && wrong.complaint.contains("own.yml:2") && wrong.complaint.contains("`sorces`"))
    }

    @Test("a profile tells what each rule that ran has cost")
    func profile() throws {
        let (records, status, complaint) = try hunt("--profile-rules", "--no-prefilter")
        #expect(status == 0 && found(records) == ["first"])
        let profiles = records.filter { $0["type"] as? String == "profile" }
        #expect(profiles.compactMap { ($0["rule"] as? [String: Any])?["id"] as? String } == ["first"])
        let counts = ["gated_events", "evaluated", "matched"].map { profiles.first?[$0] as? Int }
        #expect(counts == [3, 1, 1])
        #expect(complaint.contains("evaluated") && complaint.contains("The first"))
        #expect(try hunt().records.allSatisfy { $0["type"] as? String != "profile" })
    }

    @Test("the summary counts rules by what became of them")
    func outcomes() throws {
        let summary = try #require(try hunt("--rule-status").records.last)
        let names = ["unsupported", "invalid", "not_gated", "evaluated", "no_events", "not_evaluable"]
        #expect(names.map { summary[$0] as? Int } == [1, 2, 1, 1, 0, 0])
        #expect(try hunt().records.last?["evaluated"] == nil)
    }

    @Test("an explanation tells of each logsource which events are of it, and which rules nothing is required for")
    func explanation() throws {
        try scratch.write(rule("fifth", "level: low", "Image|re: '.'"), "sigma/fifth.yml")
        let text = try Program.run(["hunt", "--rules", folder.path + "/sigma", "--explain"]).output
        let lines = text.split(separator: "\n").map(String.init)
        let start = try #require(
            lines.firstIndex { $0.hasPrefix("logsource product=windows category=process_creation: 2 rules") })
        let own = lines[start...]
        #expect(own.contains("  events: channel Microsoft-Windows-Sysmon/Operational; EventID 1"))
        #expect(own.contains("  fields, and how many rules read each: Image (2)"))
        #expect(own.contains("  in every event of it: 2 rules, 2 tests of 1 field"))
        let none = try #require(lines.firstIndex { $0.hasPrefix("not gated: ") })
        #expect(
            Array(lines[(none + 1)...(none + 2)]) == [
                "  logsource product=nowhere category=process_creation", "    The fourth",
            ])
    }

    @Test("an explanation tells the same of datasets and of events as they are")
    func explanationOfSearches() throws {
        let dataset =
            "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=odd.exe by Processes.dest"
        for (search, heading, group) in [
            (dataset, "dataset Endpoint.Processes", "  in every event of it: 1 rule, 1 test of 1 field"),
            (
                "EventID=4625 TargetUserName=odd | stats count", "events",
                "  where EventID is 4625: 1 rule, 2 tests of 2 fields"
            ),
        ] {
            let lines = try Program.run(["search", search, "--explain"]).output.split(separator: "\n").map(String.init)
            let start = try #require(lines.firstIndex(of: heading), "\(lines)")
            #expect(lines[start + 1] == group)
            #expect(lines[start + 3] == "      search")
        }
    }

    @Test("rules check tells where an invalid rule is wrong")
    func check() throws {
        let result = try Program.run(["rules", "check", folder.path + "/sigma", "--format", "jsonl"])
        #expect(result.status == 1)
        let third = try #require(result.output.split(separator: "\n").first { $0.contains("The third") })
        #expect(third.contains(#""path":"detection.selection.Image|endswith|foo""#))
        #expect(third.contains(#""status":"invalid""#) && third.contains(#""line":6"#))
        #expect(result.output.contains(#""not_gated":1"#))
    }
}
