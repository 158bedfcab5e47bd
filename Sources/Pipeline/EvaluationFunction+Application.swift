import Glibc
import Values

extension EvaluationFunction {
    /// The result for arguments whose number was checked. A missing or unfit argument gives a missing result.
    ///
    /// Functions that need their arguments unevaluated (`if`, `match`, ...) have nodes of their own.
    func apply(_ arguments: [Value], context: EvaluationContext) -> Value {
        switch self {
        case .abs, .ceiling, .exact, .exp, .floor, .ln, .log, .pow, .round, .sqrt, .max, .min:
            applyToNumbers(arguments).normalised
        case .len, .lower, .upper, .trim, .ltrim, .rtrim, .substr, .urldecode, .md5, .sha1, .sha256, .sha512:
            applyToTexts(arguments)
        case .tonumber: NumberConversion.number(arguments[0], base: arguments.count > 1 ? arguments[1] : nil)
        case .tostring: NumberConversion.text(arguments[0], format: arguments.count > 1 ? arguments[1] : nil)
        case .mvappend, .mvcount, .mvdedup, .mvindex, .mvjoin, .mvrange, .mvsort, .mvzip, .split:
            applyToSeveral(arguments)
        case .strftime, .strptime, .relativeTime: applyToTimes(arguments, context: context)
        case .caseOf, .cidrmatch, .coalesce, .ifThen, .inList, .isnotnull, .isnull, .isnum, .isstr, .like, .match,
            .mvfilter, .mvfind, .now, .null, .nullif, .pi, .replace, .searchmatch, .time, .alwaysTrue, .alwaysFalse,
            .typeof, .validate:
            .missing
        }
    }

    private func applyToNumbers(_ arguments: [Value]) -> Value {
        if self == .max || self == .min { return extreme(of: arguments) }
        guard let number = arguments[0].singleNumber else { return .missing }
        switch self {
        case .abs: return .number(number.magnitude)
        case .ceiling: return .number(number.rounded(.up))
        case .exact: return .number(number)
        case .exp: return .number(Glibc.exp(number))
        case .floor: return .number(number.rounded(.down))
        case .ln: return .number(Glibc.log(number))
        case .sqrt: return .number(number.squareRoot())
        case .log:
            guard arguments.count > 1 else { return .number(log10(number)) }
            guard let base = arguments[1].singleNumber else { return .missing }
            return .number(base == 10 ? log10(number) : base == 2 ? log2(number) : Glibc.log(number) / Glibc.log(base))
        case .pow: return arguments[1].singleNumber.map { .number(Glibc.pow(number, $0)) } ?? .missing
        case .round:
            guard arguments.count > 1 else { return .number(NumberConversion.round(number, decimals: 0)) }
            guard let decimals = arguments[1].singleNumber else { return .missing }
            return .number(NumberConversion.round(number, decimals: Int(Swift.max(-20, Swift.min(20, decimals)))))
        default: return .missing
        }
    }

    /// The greatest or least of numbers and texts; every text is greater than any number. Missing ones do not count.
    private func extreme(of arguments: [Value]) -> Value {
        var best: Value?
        for argument in arguments {
            for text in argument.texts {
                let candidate = NumberText.parse(text).map { Value.number($0) } ?? .text(text)
                guard let held = best else {
                    best = candidate
                    continue
                }
                let comparison: Comparison =
                    switch (candidate, held) {
                    case (.number(let first), .number(let second)): .ofNumbers(first, second)
                    case (.number, _): .ascending
                    case (_, .number): .descending
                    default: .ofTexts(text, held.singleText ?? text)
                    }
                if comparison == (self == .max ? .descending : .ascending) { best = candidate }
            }
        }
        return best ?? .missing
    }

    private func applyToTexts(_ arguments: [Value]) -> Value {
        switch self {
        case .len: return arguments[0].singleText.map { .number(Double(Utf8.count($0.bytes))) } ?? .missing
        case .substr: return substring(arguments)
        case .trim, .ltrim, .rtrim:
            var set = Array(" \t".utf8)
            if arguments.count > 1 {
                guard let given = arguments[1].singleText else { return .missing }
                set = given.bytes
            }
            return arguments[0].mapTexts { text in
                var bytes = text.bytes[...]
                if self != .rtrim { bytes = bytes.drop { set.contains($0) } }
                if self != .ltrim { while let last = bytes.last, set.contains(last) { bytes.removeLast() } }
                return Text(bytes: Array(bytes))
            }
        default:
            let transform: ([UInt8]) -> [UInt8] =
                switch self {
                case .lower: { Utf8.cased($0, upper: false) }
                case .upper: { Utf8.cased($0, upper: true) }
                case .urldecode: Self.decodedURL
                case .md5: Digest.md5
                case .sha1: Digest.sha1
                case .sha256: Digest.sha256
                default: Digest.sha512
                }
            return arguments[0].mapTexts { Text(bytes: transform($0.bytes)) }
        }
    }

    /// `substr(text, start[, length])`: characters counted from 1, or from the end where the start is negative.
    private func substring(_ arguments: [Value]) -> Value {
        guard let start = arguments[1].singleNumber.flatMap({ Int(exactly: $0.rounded(.towardZero)) }) else {
            return .missing
        }
        var length = Int.max
        if arguments.count > 2 {
            guard let given = arguments[2].singleNumber else { return .missing }
            length = Int(exactly: Swift.min(1e15, Swift.max(0, given.rounded(.towardZero)))) ?? 0
        }
        return arguments[0].mapTexts { text in
            let first = start >= 0 ? Swift.max(0, start - 1) : Swift.max(0, Utf8.count(text.bytes) &+ start)
            return Text(bytes: Utf8.slice(text.bytes, from: first, count: length))
        }
    }

    /// `%` and two hexadecimal digits become the byte; anything else stays.
    private static func decodedURL(_ bytes: [UInt8]) -> [UInt8] {
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
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
            guard let time = arguments[0].epoch, let shifted = context.time(time, shiftedBy: argument.string) else {
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
}
