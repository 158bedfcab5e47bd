import Archives
import Detections
import Events
import Foundation
import Hunting
import Schemas
import TestSupport
import Testing

/// Risk-based alerting as a whole: detections give risk to hosts and users, and detections over the risk of this hunt find
/// those that several of them agree on.
@Suite("Detections over the risk of the same hunt")
struct RiskHuntTests {
    private static let enrichment = """
        mitre_id,technique,tactics,groups
        T1112,Modify Registry,Defense Evasion,no
        T1068,Exploitation,Privilege Escalation|Persistence,no

        """

    private static func detection(_ name: String, _ type: String, _ search: String, _ rest: String) -> String {
        "name: \(name)\nid: \(name)\ntype: \(type)\nstatus: production\nsearch: '\(search)'\n\(rest)\n"
    }

    private static func processes(_ name: String) -> String {
        "| tstats count min(_time) as firstTime from datamodel=Endpoint.Processes where Processes.process_name=\(name) "
            + "by Processes.dest Processes.user | `drop_dm_object_name(Processes)`"
    }

    private static let files = [
        // The old form: observables, and one score for all.
        "observables.yml": detection(
            "Odd Alpha", "TTP", processes("alpha.exe"),
            """
            tags:
              analytic_story: [Odd Tools]
              mitre_attack_id: [T1068]
              message: alpha on $dest$
              risk_score: 30
              observable:
              - {name: dest, type: Hostname, role: [Victim]}
              - {name: user, type: User, role: [Victim]}
            """),
        // A score for each object.
        "rba.yml": detection(
            "Odd Beta", "Anomaly", processes("beta.exe"),
            """
            rba:
              message: beta by $user$
              risk_objects:
              - {field: dest, type: system, score: 25}
              - {field: user, type: user, score: 7}
              threat_objects: []
            tags: {analytic_story: [Odd Tools], mitre_attack_id: [T1112]}
            """),
        // The newest form.
        "finding.yml": detection(
            "Odd Gamma", "TTP", processes("gamma.exe"),
            """
            finding:
              title: gamma on $dest$
              entity: {field: dest, type: system, score: 45}
            intermediate_findings:
              entities:
              - {field: user, type: user, score: 11, message: gamma by $user$}
            tags: {analytic_story: [Odd Tools, Others], mitre_attack_id: [T1068, T1112]}
            """),
        // Hunting detections give no risk.
        "hunting.yml": detection(
            "Odd Delta", "Hunting", processes("delta.exe"),
            """
            tags:
              analytic_story: [Odd Tools]
              risk_score: 99
              observable: [{name: dest, type: Hostname, role: [Victim]}]
            """),
        "hosts.yml": detection(
            "Odd Hosts", "Correlation",
            """
            | tstats min(_time) as firstTime sum(All_Risk.calculated_risk_score) as risk_score,
            count(All_Risk.calculated_risk_score) as risk_event_count,
            values(All_Risk.annotations.mitre_attack.mitre_technique_id) as techniques,
            dc(All_Risk.annotations.mitre_attack.mitre_tactic_id) as tactic_count, values(source) as source,
            dc(source) as source_count from datamodel=Risk.All_Risk
            where All_Risk.analyticstories="Odd Tools" All_Risk.risk_object_type="system"
            by All_Risk.risk_object All_Risk.risk_object_type | `drop_dm_object_name(All_Risk)`
            | where source_count >= 3
            """.split(separator: "\n").joined(separator: " "), "tags: {analytic_story: [Odd Tools]}"),
        // The risk index itself, as a search has it that goes around the data model.
        "index.yml": detection(
            "Odd Index", "Correlation",
            "index=risk risk_object_type=system | stats sum(risk_score) as score dc(source) as sources by risk_object",
            "tags: {analytic_story: [Odd Tools]}"),
        // What no risk event has is no field that could be filled.
        "filled.yml": detection(
            "Odd Filled", "Correlation",
            "index=risk | fillnull | stats sum(risk_score) as score by repository",
            "tags: {analytic_story: [Odd Tools]}"),
        // Not all that this takes has to be in that index: no event of an archive is held against it.
        "indexes.yml": detection(
            "Odd Indexes", "Hunting", "(index=risk OR index=main) Image=*delta.exe | stats count by User",
            "tags: {analytic_story: [Odd Tools]}"),
        // Risk of the hosts that a search over events has found.
        "joined.yml": detection(
            "Odd Joined", "Correlation",
            "Image=*delta.exe | rename Computer AS risk_object | stats count by risk_object"
                + " | join risk_object [search index=risk | stats sum(risk_score) as score by risk_object]",
            "tags: {analytic_story: [Odd Tools]}"),
        "conditioned.yml": detection(
            "Odd Conditioned", "Correlation",
            "Image=*delta.exe [search index=risk risk_object_type=system | rename risk_object AS Computer"
                + " | fields Computer] | stats count by Computer", "tags: {analytic_story: [Odd Tools]}"),
        // Times that it names itself.
        "later.yml": detection(
            "Odd Later", "Correlation", "index=risk earliest=1714557700 | stats count by risk_object",
            "tags: {analytic_story: [Odd Tools]}"),
        "users.yml": detection(
            "Odd Users", "Correlation",
            """
            | tstats sum(All_Risk.calculated_risk_score) as risk_score values(All_Risk.risk_message) as message
            from datamodel=Risk.All_Risk
            where All_Risk.annotations.mitre_attack.mitre_tactic IN ("persistence", "privilege-escalation")
            All_Risk.risk_object_type=user by All_Risk.normalized_risk_object
            All_Risk.annotations.mitre_attack.mitre_tactic | `drop_dm_object_name(All_Risk)`
            """.split(separator: "\n").joined(separator: " "), "tags: {analytic_story: [Odd Tools]}"),
    ]

