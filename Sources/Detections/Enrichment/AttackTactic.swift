/// The tactics of ATT&CK for enterprises.
enum AttackTactic {
    /// Their identifiers, by the names that detections' enrichment has.
    private static let identifiers = [
        "reconnaissance": "TA0043", "resource-development": "TA0042", "initial-access": "TA0001", "execution": "TA0002",
        "persistence": "TA0003", "privilege-escalation": "TA0004", "defense-evasion": "TA0005",
        "credential-access": "TA0006", "discovery": "TA0007", "lateral-movement": "TA0008", "collection": "TA0009",
        "command-and-control": "TA0011", "exfiltration": "TA0010", "impact": "TA0040",
    ]

    /// `privilege-escalation` for `Privilege Escalation`, as ATT&CK's own data has it.
    static func shortName(_ name: String) -> String {
        name.lowercased().split(separator: " ").joined(separator: "-")
    }

    /// `TA0004` for `Privilege Escalation`; `nil` for what is no tactic.
    static func identifier(_ name: String) -> String? { identifiers[shortName(name)] }
}
