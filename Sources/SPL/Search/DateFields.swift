import Matching
import Pipeline
import Values

/// `date_hour`, `date_wday` and the like, which Splunk gives events beside their time: computed from it where a search reads
/// them, in the zone of the search.
enum DateFields {
    private static let formats: [String: String] = [
        "date_hour": "%H", "date_mday": "%d", "date_minute": "%M", "date_month": "%B", "date_second": "%S",
        "date_wday": "%A", "date_year": "%Y",
    ]

    /// Whether the text of a search may name one of them.
    static func areMentioned(in text: [UInt8]) -> Bool {
        let prefix = Array("date_".utf8)
        return text.indices.contains { end in
            text[end] == UInt8(ascii: "_") && text[...end].suffix(prefix.count).elementsEqual(prefix)
        }
    }

    /// The search with the fields that it reads computed before its first command, and what its condition says of them behind
    /// that.
    static func added(to plan: SearchPlan) -> SearchPlan {
        guard plan.source == .events else { return plan }
        let read = names(readBy: plan).filter { formats[$0] != nil }.sorted()
        guard !read.isEmpty else { return plan }
        var result = plan
        let parts = if case .all(let parts) = plan.filter { parts } else { [plan.filter] }
        let mentions = { (part: Predicate<String>) in part.fields.contains { formats[$0] != nil } }
        let (later, first) = (parts.filter(mentions), parts.filter { !mentions($0) })
        var commands = [Command.evaluate(read.map { Assignment(column: $0, expression: expression(of: $0)) })]
        if !later.isEmpty {
            result.filter = first.isEmpty ? .constant(true) : first.count == 1 ? first[0] : .all(first)
            commands.append(.search(later.count == 1 ? later[0] : .all(later)))
        }
        result.commands = commands + plan.commands
        return result
    }

    private static func names(readBy plan: SearchPlan) -> Set<String> {
        switch plan.requiredFields {
        case .named(let names): Set(names)
        case .all, .matching: Set(plan.openFields?.names ?? [])
        }
    }

    /// An event's own field of the name comes first.
    private static func expression(of name: String) -> Expression {
        let text = Expression.call(
            .strftime, [.field("_time"), .literal(.text(Text(formats[name] ?? "")))])
        // Words are in small letters, numbers without zeros in front.
        let isWord = name == "date_month" || name == "date_wday"
        return .call(.coalesce, [.field(name), .call(isWord ? .lower : .tonumber, [text])])
    }
}
