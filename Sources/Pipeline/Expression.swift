public import Values

/// An expression of `where` and `eval`.
public indirect enum Expression: Hashable, Sendable {
    case literal(Value)
    case field(String)
    case not(Expression)
    case negate(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case call(EvaluationFunction, [Expression])

    public enum BinaryOperator: Hashable, Sendable {
        case or, and, xor
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, like
        case concatenate, add, subtract, multiply, divide, remainder
    }
}

/// Functions that `where` and `eval` may call; the raw value is Splunk's name.
public enum EvaluationFunction: String, Hashable, Sendable, CaseIterable {
    case abs
    case caseOf = "case"
    case ceiling, cidrmatch, coalesce, exact, exp, floor
    case ifThen = "if"
    case inList = "in"
    case isnotnull,
        isnull, isnum, isstr, len, like, ln, log, lower, ltrim, match, max, md5, min, mvappend, mvcount, mvdedup,
        mvfilter, mvfind, mvindex, mvjoin, mvrange, mvsort, mvzip, now, null, nullif, pi, pow
    case relativeTime = "relative_time"
    case
        replace, round, rtrim, searchmatch, sha1, sha256, sha512, split, sqrt, strftime, strptime, substr, time,
        tonumber, tostring, trim
    case alwaysTrue = "true"
    case alwaysFalse = "false"
    case typeof, upper, urldecode, validate
}
