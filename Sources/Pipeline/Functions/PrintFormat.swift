import Glibc
import Values

/// `printf`: a format with specifiers such as `%-10.3f`, each filled with the next argument.
///
/// Flags, widths, precisions and specifiers are those that Splunk documents for it; widths and precisions may be `*`. A
/// specifier that is none, an argument too few, and one that is no number where a number is needed give a missing value.
enum PrintFormat {
    /// The widest field and the highest precision; more is cut to it, as a line of log must not ask for gigabytes.
    private static let maximumWidth = 1000

    private struct Specifier {
        var isLeft = false
        var hasSign = false
        var hasSpace = false
        var isZeroPadded = false
        var isAlternate = false
        var hasCommas = false
        var width = 0
        var precision: Int?
        var letter: UInt8 = 0
    }

    /// `arguments` begin with the format.
    static func text(_ arguments: [Value], _ limits: EvaluationLimits) -> Value {
        guard let format = arguments[0].singleText?.bytes else { return .missing }
        var rest = arguments.dropFirst()
        var result: [UInt8] = []
        var index = 0
        while index < format.count {
            guard format[index] == UInt8(ascii: "%") else {
                result.append(format[index])
                index += 1
                continue
            }
            index += 1
            guard var specifier = read(format, &index, &rest) else { return .missing }
            if specifier.letter == UInt8(ascii: "%") {
                result.append(UInt8(ascii: "%"))
                continue
            }
            guard let argument = rest.popFirst(), let filled = fill(&specifier, with: argument) else { return .missing }
            result += filled
            // What is missing of the format is of no account then.
            guard limits.allows(bytes: result.count) else { return .missing }
        }
        return .text(Text(bytes: result))
    }

    private static func read(_ format: [UInt8], _ index: inout Int, _ rest: inout ArraySlice<Value>) -> Specifier? {
        var specifier = Specifier()
        flags: while index < format.count {
            switch format[index] {
            case UInt8(ascii: "-"): specifier.isLeft = true
            case UInt8(ascii: "+"): specifier.hasSign = true
            case UInt8(ascii: " "): specifier.hasSpace = true
            case UInt8(ascii: "0"): specifier.isZeroPadded = true
            case UInt8(ascii: "#"): specifier.isAlternate = true
            case UInt8(ascii: "'"): specifier.hasCommas = true
            default: break flags
            }
            index += 1
        }
        guard let width = readNumber(format, &index, &rest) else { return nil }
        if width < 0 { specifier.isLeft = true }
        specifier.width = min(maximumWidth, abs(width))
        if index < format.count, format[index] == UInt8(ascii: ".") {
            index += 1
            guard let precision = readNumber(format, &index, &rest) else { return nil }
            specifier.precision = precision < 0 ? nil : min(maximumWidth, precision)
        }
        guard index < format.count else { return nil }
        specifier.letter = format[index]
        index += 1
        return specifier
    }

    /// Digits, or `*` for the next argument; 0 where there is neither.
    private static func readNumber(_ format: [UInt8], _ index: inout Int, _ rest: inout ArraySlice<Value>) -> Int? {
        if index < format.count, format[index] == UInt8(ascii: "*") {
            index += 1
            guard let number = rest.popFirst()?.singleNumber else { return nil }
            return Int(max(-1e6, min(1e6, number)))
        }
        var number = 0
        while index < format.count, format[index] &- 0x30 < 10 {
            number = min(maximumWidth, number * 10 + Int(format[index] - 0x30))
            index += 1
        }
        return number
    }

