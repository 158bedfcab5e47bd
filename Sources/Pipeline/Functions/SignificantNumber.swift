import Glibc
import Values

/// A number with the figures that are significant in it, for `sigfig`.
///
/// A product or quotient has as many significant figures as the operand with the fewest, a sum or difference as many
/// decimals as the one with the fewest. What is not written in digits (a function's result) limits nothing.
struct SignificantNumber {
    private var number: Double
    /// Significant digits, and digits behind the point; `nil` for an exact number.
    private var digits: (figures: Int, decimals: Int)?

    /// The result of a node; `nil` where it is no number.
    init?<Reader>(_ node: ValueNode, in scope: EvaluationScope<Reader>) {
        switch node {
        case .arithmetic(let operation, let left, let right) where operation != .remainder:
            guard let first = SignificantNumber(left, in: scope), let second = SignificantNumber(right, in: scope),
                let result = operation.apply(
                    .number(first.number), .number(second.number), scope.context.limits
                ).singleNumber
            else { return nil }
            number = result
            switch operation {
            case .multiply, .divide:
                if let figures = Self.least(first.digits?.figures, second.digits?.figures) {
                    digits = (figures, figures - Self.magnitude(result))
                }
            default:
                if let decimals = Self.least(first.digits?.decimals, second.digits?.decimals) {
                    digits = (max(1, decimals + Self.magnitude(result)), decimals)
                }
            }
        case .negate(let inner):
            guard let value = SignificantNumber(inner, in: scope) else { return nil }
            number = -value.number
            digits = value.digits
        case .call(.tonumber, let arguments) where arguments.count == 1:
            guard let value = SignificantNumber(arguments[0], in: scope) else { return nil }
            self = value
        default:
            let value = node.value(in: scope)
            guard let parsed = value.singleNumber else { return nil }
            number = parsed
            let isWritten =
                switch node {
                case .constant, .column: true
                default: false
                }
            if isWritten, let text = value.singleText { digits = Self.digits(of: text.bytes) }
        }
    }

    var rounded: Value {
        guard let digits, number != 0 else { return Value.number(number).normalised }
        return Value.number(NumberConversion.round(number, decimals: max(-300, min(300, digits.decimals)))).normalised
    }

    private static func least(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// How many digits stand before the point; 0 and less below one tenth.
    private static func magnitude(_ number: Double) -> Int {
        number == 0 ? 1 : Int(log10(number.magnitude).rounded(.down)) + 1
    }

    private static func digits(of text: [UInt8]) -> (figures: Int, decimals: Int) {
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        let all = mantissa.filter { $0 &- 0x30 < 10 }
        let figures = max(1, all.drop { $0 == UInt8(ascii: "0") }.count)
        return (figures, point.map { mantissa.endIndex - $0 - 1 } ?? 0)
    }
}
