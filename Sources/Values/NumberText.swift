import Glibc

/// Numbers as texts: how a computed number is printed and which texts count as numbers.
public enum NumberText {
    /// How many significant digits of fractions, and of whole numbers that a double can't tell apart, are printed at most.
    static let significantDigits = 15

    /// The number as it is printed: the shortest decimal that reads back the same, cut to 15 significant digits; whole numbers up
    /// to 2^53 have all of theirs, so that identifiers and times in microseconds stay apart.
    ///
    /// Whole numbers have no point. An exponent is written only below 1e-7 and from 1e21 on. What is not finite, which
    /// no computation here yields, is printed as Swift prints it.
    public static func text(_ number: Double) -> Text {
        var bytes: [UInt8] = []
        append(number, to: &bytes)
        return Text(bytes: bytes)
    }

    /// Appends what ``text(_:)`` returns, without allocating for whole numbers up to 2^53.
    public static func append(_ number: Double, to bytes: inout [UInt8]) {
        if number.magnitude <= 0x1p53, let whole = Int64(exactly: number) {
            append(whole, to: &bytes)
        } else if !number.isFinite {
            bytes.append(contentsOf: number.description.utf8)
        } else {
            var decimal = Decimal(parsing: number.description.utf8)
            if decimal.digits.count > significantDigits {
                // Cutting the shortest digits would round twice; the C library rounds the exact value once.
                decimal = Decimal(parsing: scientific(number))
            }
            decimal.append(to: &bytes)
        }
    }

    /// Appends the digits of a whole number.
    public static func append(_ number: Int64, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = bytes.count
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder))
            rest = quotient
        } while rest != 0
        bytes[start...].reverse()
    }

    /// `%.14e` of a finite number: fifteen significant digits, correctly rounded.
    private static func scientific(_ number: Double) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 40)
        // Fifteen digits, two signs, a point, `e` and three digits of exponent always fit in forty bytes.
        let length = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%.14e", $0) }
        return buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
    }

    /// Significant digits without zeros at either end, and the power of ten of the first one.
    private struct Decimal {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        /// Reads what `description` and `%e` write: digits, perhaps a point, perhaps an exponent.
        init(parsing text: some Sequence<UInt8>) {
            var seenPoint = false
            var inExponent = false
            var written = 0
            var exponentIsNegative = false
            for byte in text {
                switch byte {
                case UInt8(ascii: "-"):
                    if inExponent { exponentIsNegative = true } else { isNegative = true }
                case UInt8(ascii: "."): seenPoint = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"): inExponent = true
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    if inExponent {
                        written = written * 10 + Int(byte - UInt8(ascii: "0"))
                    } else if digits.isEmpty, byte == UInt8(ascii: "0") {
                        if seenPoint { exponent -= 1 }
                    } else {
                        if !digits.isEmpty, !seenPoint { exponent += 1 }
                        if digits.isEmpty, seenPoint { exponent -= 1 }
                        digits.append(byte)
                    }
                default: break
                }
            }
            while digits.last == UInt8(ascii: "0") { digits.removeLast() }
            exponent += exponentIsNegative ? -written : written
        }

        func append(to bytes: inout [UInt8]) {
            if isNegative { bytes.append(UInt8(ascii: "-")) }
            let zero = UInt8(ascii: "0")
            if exponent < -7 || exponent >= 21 {
                bytes.append(digits[0])
                if digits.count > 1 {
                    bytes.append(UInt8(ascii: "."))
                    bytes.append(contentsOf: digits[1...])
                }
                bytes.append(contentsOf: exponent < 0 ? "e-".utf8 : "e+".utf8)
                if exponent.magnitude < 10 { bytes.append(zero) }
                NumberText.append(Int64(exponent.magnitude), to: &bytes)
            } else if exponent < 0 {
                bytes.append(contentsOf: "0.".utf8)
                bytes.append(contentsOf: repeatElement(zero, count: -exponent - 1))
                bytes.append(contentsOf: digits)
            } else {
                let whole = exponent + 1
                bytes.append(contentsOf: digits.prefix(whole))
                bytes.append(contentsOf: repeatElement(zero, count: max(0, whole - digits.count)))
                if digits.count > whole {
                    bytes.append(UInt8(ascii: "."))
                    bytes.append(contentsOf: digits[whole...])
                }
            }
        }
    }
}
