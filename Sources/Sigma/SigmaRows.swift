import Aggregation
public import Pipeline
import Values

/// What findings of rules look like: one row for each host, with how often and when.
public enum SigmaRows {
    /// By host as it is written: `count`, `firstTime`, `lastTime`. Events without a host are a row without one; without a
    /// time, in none of the times.
    public static let commands: [Command] = [
        .stats(
            Grouping(
                keys: [GroupKey(field: host, column: host)],
                functions: [
                    AggregateCall(.count, column: "count"),
                    AggregateCall(.earliest, field: "_time", column: "firstTime"),
                    AggregateCall(.latest, field: "_time", column: "lastTime"),
                ], fill: "")),
        .evaluate([time("firstTime"), time("lastTime"), knownHost]),
    ]

    /// The field by which every logsource knows the host that an event is about.
    public static let host = "dest"

    /// ISO 8601 in UTC, with as many decimals as the time has.
    private static func time(_ column: String) -> Assignment {
        func literal(_ text: Text) -> Expression { .literal(.text(text)) }
        let whole = Expression.call(.strftime, [.field(column), literal("%Y-%m-%dT%H:%M:%S.%9N")])
        let trimmed = Expression.call(.rtrim, [.call(.rtrim, [whole, literal("0")]), literal(".")])
        return Assignment(column: column, expression: .binary(.concatenate, trimmed, literal("Z")))
    }

    /// The host, missing where it was filled in.
    private static var knownHost: Assignment {
        let isEmpty = Expression.binary(.equal, .field(host), .literal(.text("")))
        return Assignment(
            column: host, expression: .call(.ifThen, [isEmpty, .call(.null, []), .field(host)]))
    }
}
