/// Which rule a finding belongs to.
public struct RuleIdentity: Hashable, Sendable {
    /// What kind of rule it is; the raw values are those of reports.
    public enum Kind: String, Hashable, Sendable {
        case escu, sigma
        /// A search given on the command line.
        case search
    }

    /// A UUID as a rule, else what stands in for it; `search` for one of the command line. Documents may share it.
    public var id: String
    /// For people.
    public var name: String
    /// Findings are told under it, too: an ESCU and a Sigma rule may have the same id.
    public var kind: Kind

    /// - Parameter id: as the document has it, else what stands in for it.
    public init(id: String, name: String, kind: Kind) {
        self.id = id
        self.name = name
        self.kind = kind
    }
}
