import Values

extension EvaluationFunction {
    /// The result for arguments whose number was checked. A missing or unfit argument gives a missing result.
    ///
    /// Functions that need their arguments unevaluated (`if`, `match`, ...) have nodes of their own.
    func apply(_ arguments: [Value], context: EvaluationContext) -> Value {
        switch self {
        case .abs, .acos, .acosh, .asin, .asinh, .atan, .atan2, .atanh, .avg, .ceiling, .cos, .cosh, .exact, .exp,
            .floor, .hypot, .ln, .log, .max, .min, .pow, .round, .sin, .sinh, .sqrt, .sum, .tan, .tanh:
            applyToNumbers(arguments).normalised
        case .bitAnd, .bitNot, .bitOr, .bitShiftLeft, .bitShiftRight, .bitXor: applyToBits(arguments)
        case .len, .lower, .upper, .trim, .ltrim, .rtrim, .substr, .urldecode, .md5, .sha1, .sha256, .sha512, .ipmask:
            applyToTexts(arguments)
        case .printf: PrintFormat.text(arguments, context.limits)
        case .tonumber, .todouble: NumberConversion.number(arguments[0], base: arguments.count > 1 ? arguments[1] : nil)
        case .toint: NumberConversion.integer(arguments[0], base: arguments.count > 1 ? arguments[1] : nil)
        case .tostring: NumberConversion.text(arguments[0], format: arguments.count > 1 ? arguments[1] : nil)
        case .commands, .mvappend, .mvcount, .mvdedup, .mvindex, .mvjoin, .mvrange, .mvreverse, .mvsort, .mvzip, .split:
            applyToSeveral(arguments, context.limits)
        case .spath: Self.values(in: arguments[0], at: arguments[1])
        case .strftime, .strptime, .relativeTime: applyToTimes(arguments, context: context)
        case .caseOf, .cidrmatch, .coalesce, .ifThen, .inList, .isarray, .isbool, .isdouble, .isint, .ismv, .isnotnull,
            .isnull, .isnum, .isobject, .isstr, .json, .jsonAppend, .jsonArray, .jsonArrayToMultivalue, .jsonDelete,
            .jsonEntries, .jsonExtend, .jsonExtract, .jsonExtractExact, .jsonHasKeyExact, .jsonKeys, .jsonObject,
            .jsonSet, .jsonSetExact, .jsonValid, .like, .match, .multivalueToJSONArray, .mvfilter, .mvfind, .mvmap,
            .now, .null, .nullif, .pi, .replace, .sigfig, .time, .toarray, .tobool, .tomv, .toobject, .alwaysTrue,
            .alwaysFalse, .typeof, .validate:
            .missing
        }
    }

    /// `spath`: all values at a path in a text that is JSON or XML.
    private static func values(in value: Value, at path: Value) -> Value {
        guard let text = value.singleText, let path = path.singleText.flatMap({ DataPath($0.string) }) else {
            return .missing
        }
        let found = path.texts(in: text.bytes)
        return found.count == 1 ? .read(found[0]) : .several(found)
    }

    private func applyToTimes(_ arguments: [Value], context: EvaluationContext) -> Value {
        guard let argument = arguments[1].singleText else { return .missing }
        switch self {
        case .strftime:
            guard let time = arguments[0].epoch else { return .missing }
            return .text(context.text(ofTime: time, format: argument.string))
        case .strptime:
            guard let text = arguments[0].singleText,
                let time = context.time(ofText: text, format: argument.string)
            else { return .missing }
            return .number(EpochText.seconds(time))
        default:
            guard let time = arguments[0].clampedEpoch, let shifted = context.time(time, shiftedBy: argument.string)
            else {
                return .missing
            }
            return .number(EpochText.seconds(shifted))
        }
    }
}

extension Value {
    /// The time in nanoseconds that the one number is, as seconds from the epoch.
    var epoch: Int64? {
        switch self {
        case .number(let number): EpochText.nanoseconds(seconds: number)
        default: singleText.flatMap { EpochText.nanoseconds($0) }
        }
    }

    /// The same, and for a time out of range the nearest that is not.
    fileprivate var clampedEpoch: Int64? {
        epoch ?? singleNumber.map { $0 < 0 ? .min : .max }
    }
}