    private func event(_ host: String, _ user: String, _ name: String, minute: Int) -> String {
        EventShape.nxlog.line(
            EventRecord(
                kind: .windows(
                    channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon", id: "1"),
                host: host,
                data: [
                    "Image": "C:\\a\\\(name).exe", "User": user, "UtcTime": "2024-05-01 10:0\(minute):00.000",
                ]), seed: 7) + "\n"
    }

    private func hunt(_ events: String, in folder: TemporaryFolder) async throws -> [String: [String]] {
        for name in ["/detections", "/lookups"] {
            try FileManager.default.createDirectory(atPath: folder.path + name, withIntermediateDirectories: true)
        }
        for (name, text) in Self.files { _ = try folder.write(text, to: "detections/" + name) }
        _ = try folder.write(Self.enrichment, to: "lookups/mitre_enrichment.csv")
        let pack = DetectionPack(paths: [folder.path + "/detections"])
        #expect(pack.entries.allSatisfy { $0.search != nil }, "\(pack.entries.map(\.outcome))")
        let rules = pack.entries.map { entry in
            HuntRule(
                identity: RuleIdentity(id: entry.detection.id, name: entry.detection.name, kind: .escu),
                state: entry.search.map { .compiled($0) } ?? .refused(.invalid, reason: "\(entry.outcome)"),
                detection: entry.detection)
        }
        let hunter = try Hunter(
            rules: rules, schema: testSchema,
            options: HuntOptions(now: Timestamp(nanoseconds: 1_714_600_000_000_000_000)), lookups: pack.lookups,
            riskModel: pack.riskModel)
        let report = await hunter.run(
            try ArchiveLocator().locate(paths: [try folder.write(events, to: "events.jsonl")]))
        return Dictionary(
            uniqueKeysWithValues: report.rules.map { rule in
                var one = HuntReport()
                one.rules = [rule]
                return (rule.rule.name, rows(one))
            })
    }

    @Test("a host that three detections agree on is found, with the sum of their scores and what they are about")
    func hosts() async throws {
        let events =
            event("h1", "ann", "alpha", minute: 3) + event("h1", "ann", "beta", minute: 1)
            + event("h1", "bob", "gamma", minute: 2) + event("h2", "ann", "alpha", minute: 1)
            + event("h2", "ann", "beta", minute: 1) + event("h2", "ann", "delta", minute: 1)
            + event("h3", "bob", "delta", minute: 1)
        let found = try await hunt(events, in: try TemporaryFolder())
        #expect(found["Odd Delta"]?.count == 2)
        let sources = ["Alpha", "Beta", "Gamma"].map { "ESCU - Odd \($0) - Rule" }.joined(separator: ", ")
        #expect(
            found["Odd Hosts"] == [
                "risk_object=h1 | risk_object_type=system | firstTime=1714557660 | risk_score=100 | risk_event_count=3"
                    + " | techniques=[T1068, T1112] | tactic_count=3 | source=[\(sources)] | source_count=3"
            ])
    }

