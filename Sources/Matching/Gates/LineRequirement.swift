/// What the line of every event holds that some searches may find: as literals say, and as keys say.
public struct LineRequirement: Sendable {
    public var literals: LiteralRequirement
    /// Keys of which it holds one; `nil` where that is not known.
    public var keys: KeyRequirement?

    public init(literals: LiteralRequirement, keys: KeyRequirement?) {
        self.literals = literals
        self.keys = keys
    }
}
