public import Aggregation
public import Values

/// What a command keeps of rows that come one after the other, where it keeps some as they are and no others: `sort` with a
/// limit, `tail` and `dedup`. Hardly more than twice as many rows are held as it keeps, so that whole events need not be made
/// out of which hardly any is wanted.
///
/// Each row is named by its place in the input. Rows may come in any order of their places; those that several selections keep
/// of parts of the input are to be given to one more, in the order of their places, and what that keeps to the command itself.
public struct RowSelection<Content> {
    private enum Rule: Sendable {
        case first(RowOrder)
        case last
        case distinct(DistinctRows, keepsEmpty: Bool)

        /// Whether of two rows the first one is rather kept.
        func precedes(
            _ left: [RowOrder.Rank], _ leftPlace: EventOrder, _ right: [RowOrder.Rank], _ rightPlace: EventOrder
        ) -> Bool {
            guard case .first(let order) = self else { return rightPlace < leftPlace }
            let comparison = order.compare(left, right)
            return comparison == .same ? leftPlace < rightPlace : comparison == .ascending
        }
    }

    fileprivate struct Entry {
        var place: EventOrder
        var ranks: [RowOrder.Rank]
        var bytes: Int
        var content: Content
    }

    private var rule: Rule
    private let limit: Int
    private var entries: [Entry] = []
    /// No row behind this one, in the order of the rule, is wanted.
    private var last: (ranks: [RowOrder.Rank], place: EventOrder)?
    /// Of the row that was asked for last.
    private var ranks: [RowOrder.Rank] = []
    private var latest: EventOrder?
    /// About how many bytes the rows at hand take.
    public private(set) var bytes = 0

    /// A cut costs a sort, so it waits until there is something to drop.
    private static var leastCut: Int { 1_024 }

    /// - Parameters:
    ///   - columns: of the rows that ``wants(_:at:)`` is asked about.
    ///   - memory: about how many bytes may be taken by what rows are told apart by.
    /// - Returns: nothing for a command that does not select, or reads other columns.
    public init?(_ command: Command, columns: [String], memory: Int = .max) {
        switch command {
        case .sort(let sorting):
            guard let limit = sorting.limit, limit >= 0, sorting.keys.allSatisfy({ columns.contains($0.field) }) else {
                return nil
            }
            rule = .first(RowOrder(sorting.keys, columns: columns))
            self.limit = limit
        case .tail(let count):
            rule = .last
            limit = max(0, count)
        case .deduplicate(let rule):
            guard !rule.keepsEvents, !rule.consecutive, rule.sortedBy.isEmpty,
                rule.fields.allSatisfy(columns.contains)
            else { return nil }
            self.rule = .distinct(
                DistinctRows(rule, columns: columns, memory: memory), keepsEmpty: rule.keepsEmpty)
            limit = .max
        default: return nil
        }
    }

    /// Whether rows that are kept may be dropped for others that follow; where not, there is no need to hold them.
    public var mayDrop: Bool {
        if case .distinct = rule { false } else { true }
    }

    /// Whether a row may be among those that the command keeps of all.
    public mutating func wants(_ row: [Value], at place: EventOrder) -> Bool {
        switch rule {
        case .distinct(var distinct, let keepsEmpty):
            // What stands before all others is never a repetition of them.
            if let latest, place < latest { return true }
            latest = place
            // Held once, or it would be copied.
            rule = .last
            defer { rule = .distinct(distinct, keepsEmpty: keepsEmpty) }
            switch distinct.standing(of: row) {
            case .wanted: return true
            case .repeated: return false
            case .incomplete: return keepsEmpty
            }
        case .first(let order):
            ranks.removeAll(keepingCapacity: true)
            order.appendRanks(of: row, to: &ranks)
        case .last: break
        }
        guard limit > 0 else { return false }
        return last.map { rule.precedes(ranks, place, $0.ranks, $0.place) } ?? true
    }

    /// Holds what there is to a row that ``wants(_:at:)`` was asked for last, and took.
    public mutating func hold(_ content: Content, bytes: Int, at place: EventOrder) {
        let taken = bytes + MemoryLayout<Entry>.stride + ranks.count * MemoryLayout<RowOrder.Rank>.stride
        entries.append(Entry(place: place, ranks: ranks, bytes: taken, content: content))
        self.bytes += taken
        if limit < Int.max / 2, entries.count >= max(Self.leastCut, 2 * limit) { cut() }
    }

    /// Drops the rows that others have taken the place of.
    public mutating func cut() {
        guard entries.count > limit else { return }
        entries.sort { [rule] in rule.precedes($0.ranks, $0.place, $1.ranks, $1.place) }
        entries.removeSubrange(limit...)
        bytes = entries.reduce(0) { $0 + $1.bytes }
        last = entries.last.map { ($0.ranks, $0.place) }
    }

    /// Hands over the rows at hand, in the order of their places; none are left.
    public mutating func release() -> [(place: EventOrder, content: Content)] {
        cut()
        defer { (entries, bytes) = ([], 0) }
        return entries.sorted { $0.place < $1.place }.map { ($0.place, $0.content) }
    }
}

extension RowSelection: Sendable where Content: Sendable {}
extension RowSelection.Entry: Sendable where Content: Sendable {}

extension Array where Element == Command {
    /// The same commands, where a `head` limits the `sort` or `reverse` before it: what selects rows needs not hold all of them.
    public var withLimitsMovedUp: [Command] {
        var commands: [Command] = []
        for command in self {
            guard case .head(let count) = command, let last = commands.last else {
                commands.append(command)
                continue
            }
            switch last {
            case .sort(var sorting):
                let limit = sorting.limit.flatMap { $0 < 0 ? nil : $0 } ?? .max
                sorting.limit = Swift.min(limit, Swift.max(0, count))
                commands[commands.count - 1] = .sort(sorting)
            case .reverse: commands[commands.count - 1] = .tail(count)
            default: commands.append(command)
            }
        }
        return commands
    }
}
