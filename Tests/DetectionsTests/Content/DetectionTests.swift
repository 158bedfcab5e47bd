import Testing
import YAML

@testable import Detections

@Suite struct DetectionTests {
    @Test("every key of a document with observables is read")
    func observables() throws {
        let (detection, problems) = try Samples.detection(Samples.observables)
        #expect(problems.isEmpty)
        #expect(detection.name == "Shell Started by Print Spooler")
        #expect(detection.id == "3f0c6a53-2b4e-4d15-9a8e-8f2f4b0b7a11")
        #expect(detection.version == 7)
        #expect(detection.date == "2024-05-06")
        #expect(detection.author == "A. Analyst")
        #expect(detection.status == .experimental)
        #expect(detection.type == .ttp)
        #expect(detection.dataSources == ["Sysmon EventID 1"])
        #expect(detection.search.hasPrefix("| tstats count"))
        #expect(detection.search.hasSuffix("`drop_dm_object_name(Processes)`"))
        #expect(detection.searchMark == YAMLMark(line: 11, column: 9))
        #expect(detection.references.count == 2)
        #expect(detection.analyticStories == ["Printers"])
        #expect(detection.techniques == ["T1047", "T1059.001"])
        #expect(detection.cves == ["CVE-2021-34527"])
        #expect(detection.securityDomain == "endpoint")
        #expect(detection.assetType == "Endpoint")
        #expect(detection.impact == 70)
        #expect(detection.confidence == 80)
        #expect(detection.riskScore == 56)
        #expect(detection.severity == .medium)
        #expect(detection.searchName == "ESCU - Shell Started by Print Spooler - Rule")
        #expect(detection.identity == RuleIdentity(id: detection.id, name: detection.name, kind: .escu))
        #expect(detection.observables.count == 4)
        #expect(
            detection.riskObjects == [
                .init(field: "dest", kind: .system, score: 56), .init(field: "user", kind: .user, score: 56),
                .init(field: "session", kind: .other, score: 56),
            ])
        #expect(detection.threatObjects == [.init(field: "process_name", type: "process_name")])
        #expect(detection.drilldowns.map(\.name) == ["Results for $dest$"])
        #expect(detection.tests.first?.data.first?.sourcetype == "XmlWinEventLog")
    }

    @Test("a risk block gives objects their own scores, and the detection the highest")
    func riskBlock() throws {
        let (detection, problems) = try Samples.detection(Samples.riskBlock)
        #expect(problems.isEmpty)
        #expect(detection.message == "$user$ wrote $registry_path$")
        #expect(
            detection.riskObjects == [
                .init(field: "dest", kind: .system, score: 40), .init(field: "user", kind: .user, score: 25),
            ])
        #expect(detection.threatObjects == [.init(field: "registry_path", type: "registry_path")])
        #expect(detection.riskScore == 40)
    }

    @Test("findings and intermediate findings are read, with keys at the top that used to be tags")
    func findings() throws {
        let (detection, problems) = try Samples.detection(
            """
            name: N
            id: I
            type: TTP
            search: s
            finding:
              title: $user$ did it
              entity: {field: user, type: user, score: 50}
            intermediate_findings:
              entities:
              - {field: user, type: user, score: 20, message: not again}
              - {field: dest, type: system, score: 30, message: on $dest$}
            threat_objects:
            - {field: url, type: url}
            security_domain: network
            mitre_attack_id: [T1190]
            """)
        #expect(problems.isEmpty)
        #expect(detection.message == "$user$ did it")
        #expect(
            detection.riskObjects == [
                .init(field: "user", kind: .user, score: 50),
                .init(field: "dest", kind: .system, score: 30, message: "on $dest$"),
            ])
        #expect(detection.threatObjects.map(\.field) == ["url"])
        #expect(detection.securityDomain == "network")
        #expect(detection.techniques == ["T1190"])
        #expect(detection.riskScore == 50)
    }

    @Test(
        "the stated risk score counts, and one that does not add up is noted",
        arguments: [
            ("impact: 90, confidence: 70, risk_score: 63", 63.0, false),
            ("impact: 75, confidence: 75, risk_score: 56.25", 56.25, false),
            ("impact: 75, confidence: 75, risk_score: 56", 56, false),
            ("impact: 80, confidence: 80, risk_score: 25", 25, true),
            ("impact: 75, confidence: 75", 56, false),
            ("impact: '50', confidence: 50", 25, false),
            ("risk_score: 10", 10, false),
        ])
    func riskScore(tags: String, score: Double, isNoted: Bool) throws {
        let (detection, problems) = try Samples.detection("{name: N, id: I, type: TTP, search: s, tags: {\(tags)}}")
        #expect(detection.riskScore == score)
        #expect(problems.contains { $0.severity == .note && $0.reason.contains("risk_score") } == isNoted)
    }

    @Test(
        "a score that is no number anybody meant is none, and told",
        arguments: ["1e19", "1e300", ".inf", "99999999999999999"])
    func hugeScore(score: String) throws {
        let (detection, problems) = try Samples.detection(
            "{name: N, id: I, type: TTP, search: s, tags: {risk_score: \(score)}}")
        #expect(detection.riskScore == nil)
        #expect(problems.contains { $0.severity == .warning && $0.reason.contains("risk_score") })
    }

    @Test("a document without a score has none")
    func noScore() throws {
        let (detection, _) = try Samples.detection("{name: N, id: I, type: TTP, search: s}")
        #expect(detection.riskScore == nil)
        #expect(detection.severity == nil)
    }

    @Test(
        "a missing or empty name or search is an error that says which",
        arguments: [
            ("{id: I, search: s}", "name"), ("{name: N, search: }", "search"), ("{name: N, search: ''}", "search"),
            ("{name: [N], search: s}", "name"), ("{name: N, search: {a: b}}", "search"),
            ("{name: N, how_to_implement: x}", "search"),
        ])
    func required(text: String, key: String) {
        let contents = DetectionLoader().load(text: text, file: "f.yml")
        #expect(contents.detections.isEmpty)
        let problem = contents.problems.first
        #expect(problem?.severity == .error)
        #expect(problem?.description.hasPrefix("f.yml:1:") == true)
        #expect(problem?.reason.contains("key \(key) ") == true)
    }

    @Test("keys of the wrong kind are noted with their place, and the rest is read")
    func wrongKinds() throws {
        let (detection, problems) = try Samples.detection(
            """
            name: N
            search: s
            references: https://example.org
            description: [a, b]
            version: many
            type: Something
            tags:
              cve: {a: b}
              observable: [text]
              unknown: fine
            tests: []
            more: fine
            """)
        #expect(detection.references == ["https://example.org"])
        #expect(detection.description.isEmpty)
        #expect(detection.version == nil)
        #expect(detection.type == nil)
        #expect(detection.id == "N")
        #expect(detection.cves.isEmpty)
        #expect(
            Set(problems.compactMap { $0.reason.split(separator: " ").first.map(String.init) }) == [
                "id", "description", "version", "type", "tags.cve", "tags.observable",
            ])
        #expect(problems.first { $0.reason.hasPrefix("tags.cve") }?.mark == YAMLMark(line: 8, column: 3))
        #expect(problems.allSatisfy { $0.severity != .error })
    }

    @Test(
        "severity steps are those of ESCU",
        arguments: [
            (0.0, Severity.informational), (20, .informational), (21, .low), (40, .low), (41, .medium), (60, .medium),
            (63, .high), (80, .high), (81, .critical), (100, .critical), (500, .critical),
        ])
    func severity(score: Double, expected: Severity) {
        #expect(Severity(riskScore: score) == expected)
    }

    @Test(
        "observables become risk and threat objects by role and type",
        arguments: [
            ("Endpoint", "Victim", "system", ""), ("IP Address", "Victim", "system", ""),
            ("User", "Victim", "user", ""),
            ("Email Address", "Victim", "user", ""), ("URL String", "Victim", "other", ""),
            ("User", "Target", "other", ""),
            ("Process", "Attacker", "", "process"), ("File Name", "Attacker", "", "file_name"),
            ("IP Address", "Attacker", "", "ip_address"), ("Unknown", "Attacker", "", "other"),
        ])
    func roles(type: String, role: String, risk: String, threat: String) throws {
        let (detection, _) = try Samples.detection(
            "{name: N, search: s, tags: {observable: [{name: f, type: \(type), role: [\(role)]}]}}")
        #expect(detection.riskObjects.map(\.kind.rawValue) == (risk.isEmpty ? [] : [risk]))
        #expect(detection.threatObjects.map(\.type) == (threat.isEmpty ? [] : [threat]))
    }

    @Test("the detection that ships is whole")
    func builtIn() throws {
        let contents = DetectionLoader().load(["builtin:"])
        #expect(contents.problems.isEmpty)
        let detection = try #require(contents.detections.first)
        #expect(detection.name == "Remote Process Instantiation via WMI and PowerShell")
        #expect(detection.type == .ttp)
        #expect(detection.version == 4)
        #expect(detection.techniques == ["T1047"])
        #expect(detection.riskScore == 63)
        #expect(detection.severity == .high)
        #expect(detection.riskObjects.map(\.field) == ["dest", "user"])
        #expect(detection.search.contains("Processes.process=\"*Invoke-WmiMethod*\""))
        #expect(detection.message.contains("$dest by"))
    }
}
