/// How a detection is classified: by ATT&CK, the kill chain, NIST, CIS, and the stories that it is told in.
public struct Annotations: Hashable, Sendable {
    /// ATT&CK identifiers as the detection lists them.
    public var techniqueIDs: [String]
    /// Their names, where known, in the same order.
    public var techniques: [String]
    /// Without repeats, in the order of the techniques.
    public var tactics: [String]
    /// Threat actors seen using any of the techniques, bytewise sorted.
    public var groups: [String]
    /// In the order of the chain.
    public var killChainPhases: [KillChainPhase]
    /// Categories of the NIST Cybersecurity Framework: `DE.CM`, `DE.AE`.
    public var nist: [String]
    /// Controls of CIS version 8: `CIS 10`, `CIS 13`.
    public var cis: [String]
    /// As the detection has them.
    public var analyticStories: [String]
    /// As the detection has them.
    public var cves: [String]

    /// Techniques that the enrichment does not know keep their identifier, but bring no name, tactic or group.
    public init(of detection: Detection, enrichment: AttackEnrichment) {
        let known = detection.techniques.compactMap { enrichment[$0] }
        techniqueIDs = detection.techniques
        techniques = known.map(\.name)
        tactics = []
        for tactic in known.flatMap(\.tactics) where !tactics.contains(tactic) { tactics.append(tactic) }
        groups = Set(known.flatMap(\.groups)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let phases = Set(tactics.compactMap(KillChainPhase.init(tactic:)))
        killChainPhases = KillChainPhase.allCases.filter(phases.contains)
        nist = detection.type.map { [Self.nist($0)] } ?? []
        cis = [Self.cis(securityDomain: detection.securityDomain)]
        analyticStories = detection.analyticStories
        cves = detection.cves
    }

    /// As contentctl derives it: continuous monitoring for a TTP, adverse event analysis for every other type.
    public static func nist(_ type: DetectionType) -> String {
        type == .ttp ? "DE.CM" : "DE.AE"
    }

    /// As contentctl derives it: network monitoring and defense for the network domain, else malware defenses.
    public static func cis(securityDomain: String) -> String {
        securityDomain == "network" ? "CIS 13" : "CIS 10"
    }
}
