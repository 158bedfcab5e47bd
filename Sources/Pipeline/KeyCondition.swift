public import Aggregation
import Matching
public import Values

/// What the by-fields of a group must be for its row to be kept: conditions behind a grouping that read none of its
/// aggregates.
///
/// A group that no condition would keep need not be made:
///
///     stats count by path data | eval size=len(data) | where size > 512        asks of `data` alone
///
/// The conditions run again over the rows, so what is kept here may be too much, never too little.
public struct KeyCondition: Sendable {
    private let program: RowProgram
    /// For each column of the rows the by-field that it is; `nil` for aggregates.
    private let parts: [Int?]

    /// - Parameters:
    ///   - commands: what happens to the groups' rows.
    ///   - grouping: what makes the groups.
    ///   - context: what the commands run under.
    /// - Returns: `nil` where nothing is asked of by-fields alone before a command that looks at more than one row.
    public init?(_ commands: [Command], behind grouping: Grouping, context: EvaluationContext) {
        let keys = grouping.keys.map(\.column)
        let aggregates = Set(grouping.functions.map(\.column)).subtracting(keys).sorted()
        guard Set(keys).count == keys.count else { return nil }
        let leading = commands.prefix { $0.isPlain }
        var program: [Command] = []
        var length = 0
        for (number, command) in leading.enumerated() {
            if command.dropsRows {
                guard Self.reads(command, behind: leading.prefix(number), keys, noneOf: aggregates) else { continue }
                length = program.count + 1
            }
            program.append(command)
        }
        guard length > 0,
            let compiled = try? RowProgram(
                program.prefix(length), columns: keys + aggregates, keys: Set(keys), context: context)
        else { return nil }
        self.program = compiled
        parts = keys.indices.map { $0 } + aggregates.map { _ in nil }
    }

    /// Whether a group with these by-fields may be kept.
    public func holds(_ keys: [Text]) -> Bool {
        var row = parts.map { part in part.map { Value.text(keys[$0]) } ?? .missing }
        return program.apply(to: &row)
    }

    /// Whether a condition reads some by-field, and nothing that an aggregate has a part in.
    private static func reads(
        _ condition: Command, behind commands: ArraySlice<Command>, _ keys: [String], noneOf aggregates: [String]
    ) -> Bool {
        var needed = NeededFields(names: [])
        condition.addRequired(to: &needed)
        guard !needed.names.isEmpty else { return false }
        // What drops rows changes none.
        for command in commands.reversed() where !command.dropsRows { command.addRequired(to: &needed) }
        guard !needed.isAll, !needed.names.isDisjoint(with: keys) else { return false }
        let patterns = needed.patterns.map(FieldPattern.init)
        return !aggregates.contains { name in
            needed.names.contains(name) || patterns.contains { $0.matches(name) }
        }
    }
}

extension Command {
    fileprivate var dropsRows: Bool {
        switch self {
        case .search, .filter, .extract(.condition): true
        default: false
        }
    }

    /// Whether it makes one row of a row, and nothing but the row has a part in it.
    fileprivate var isPlain: Bool {
        switch self {
        case .search, .filter, .extract(.condition), .evaluate, .rename, .convert, .fields:
            isStreaming && deferredNumbers.isEmpty
        default: false
        }
    }
}