    @Test("the risk index is this hunt's risk")
    func riskIndex() async throws {
        let events =
            event("h1", "ann", "alpha", minute: 3) + event("h1", "ann", "beta", minute: 1)
            + event("h2", "ann", "gamma", minute: 2) + event("h3", "bob", "delta", minute: 1)
        let found = try await hunt(events, in: try TemporaryFolder())
        #expect(
            found["Odd Index"] == [
                "risk_object=h1 | score=55 | sources=2", "risk_object=h2 | score=45 | sources=1",
            ])
        #expect(found["Odd Indexes"] == ["User=bob | count=1"])
        #expect(found["Odd Filled"] == [])
    }

    @Test("a search over events may ask for risk in a search inside it, and risk for the times that it names")
    func insideSearches() async throws {
        let events =
            event("h1", "ann", "alpha", minute: 3) + event("h1", "ann", "delta", minute: 1)
            + event("h2", "ann", "delta", minute: 2) + event("h3", "ann", "beta", minute: 1)
        let found = try await hunt(events, in: try TemporaryFolder())
        #expect(found["Odd Joined"] == ["risk_object=h1 | count=1 | score=30"])
        #expect(found["Odd Conditioned"] == ["Computer=h1 | count=1"])
        #expect(found["Odd Later"] == ["risk_object=ann | count=1", "risk_object=h1 | count=1"])
    }

    @Test("risk of users counts by tactic, each by its own score, with each form's message")
    func users() async throws {
        let events =
            event("h1", "ann", "alpha", minute: 3) + event("h1", "ann", "beta", minute: 1)
            + event("h1", "ann", "gamma", minute: 2) + event("h2", "ann", "gamma", minute: 2)
        let found = try await hunt(events, in: try TemporaryFolder())
        // A risk event of several tactics counts for each of them, as a multivalue field does in `by`.
        let scores = [
            ("defense-evasion", "22 | message=[gamma by ann]"),
            ("persistence", "52 | message=[alpha on h1, gamma by ann]"),
            ("privilege-escalation", "52 | message=[alpha on h1, gamma by ann]"),
        ]
        #expect(
            found["Odd Users"]
                == scores.map { tactic, score in
                    "normalized_risk_object=ann | annotations.mitre_attack.mitre_tactic=\(tactic) | risk_score=\(score)"
                })
        #expect(
            found["Odd Hosts"] == [
                "risk_object=h1 | risk_object_type=system | firstTime=1714557660 | risk_score=100 | risk_event_count=3"
                    + " | techniques=[T1068, T1112] | tactic_count=3 | source=[ESCU - Odd Alpha - Rule, "
                    + "ESCU - Odd Beta - Rule, ESCU - Odd Gamma - Rule] | source_count=3"
            ])
    }

    @Test("risk events that archives hold, exported or as text, count beside those of the hunt; notable events do not")
    func archivedRisk() async throws {
        let events =
            event("h1", "ann", "alpha", minute: 3)
                + """
                {"result":{"_time":"2024-05-01T10:09:00Z","index":"risk","sourcetype":"stash","source":"Other","risk_object":"h1",\
                "risk_object_type":"system","risk_score":"5","analyticstories":["Odd Tools","More"],\
                "annotations.mitre_attack.mitre_technique_id":["T1112"],"repository":"tools"}}
                {"_raw":"1714557600, search_name=\\"Third\\", analyticstories=\\"Odd Tools\\", risk_object=\\"h1\\", \
                risk_object_type=\\"system\\", calculated_risk_score=\\"7\\"","sourcetype":"stash"}
                {"result":{"index":"notable","sourcetype":"stash","source":"Notable","risk_object":"h1","risk_object_type":"system",\
                "risk_score":"90","analyticstories":["Odd Tools"]}}

                """
        let found = try await hunt(events, in: try TemporaryFolder())
        #expect(
            found["Odd Hosts"] == [
                "risk_object=h1 | risk_object_type=system | firstTime=1714557600 | risk_score=42 | risk_event_count=3"
                    + " | techniques=[T1068, T1112] | tactic_count=2 | source=[ESCU - Odd Alpha - Rule, Other, Third]"
                    + " | source_count=3"
            ])
        #expect(found["Odd Index"] == ["risk_object=h1 | score=42 | sources=3"])
        #expect(found["Odd Filled"] == ["repository=0 | score=67", "repository=tools | score=5"])
    }
}
