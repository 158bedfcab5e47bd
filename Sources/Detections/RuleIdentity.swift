/// Which rule a finding belongs to.
public struct RuleIdentity: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case escu, sigma
        /// A search given on the command line.
        case search
    }

    public var id: String
    public var name: String
    public var kind: Kind

    public init(id: String, name: String, kind: Kind) {
        self.id = id
        self.name = name
        self.kind = kind
    }
}
