/// A phase of Lockheed Martin's Cyber Kill Chain, in its order.
public enum KillChainPhase: String, Hashable, Sendable, CaseIterable {
    case reconnaissance = "Reconnaissance"
    case weaponization = "Weaponization"
    case delivery = "Delivery"
    case exploitation = "Exploitation"
    case installation = "Installation"
    case commandAndControl = "Command and Control"
    case actionsOnObjectives = "Actions on Objectives"

    /// The phase that ESCU assigns to an ATT&CK tactic (`ATTACK_TACTICS_KILLCHAIN_MAPPING` of splunk/contentctl).
    ///
    /// - Parameter tactic: its name, in any case; `nil` for an unknown one.
    public init?(tactic: String) {
        switch tactic.lowercased() {
        case "reconnaissance": self = .reconnaissance
        case "resource development": self = .weaponization
        case "initial access": self = .delivery
        case "execution", "persistence": self = .installation
        case "privilege escalation", "defense evasion", "credential access", "discovery", "lateral movement",
            "collection":
            self = .exploitation
        case "command and control": self = .commandAndControl
        case "exfiltration", "impact": self = .actionsOnObjectives
        default: return nil
        }
    }
}
