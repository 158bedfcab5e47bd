public import Values

/// A risk or notable event that a finding gives rise to.
public struct Alert: Sendable {
    public enum Kind: String, Sendable { case risk, notable }

    public var kind: Kind
    public var rule: RuleIdentity
    /// Names and values, in the order shown.
    public var fields: [(name: String, value: Value)]

    public init(kind: Kind, rule: RuleIdentity, fields: [(name: String, value: Value)]) {
        self.kind = kind
        self.rule = rule
        self.fields = fields
    }
}
