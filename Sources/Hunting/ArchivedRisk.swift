import Pipeline
import SPL

/// The risk events that archives hold, as Enterprise Security has written them into its risk index: a search over risk sees them
/// beside those of the hunt itself.
enum ArchivedRisk {
    /// The dataset of the model `Risk` that they are.
    static let dataset = "Archived_Risk"

    /// The search for them. Findings of risk rules, which name the object again, are in another index, and no risk events.
    static let key: SearchResolution.Key? = {
        let text =
            "from datamodel:Risk.\(dataset) | search NOT index=notable | table _time " + fields.joined(separator: " ")
        guard let compiled = try? SearchCompiler.compile("| " + text) else { return nil }
        return SearchResolution.Key(search: Subsearch(plan: compiled.plan, timeRange: compiled.timeRange))
    }()

    /// What searches over risk read: the fields of the model, and those that risk events often take over from a finding.
    private static let fields = [
        "analyticstories", "annotations._all", "annotations.analytic_story", "annotations.cis20", "annotations.cve",
        "annotations.kill_chain_phases", "annotations.mitre_attack", "annotations.mitre_attack.mitre_tactic",
        "annotations.mitre_attack.mitre_tactic_id", "annotations.mitre_attack.mitre_technique",
        "annotations.mitre_attack.mitre_technique_id", "annotations.mitre_attack.mitre_threat_group_name",
        "annotations.nist", "calculated_risk_score", "control", "creator", "description", "dest", "dest_user",
        "event_id",
        "file_hash", "file_name", "governance", "host", "index", "info_max_time", "info_min_time", "info_search_time",
        "normalized_risk_object", "orig_sid", "process", "process_name", "repository", "risk_event_id", "risk_message",
        "risk_object", "risk_object_type", "risk_score", "savedsearch_description", "search_name", "severity",
        "signature", "source", "sourcetype", "src", "src_user", "tag", "threat_object", "threat_object_type", "url",
        "user",
    ]
}
