import Testing

@testable import Detections

@Suite struct AnnotationsTests {
    private let table = """
        mitre_id,technique,tactics,groups
        T1047,Windows Management Instrumentation,Execution,Zeta|Alpha|midi
        T1059.001,PowerShell,Execution|Command And Control,Alpha|Beta
        T1490,"Recovery, Inhibited",Impact,no

        """

    @Test("an enrichment table is read, and the group no means none")
    func enrichment() throws {
        let enrichment = try AttackEnrichment(csv: Array(table.utf8), file: "m.csv")
        #expect(enrichment["T1490"]?.name == "Recovery, Inhibited")
        #expect(enrichment["T1490"]?.groups == [])
        #expect(enrichment["T1047"]?.groups == ["Zeta", "Alpha", "midi"])
        #expect(enrichment["T0"] == nil)
    }

    @Test("a table without the columns is refused")
    func wrongTable() {
        #expect(throws: ContentProblem.self) { try AttackEnrichment(csv: Array("a,b\n1,2\n".utf8), file: "m.csv") }
    }

    @Test("what is built in covers the detection that ships")
    func builtIn() throws {
        let detection = try #require(DetectionLoader().load(["builtin:"]).detections.first)
        let annotations = Annotations(of: detection, enrichment: .builtIn)
        #expect(annotations.techniques == ["Windows Management Instrumentation"])
        #expect(annotations.tactics == ["Execution"])
        #expect(annotations.groups.count == 34)
        #expect(annotations.groups.first == "APT29")
        #expect(annotations.groups.last == "menuPass")
        #expect(annotations.killChainPhases == [.installation])
        #expect(annotations.nist == ["DE.CM"])
        #expect(annotations.cis == ["CIS 10"])
    }

    @Test("tactics and groups of several techniques are put together without repeats")
    func several() throws {
        let (detection, _) = try Samples.detection(Samples.observables)
        let annotations = Annotations(
            of: detection, enrichment: try AttackEnrichment(csv: Array(table.utf8), file: "m.csv"))
        #expect(annotations.tactics == ["Execution", "Command And Control"])
        #expect(annotations.groups == ["Alpha", "Beta", "Zeta", "midi"])
        #expect(annotations.killChainPhases == [.installation, .commandAndControl])
        #expect(annotations.cves == ["CVE-2021-34527"])
        #expect(annotations.analyticStories == ["Printers"])
    }

    @Test("a technique that is not known keeps its identifier")
    func unknown() throws {
        let (detection, _) = try Samples.detection(Samples.riskBlock)
        let annotations = Annotations(of: detection, enrichment: AttackEnrichment())
        #expect(annotations.techniqueIDs == ["T1547.001"])
        #expect(annotations.techniques.isEmpty)
        #expect(annotations.killChainPhases.isEmpty)
    }

    @Test("NIST follows the type, CIS the security domain")
    func frameworks() {
        #expect(DetectionType.allCases.map(Annotations.nist) == ["DE.CM", "DE.AE", "DE.AE", "DE.AE", "DE.AE"])
        #expect(Annotations.cis(securityDomain: "network") == "CIS 13")
        #expect(Annotations.cis(securityDomain: "endpoint") == "CIS 10")
    }

    @Test("every ATT&CK tactic has a phase of the kill chain")
    func tactics() {
        let tactics = [
            "Reconnaissance", "Resource Development", "Initial Access", "Execution", "Persistence",
            "Privilege Escalation", "Defense Evasion", "Credential Access", "Discovery", "Lateral Movement",
            "Collection", "Command And Control", "Exfiltration", "Impact",
        ]
        #expect(
            tactics.map { KillChainPhase(tactic: $0) } == [
                .reconnaissance, .weaponization, .delivery, .installation, .installation, .exploitation, .exploitation,
                .exploitation, .exploitation, .exploitation, .exploitation, .commandAndControl, .actionsOnObjectives,
                .actionsOnObjectives,
            ])
        #expect(KillChainPhase(tactic: "Cooking") == nil)
    }
}
