public import Values

/// A risk or notable event that a finding gives rise to.
public struct Alert: Sendable {
    /// A risk event adds to the score of an entity; a notable event is for an analyst to look at.
    public enum Kind: String, Sendable { case risk, notable }

    /// Both kinds come from the same finding where a deployment asks for both.
    public var kind: Kind
    /// The detection that the finding is of.
    public var rule: RuleIdentity
    /// Names and values, in the order shown.
    public var fields: [(name: String, value: Value)]

    /// - Parameter fields: in the order shown.
    public init(kind: Kind, rule: RuleIdentity, fields: [(name: String, value: Value)]) {
        self.kind = kind
        self.rule = rule
        self.fields = fields
    }
}
