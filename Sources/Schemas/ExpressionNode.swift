/// One step of getting a field's value from a parsed event. The nodes of all fields stand in one table, equal ones once,
/// and name each other by their place there.
struct ExpressionNode: Hashable, Sendable {
    enum Operation: UInt8, Sendable {
        /// All texts of a slot.
        case text
        /// All texts of a slot and, where an array stands there, those of a second slot, which has its members. Tells null,
        /// empty and missing apart.
        case value
        /// The values of all nodes, as of one field.
        case values
        /// Those of the first node that the event has a key for.
        case firstThere
        /// A text where the event has a key for one of the slots, whatever it holds; the children are slots.
        case there
        /// The values of the first child; where it has none, the JSON of objects at some slots, which are the other children.
        case orObject
        /// The text of a slot, a separator, the text of a second slot; the second alone where the first is missing.
        case pair
        /// Behind the last colon of `XmlWinEventLog:Channel`.
        case channelOfSource
        case constant
        case first, all, sum, shown, joined, mapped
        /// All values in one text; the value at a place, which is the second slot.
        case together, item
        /// The texts of the second slot that stand where the slot has this text, in an array of pairs.
        case named
        case conditional, unless, same
        /// Texts that are escaped once more, as they were before.
        case unescaped
        case lastPart, folder, decimal, hexText, lower, upper, given, insideParentheses, beforeParentheses, counted,
            length
        case afterLast, beforeLast, split, prefixed, between, line, startReplaced
        /// An object's members as XML; without a slot the members at the top that are not the header's.
        case dataElement

        /// Whether it makes one value, or none, of each value of its child.
        var isStep: Bool {
            switch self {
            case .lastPart, .folder, .decimal, .hexText, .lower, .upper, .given, .insideParentheses, .beforeParentheses,
                .length, .afterLast, .beforeLast, .prefixed, .between, .line, .startReplaced:
                true
            default: false
            }
        }
    }

    /// What only some operations have. It stands apart because loading makes, copies and compares ten thousands of nodes, and
    /// five more arrays in each took a third of that time.
    private final class Details: Sendable {
        let text: [UInt8]
        let other: [UInt8]
        let patterns: [TextPattern]
        let results: [[UInt8]]
        let conditions: [NodeCondition]

        init(
            text: [UInt8], other: [UInt8], patterns: [TextPattern], results: [[UInt8]], conditions: [NodeCondition]
        ) {
            (self.text, self.other, self.patterns) = (text, other, patterns)
            (self.results, self.conditions) = (results, conditions)
        }
    }

    let operation: Operation
    let slot: Int32
    let second: Int32
    let children: [Int32]
    private let details: Details?

    init(
        operation: Operation, slot: Int32 = -1, second: Int32 = -1, children: [Int32] = [], text: [UInt8] = [],
        other: [UInt8] = [], patterns: [TextPattern] = [], results: [[UInt8]] = [], conditions: [NodeCondition] = []
    ) {
        self.operation = operation
        self.slot = slot
        self.second = second
        self.children = children
        let hasNone = text.isEmpty && other.isEmpty && patterns.isEmpty && results.isEmpty && conditions.isEmpty
        details =
            hasNone
            ? nil : Details(text: text, other: other, patterns: patterns, results: results, conditions: conditions)
    }

    /// The same node in a table in which nodes and slots have other numbers.
    func renumbered(nodes: [Int32], slots: [Int32]) -> ExpressionNode {
        func node(_ place: Int32) -> Int32 { place < 0 ? place : nodes[Int(place)] }
        func slot(_ slot: Int32) -> Int32 { slot < 0 ? slot : slots[Int(slot)] }
        let hasSecondSlot = operation == .value || operation == .pair || operation == .named
        let renumbered: [Int32] =
            switch operation {
            case .there: children.map(slot)
            case .orObject: [node(children[0])] + children.dropFirst().map(slot)
            default: children.map(node)
            }
        return ExpressionNode(
            operation: operation, slot: slot(self.slot), second: hasSecondSlot ? slot(second) : second,
            children: renumbered, text: text, other: other, patterns: patterns, results: results,
            conditions: conditions.map { condition in
                var condition = condition
                (condition.node, condition.slot) = (node(condition.node), slot(condition.slot))
                return condition
            })
    }

    var text: [UInt8] { details?.text ?? [] }
    var other: [UInt8] { details?.other ?? [] }
    var patterns: [TextPattern] { details?.patterns ?? [] }
    var results: [[UInt8]] { details?.results ?? [] }
    var conditions: [NodeCondition] { details?.conditions ?? [] }

    static func == (left: ExpressionNode, right: ExpressionNode) -> Bool {
        guard left.operation == right.operation, left.slot == right.slot, left.second == right.second,
            left.children == right.children
        else { return false }
        if left.details == nil, right.details == nil { return true }
        return left.text == right.text && left.other == right.other && left.patterns == right.patterns
            && left.results == right.results && left.conditions == right.conditions
    }

    /// By what most nodes differ in.
    func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(operation.rawValue) << 32 | UInt64(UInt32(bitPattern: slot)))
        hasher.combine(UInt64(UInt32(bitPattern: second)) << 32 | UInt64(UInt32(truncatingIfNeeded: text.count)))
        for child in children { hasher.combine(child) }
    }
}