    private static func fill(_ specifier: inout Specifier, with argument: Value) -> [UInt8]? {
        switch specifier.letter {
        case UInt8(ascii: "s"), UInt8(ascii: "z"):
            guard let text = argument.singleText?.bytes else { return nil }
            let shown = specifier.precision.map { Utf8.slice(text, from: 0, count: $0) } ?? text
            return padded(shown, specifier)
        case UInt8(ascii: "c"):
            guard let character = character(argument) else { return nil }
            return padded(character, specifier)
        case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "o"), UInt8(ascii: "x"),
            UInt8(ascii: "X"), UInt8(ascii: "p"):
            guard let number = argument.singleNumber, let whole = Int64(exactly: number.rounded(.towardZero)) else {
                return nil
            }
            return integer(whole, specifier)
        case UInt8(ascii: "a"), UInt8(ascii: "A"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "f"),
            UInt8(ascii: "F"), UInt8(ascii: "g"), UInt8(ascii: "G"):
            return argument.singleNumber.map { fraction($0, specifier) }
        default: return nil
        }
    }

    /// The first character of a text, or the one with the number.
    private static func character(_ argument: Value) -> [UInt8]? {
        if let number = argument.singleNumber {
            guard let code = UInt32(exactly: number), let scalar = Unicode.Scalar(code) else { return nil }
            return Array(String(scalar).utf8)
        }
        return argument.singleText.map { Utf8.slice($0.bytes, from: 0, count: 1) }
    }

    private static func integer(_ number: Int64, _ specifier: Specifier) -> [UInt8] {
        var digits: [UInt8]
        var sign: [UInt8] = []
        switch specifier.letter {
        case UInt8(ascii: "d"), UInt8(ascii: "i"):
            digits = Array(String(number.magnitude).utf8)
            sign = self.sign(isNegative: number < 0, specifier)
        case UInt8(ascii: "u"): digits = Array(String(UInt64(bitPattern: number)).utf8)
        case UInt8(ascii: "o"): digits = Array(String(UInt64(bitPattern: number), radix: 8).utf8)
        default:
            let isUpper = specifier.letter != UInt8(ascii: "x")
            digits = Array(String(UInt64(bitPattern: number), radix: 16, uppercase: isUpper).utf8)
            if specifier.isAlternate, number != 0 { sign = Array((isUpper ? "0X" : "0x").utf8) }
        }
        if let precision = specifier.precision {
            if precision == 0, number == 0 { digits = [] }
            digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, precision - digits.count)), at: 0)
        }
        if specifier.letter == UInt8(ascii: "o"), specifier.isAlternate, digits.first != UInt8(ascii: "0") {
            digits.insert(UInt8(ascii: "0"), at: 0)
        }
        if specifier.hasCommas { digits = withCommas(digits) }
        return padded(sign: sign, digits, specifier, takesZeros: specifier.precision == nil)
    }

    private static func fraction(_ number: Double, _ specifier: Specifier) -> [UInt8] {
        // "%" + "#" + ".*" + letter, of which only the letter comes from outside, and it was checked.
        var format = [CChar(bitPattern: UInt8(ascii: "%"))]
        if specifier.isAlternate { format.append(CChar(bitPattern: UInt8(ascii: "#"))) }
        var arguments: [any CVarArg] = []
        // Without a precision %a shows all digits there are, the others six.
        if let precision = specifier.precision {
            format += ".*".utf8.map { CChar(bitPattern: $0) }
            arguments.append(CInt(precision))
        }
        format += [CChar(bitPattern: specifier.letter), 0]
        arguments.append(number.magnitude)
        var buffer = [UInt8](repeating: 0, count: 400 + maximumWidth)
        let length = withVaList(arguments) { list in
            buffer.withUnsafeMutableBytes { bytes in
                // SAFETY: the format takes exactly the arguments that were collected for it, and no more than the
                // buffer's size is written; a double has at most 309 digits before the point.
                vsnprintf(bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, format, list)
            }
        }
        var digits = Array(buffer.prefix(max(0, min(Int(length), buffer.count - 1))))
        if specifier.hasCommas {
            let whole = digits.prefix { $0 &- 0x30 < 10 }
            digits = withCommas(Array(whole)) + digits[whole.endIndex...]
        }
        return padded(sign: sign(isNegative: number.sign == .minus, specifier), digits, specifier, takesZeros: true)
    }

    private static func sign(isNegative: Bool, _ specifier: Specifier) -> [UInt8] {
        if isNegative { return [UInt8(ascii: "-")] }
        if specifier.hasSign { return [UInt8(ascii: "+")] }
        return specifier.hasSpace ? [UInt8(ascii: " ")] : []
    }

    private static func withCommas(_ digits: [UInt8]) -> [UInt8] {
        var result = digits
        for place in stride(from: digits.count - 3, to: 0, by: -3) { result.insert(UInt8(ascii: ","), at: place) }
        return result
    }

    private static func padded(
        sign: [UInt8], _ digits: [UInt8], _ specifier: Specifier, takesZeros: Bool
    ) -> [UInt8] {
        let missing = max(0, specifier.width - sign.count - digits.count)
        if specifier.isZeroPadded, takesZeros, !specifier.isLeft {
            return sign + [UInt8](repeating: UInt8(ascii: "0"), count: missing) + digits
        }
        return padded(sign + digits, specifier)
    }

    private static func padded(_ text: [UInt8], _ specifier: Specifier) -> [UInt8] {
        let spaces = [UInt8](repeating: UInt8(ascii: " "), count: max(0, specifier.width - Utf8.count(text)))
        return specifier.isLeft ? text + spaces : spaces + text
    }
}
