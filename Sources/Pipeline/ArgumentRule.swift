/// How many arguments a function takes.
struct ArgumentRule: Sendable, CustomStringConvertible {
    var counts: ClosedRange<Int>
    /// They come in pairs of a condition and a value.
    var isPaired = false

    var description: String {
        if isPaired { return "pairs of a condition and a value" }
        if counts.upperBound == .max {
            return "at least \(counts.lowerBound) argument\(counts.lowerBound == 1 ? "" : "s")"
        }
        if counts.count == 1 {
            return counts.lowerBound == 0
                ? "no argument" : "\(counts.lowerBound) argument\(counts.lowerBound == 1 ? "" : "s")"
        }
        return "\(counts.lowerBound) to \(counts.upperBound) arguments"
    }
}

extension EvaluationFunction {
    /// As Splunk documents them.
    var argumentRule: ArgumentRule {
        switch self {
        case .now, .null, .pi, .time, .alwaysTrue, .alwaysFalse: ArgumentRule(counts: 0...0)
        case .abs, .ceiling, .exact, .exp, .floor, .isnotnull, .isnull, .isnum, .isstr, .len, .ln, .lower, .md5,
            .mvcount, .mvdedup, .mvfilter, .mvsort, .searchmatch, .sha1, .sha256, .sha512, .sqrt, .typeof, .upper,
            .urldecode:
            ArgumentRule(counts: 1...1)
        case .log, .ltrim, .round, .rtrim, .tonumber, .tostring, .trim: ArgumentRule(counts: 1...2)
        case .cidrmatch, .like, .match, .mvfind, .mvjoin, .nullif, .pow, .relativeTime, .split, .strftime, .strptime:
            ArgumentRule(counts: 2...2)
        case .mvindex, .mvrange, .mvzip, .substr: ArgumentRule(counts: 2...3)
        case .ifThen, .replace: ArgumentRule(counts: 3...3)
        case .coalesce, .max, .min, .mvappend: ArgumentRule(counts: 1...Int.max)
        case .inList: ArgumentRule(counts: 2...Int.max)
        case .caseOf, .validate: ArgumentRule(counts: 2...Int.max, isPaired: true)
        }
    }
}

extension Expression.BinaryOperator {
    /// As it is written.
    var symbol: String {
        switch self {
        case .or: "OR"
        case .and: "AND"
        case .xor: "XOR"
        case .equal: "="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .like: "LIKE"
        case .concatenate: "."
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        }
    }
}

extension Expression {
    /// The fields that the expression reads.
    public var fields: Set<String> {
        switch self {
        case .literal: []
        case .field(let name): [name]
        case .not(let inner), .negate(let inner): inner.fields
        case .binary(_, let left, let right): left.fields.union(right.fields)
        case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.fields) }
        }
    }
}
