/// How many arguments a function takes, and of which kind: the one table for the parser and the compiler.
public struct ArgumentRule: Sendable, CustomStringConvertible {
    /// What may stand in an argument's place.
    public enum Kind: Sendable {
        case value, condition, either
    }

    /// How many there may be, pairs counted as two.
    public var counts: ClosedRange<Int>
    /// From which argument on they come in pairs, if they do.
    var pairStart: Int?
    /// What a pair is made of, in words.
    private var pairWords: String
    private var kinds: @Sendable (Int) -> Kind

    init(
        _ counts: ClosedRange<Int>, pairsFrom pairStart: Int? = nil, of pairWords: String = "",
        kinds: @escaping @Sendable (Int) -> Kind = { _ in .value }
    ) {
        self.counts = counts
        self.pairStart = pairStart
        self.pairWords = pairWords
        self.kinds = kinds
    }

    /// Whether a call may have so many arguments.
    public func accepts(_ count: Int) -> Bool {
        counts.contains(count) && (pairStart.map { (count - $0) % 2 == 0 } ?? true)
    }

    /// What may stand at a place, counted from 0.
    public func kind(at index: Int) -> Kind { kinds(index) }

    /// "2 arguments", "1 to 2 arguments", "pairs of a condition and a value".
    public var description: String {
        if let pairStart {
            return (pairStart == 0 ? "" : "a document and ") + "pairs of \(pairWords)"
        }
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
    /// The rule for the function's arguments, after the evaluation functions of Splunk's Search Reference.
    public var argumentRule: ArgumentRule {
        switch self {
        case .now, .null, .pi, .time, .alwaysTrue, .alwaysFalse: ArgumentRule(0...0)
        case .isarray, .isbool, .isdouble, .isint, .ismv, .isnotnull, .isnull, .isnum, .isobject, .isstr, .tobool,
            .typeof, .json, .jsonValid:
            ArgumentRule(1...1) { _ in .either }
        case .abs, .acos, .acosh, .asin, .asinh, .atan, .atanh, .ceiling, .commands, .cos, .cosh, .exact, .exp, .floor,
            .jsonEntries, .jsonKeys, .len, .ln, .lower, .md5, .mvcount, .mvdedup, .mvreverse, .mvsort, .sha1, .sha256,
            .sha512, .sigfig, .sin, .sinh, .sqrt, .tan, .tanh, .toarray, .tomv, .toobject, .upper, .urldecode:
            ArgumentRule(1...1)
        case .mvfilter: ArgumentRule(1...1) { _ in .condition }
        case .bitNot, .log, .ltrim, .round, .rtrim, .todouble, .toint, .tonumber, .trim: ArgumentRule(1...2)
        case .tostring: ArgumentRule(1...2) { $0 == 0 ? .either : .value }
        case .jsonArrayToMultivalue, .multivalueToJSONArray: ArgumentRule(1...2) { $0 == 0 ? .value : .either }
        case .atan2, .bitShiftLeft, .bitShiftRight, .cidrmatch, .hypot, .ipmask, .jsonHasKeyExact, .like, .match,
            .mvfind, .mvjoin, .mvmap, .nullif, .pow, .relativeTime, .spath, .split, .strftime, .strptime:
            ArgumentRule(2...2)
        case .mvindex, .mvrange, .mvzip, .substr: ArgumentRule(2...3)
        case .ifThen: ArgumentRule(3...3) { $0 == 0 ? .condition : .either }
        case .replace: ArgumentRule(3...3)
        case .avg, .jsonExtract, .jsonExtractExact, .max, .min, .mvappend, .printf, .sum: ArgumentRule(1...Int.max)
        case .coalesce: ArgumentRule(1...Int.max) { _ in .either }
        case .bitAnd, .bitOr, .bitXor, .inList, .jsonDelete: ArgumentRule(2...Int.max)
        case .jsonArray: ArgumentRule(0...Int.max) { _ in .either }
        case .caseOf:
            ArgumentRule(2...Int.max, pairsFrom: 0, of: "a condition and a value") {
                $0 % 2 == 0 ? .condition : .either
            }
        case .validate:
            ArgumentRule(2...Int.max, pairsFrom: 0, of: "a condition and a value") {
                $0 % 2 == 0 ? .condition : .value
            }
        case .jsonObject:
            ArgumentRule(0...Int.max, pairsFrom: 0, of: "a key and a value") { $0 % 2 == 0 ? .value : .either }
        case .jsonAppend, .jsonExtend, .jsonSet:
            ArgumentRule(3...Int.max, pairsFrom: 1, of: "a path and a value") { $0 % 2 == 1 ? .value : .either }
        case .jsonSetExact:
            ArgumentRule(3...Int.max, pairsFrom: 1, of: "a key and a value") { $0 % 2 == 1 ? .value : .either }
        }
    }
}
