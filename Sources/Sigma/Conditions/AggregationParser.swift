/// Reads what stands behind `|` in a condition of the first version: `count(TargetUserName) by IpAddress > 10`, or `near` with
/// other selections.
struct AggregationParser {
    typealias Failure = ConditionParser.Failure

    private let words: [String]
    private var index = 0
    private let selections: [String]

    init(_ words: [String], selections: [String]) {
        self.words = words
        self.selections = selections
    }

    mutating func parse() throws(Failure) -> SigmaAggregation {
        guard let word = next() else { throw Failure(reason: "an aggregation is missing behind |") }
        let aggregation: SigmaAggregation =
            word.lowercased() == "near" ? try near() : .statistic(try statistic(word))
        if let rest = peek { throw Failure(reason: "\(rest) stands behind the end of the aggregation") }
        return aggregation
    }

    private var peek: String? { index < words.count ? words[index] : nil }

    private mutating func next() -> String? {
        defer { index += 1 }
        return peek
    }

    private mutating func skip(_ word: String) throws(Failure) {
        guard let found = next() else { throw Failure(reason: "it ends where \(word) is expected") }
        guard found.lowercased() == word else { throw Failure(reason: "\(found) stands where \(word) is expected") }
    }

    private mutating func statistic(_ name: String) throws(Failure) -> SigmaAggregation.Statistic {
        try skip("(")
        var field: String?
        if let word = peek, word != ")" {
            field = word
            index += 1
        }
        try skip(")")
        let kind: CorrelationKind
        switch name.lowercased() {
        case "count": kind = field == nil ? .eventCount : .valueCount
        case "sum": kind = .valueSum
        case "avg": kind = .valueAverage
        case "min": kind = .valueMinimum
        case "max": kind = .valueMaximum
        default: throw Failure(reason: "unknown aggregation \(name); known ones are count, sum, avg, min, max, near")
        }
        if kind.readsValues, field == nil { throw Failure(reason: "\(name) needs a field in its parentheses") }
        var groupBy: [String] = []
        if let word = peek, word.lowercased() == "by" {
            repeat {
                index += 1
                guard let field = next(), field != "," else { throw Failure(reason: "a field is missing behind by") }
                groupBy.append(field)
            } while peek == ","
        }
        return SigmaAggregation.Statistic(kind: kind, field: field, groupBy: groupBy, bound: try bound())
    }

    private mutating func bound() throws(Failure) -> CorrelationCondition.Bound {
        let comparison: CorrelationCondition.Comparison
        switch next() {
        case ">": comparison = .greater
        case ">=": comparison = .greaterOrEqual
        case "<": comparison = .less
        case "<=": comparison = .lessOrEqual
        case "=", "==": comparison = .equal
        case "!=": comparison = .notEqual
        case let other: throw Failure(reason: "a comparison is expected\(other.map { ", not \($0)" } ?? "")")
        }
        guard let word = next(), let value = Double(word), value.isFinite else {
            throw Failure(reason: "a number is expected behind the comparison")
        }
        return CorrelationCondition.Bound(comparison, value)
    }

    private mutating func near() throws(Failure) -> SigmaAggregation {
        var names: [String] = []
        var without: [String] = []
        while true {
            var isNegated = false
            while let word = peek, word.lowercased() == "not" {
                isNegated.toggle()
                index += 1
            }
            guard let word = next() else { throw Failure(reason: "a selection is missing behind near") }
            guard selections.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else {
                throw Failure(reason: "there is no selection \(word)")
            }
            if isNegated { without.append(word) } else { names.append(word) }
            guard let link = peek else { return .near(names, without: without) }
            guard link.lowercased() == "and" else { throw Failure(reason: "\(link) stands where and is expected") }
            index += 1
        }
    }
}
