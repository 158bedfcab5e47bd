import Glibc
import Values

extension EvaluationFunction {
    func applyToNumbers(_ arguments: [Value]) -> Value {
        switch self {
        case .max, .min: return extreme(of: arguments)
        case .sum, .avg: return total(of: arguments)
        default: break
        }
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
            guard let base = arguments[1].singleNumber, base > 0 else { return .missing }
            return .number(base == 10 ? log10(number) : base == 2 ? log2(number) : Glibc.log(number) / Glibc.log(base))
        case .pow: return arguments[1].singleNumber.map { .number(Glibc.pow(number, $0)) } ?? .missing
        case .atan2: return arguments[1].singleNumber.map { .number(Glibc.atan2(number, $0)) } ?? .missing
        case .hypot: return arguments[1].singleNumber.map { .number(Glibc.hypot(number, $0)) } ?? .missing
        case .acos: return .number(Glibc.acos(number))
        case .acosh: return .number(Glibc.acosh(number))
        case .asin: return .number(Glibc.asin(number))
        case .asinh: return .number(Glibc.asinh(number))
        case .atan: return .number(Glibc.atan(number))
        case .atanh: return .number(Glibc.atanh(number))
        case .cos: return .number(Glibc.cos(number))
        case .cosh: return .number(Glibc.cosh(number))
        case .sin: return .number(Glibc.sin(number))
        case .sinh: return .number(Glibc.sinh(number))
        case .tan: return .number(Glibc.tan(number))
        case .tanh: return .number(Glibc.tanh(number))
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

    /// The sum or the average of all values that are numbers; the others do not count.
    private func total(of arguments: [Value]) -> Value {
        let numbers = arguments.flatMap { argument in
            if case .number(let number) = argument { [number] } else { argument.texts.compactMap(NumberText.parse) }
        }
        guard !numbers.isEmpty else { return .missing }
        let sum = numbers.reduce(0, +)
        return .number(self == .avg ? sum / Double(numbers.count) : sum)
    }

    /// The largest whole number that Splunk's bitwise functions know, and the mask of `bit_not`.
    private static let allBits: UInt64 = 1 << 53 - 1

    /// The bitwise functions: on whole numbers from 0 to 2⁵³ - 1, as Splunk documents; missing for any other argument.
    func applyToBits(_ arguments: [Value]) -> Value {
        var bits: [UInt64] = []
        for argument in arguments {
            guard let number = argument.singleNumber, number >= 0, let whole = UInt64(exactly: number),
                whole <= Self.allBits
            else { return .missing }
            bits.append(whole)
        }
        let result: UInt64 =
            switch self {
            case .bitAnd: bits.reduce(Self.allBits, &)
            case .bitOr: bits.reduce(0, |)
            case .bitXor: bits.reduce(0, ^)
            case .bitNot: ~bits[0] & (bits.count > 1 ? bits[1] : Self.allBits)
            case .bitShiftLeft: bits[1] > 53 ? 0 : bits[0] << bits[1]
            default: bits[1] > 53 ? 0 : bits[0] >> bits[1]
            }
        return .number(Double(result & Self.allBits))
    }
}
