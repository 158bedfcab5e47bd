/// Functions that `where` and `eval` may call; the raw value is Splunk's name.
public enum EvaluationFunction: String, Hashable, Sendable, CaseIterable {
    // Comparison and choice.
    case caseOf = "case"
    case cidrmatch, coalesce
    case alwaysFalse = "false"
    case ifThen = "if"
    case inList = "in"
    case like, match, null, nullif
    case alwaysTrue = "true"
    case validate

    // Conversion.
    case ipmask, printf, toarray, tobool, todouble, toint, tomv, tonumber, toobject, tostring

    // Digests.
    case md5, sha1, sha256, sha512

    // Time.
    case now
    case relativeTime = "relative_time"
    case strftime, strptime, time

    // Kinds of values.
    case isarray, isbool, isdouble, isint, ismv, isnotnull, isnull, isnum, isobject, isstr, typeof

    // JSON.
    case json
    case jsonAppend = "json_append"
    case jsonArray = "json_array"
    case jsonArrayToMultivalue = "json_array_to_mv"
    case jsonDelete = "json_delete"
    case jsonEntries = "json_entries"
    case jsonExtend = "json_extend"
    case jsonExtract = "json_extract"
    case jsonExtractExact = "json_extract_exact"
    case jsonHasKeyExact = "json_has_key_exact"
    case jsonKeys = "json_keys"
    case jsonObject = "json_object"
    case jsonSet = "json_set"
    case jsonSetExact = "json_set_exact"
    case jsonValid = "json_valid"
    case multivalueToJSONArray = "mv_to_json_array"

    // Numbers.
    case abs, avg, ceiling, exact, exp, floor, ln, log, max, min, pi, pow, round, sigfig, sqrt, sum
    case acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, hypot, sin, sinh, tan, tanh
    case bitAnd = "bit_and"
    case bitNot = "bit_not"
    case bitOr = "bit_or"
    case bitShiftLeft = "bit_shift_left"
    case bitShiftRight = "bit_shift_right"
    case bitXor = "bit_xor"

    // Several values.
    case commands, mvappend, mvcount, mvdedup, mvfilter, mvfind, mvindex, mvjoin, mvmap, mvrange, mvreverse, mvsort
    case mvzip, split

    // Text.
    case len, lower, ltrim, replace, rtrim, spath, substr, trim, upper, urldecode

    /// Whether the result is true or false, whatever the arguments are.
    var yieldsCondition: Bool {
        switch self {
        case .cidrmatch, .inList, .like, .match, .alwaysTrue, .alwaysFalse, .tobool, .isarray, .isbool, .isdouble,
            .isint, .ismv, .isnotnull, .isnull, .isnum, .isobject, .isstr, .jsonHasKeyExact, .jsonValid:
            true
        default: false
        }
    }
}
