import Pipeline

/// How many arguments each function of `where` and `eval` takes.
///
/// After the evaluation functions of Splunk's Search Reference.
struct FunctionSignature {
    var minimum: Int
    var maximum: Int
    /// Arguments come in pairs, as in `case(condition, value, condition, value)`.
    var comesInPairs = false
    /// Whether the result is true or false, which no field can hold.
    var isBoolean = false

    init(_ counts: ClosedRange<Int>, comesInPairs: Bool = false, isBoolean: Bool = false) {
        self.minimum = counts.lowerBound
        self.maximum = counts.upperBound
        self.comesInPairs = comesInPairs
        self.isBoolean = isBoolean
    }

    init(_ count: Int, isBoolean: Bool = false) {
        self.init(count...count, isBoolean: isBoolean)
    }

    func accepts(_ count: Int) -> Bool {
        count >= minimum && count <= maximum && !(comesInPairs && count % 2 == 1)
    }

    /// What a person is told: "2 arguments", "1 to 2 arguments", "pairs of arguments".
    var expectation: String {
        if comesInPairs { return "pairs of arguments" }
        if maximum == .max { return "\(minimum) or more arguments" }
        if minimum == maximum {
            return minimum == 0 ? "no argument" : minimum == 1 ? "1 argument" : "\(minimum) arguments"
        }
        return "\(minimum) to \(maximum) arguments"
    }

    static func of(_ function: EvaluationFunction) -> FunctionSignature {
        switch function {
        case .now, .null, .pi, .time: FunctionSignature(0)
        case .alwaysTrue, .alwaysFalse: FunctionSignature(0, isBoolean: true)
        case .isnotnull, .isnull, .isnum, .isstr, .searchmatch: FunctionSignature(1, isBoolean: true)
        case .abs, .ceiling, .exact, .exp, .floor, .len, .ln, .lower, .md5, .mvcount, .mvdedup, .mvfilter, .mvsort,
            .sha1, .sha256, .sha512, .sqrt, .typeof, .upper, .urldecode:
            FunctionSignature(1)
        case .log, .ltrim, .round, .rtrim, .trim, .tonumber: FunctionSignature(1...2)
        case .tostring: FunctionSignature(1...3)
        case .cidrmatch, .like, .match: FunctionSignature(2, isBoolean: true)
        case .mvfind, .mvjoin, .nullif, .pow, .relativeTime, .split, .strftime, .strptime: FunctionSignature(2)
        case .mvindex, .mvrange, .mvzip, .substr: FunctionSignature(2...3)
        case .ifThen, .replace: FunctionSignature(3)
        case .caseOf, .validate: FunctionSignature(2...Int.max, comesInPairs: true)
        case .inList: FunctionSignature(2...Int.max, isBoolean: true)
        case .coalesce, .max, .min, .mvappend: FunctionSignature(1...Int.max)
        }
    }
}

extension EvaluationFunction {
    /// The function of that name, in any case.
    static func named(_ name: String) -> EvaluationFunction? {
        let lowercased = name.asciiLowercased
        return lowercased == "ceil" ? .ceiling : EvaluationFunction(rawValue: lowercased)
    }
}

extension Expression {
    /// Whether the value is true or false: what `where` wants and what no field can hold.
    var isBoolean: Bool {
        switch self {
        case .not: true
        case .binary(let operation, _, _):
            switch operation {
            case .or, .and, .xor, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .like: true
            case .concatenate, .add, .subtract, .multiply, .divide, .remainder: false
            }
        case .call(let function, _): FunctionSignature.of(function).isBoolean
        case .literal, .field, .negate: false
        }
    }
}
