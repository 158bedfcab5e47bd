/// How many rows of those that a command makes can matter to the commands behind it.
///
/// What fills the gaps between times may make hundreds of thousands of rows, of which a `sort` behind it keeps ten thousand.
enum RowDemand {
    /// As many rows, the first ones, are enough for what `following` makes of them; `nil` where it may take all.
    ///
    /// `columns` are those that the rows hold, `nil` where that is not known yet. Other rows may stand around them. Commands that
    /// look at single rows treat all of these alike where they read none of their columns, and such rows are the same to a
    /// `sort`, which leaves equal ones as they were. Complexity: O(commands).
    static func limit(of columns: [String]?, before following: ArraySlice<Command>) -> Int? {
        var passed: [Command] = []
        for command in following {
            let read: [String]
            let limit: Int?
            switch command {
            case .head(let count): (read, limit) = ([], max(0, count))
            case .sort(let sorting):
                (read, limit) = (sorting.keys.map(\.field), sorting.limit.flatMap { $0 < 0 ? nil : $0 })
            default:
                guard command.isStreaming, command.deferredNumbers.isEmpty else { return nil }
                passed.append(command)
                continue
            }
            guard readsNone(of: columns, passed, then: read) else { return nil }
            if let limit { return limit }
            passed.append(command)
        }
        return nil
    }

    private static func readsNone(of columns: [String]?, _ commands: [Command], then fields: [String]) -> Bool {
        var needed = NeededFields(names: Set(fields))
        for command in commands.reversed() { command.addRequired(to: &needed) }
        guard let names = needed.known else { return false }
        return columns.map(names.isDisjoint) ?? names.isEmpty
    }

    /// The commands of an `appendpipe`, which make no more rows than those behind it need.
    static func appended(_ commands: [Command], before following: ArraySlice<Command>) -> [Command] {
        limit(of: columns(endingWith: commands), before: following).map { commands + [.head($0)] } ?? commands
    }

    /// The columns of the rows that commands end with, where they say so themselves.
    private static func columns(endingWith commands: [Command]) -> [String]? {
        guard case .table(let names)? = commands.last, !names.contains(where: { $0.contains("*") }) else { return nil }
        return names
    }
}
