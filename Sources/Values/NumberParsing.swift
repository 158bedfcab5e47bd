extension NumberText {
    /// The number that a text is, or `nil`.
    ///
    /// A number is an optional sign, decimal digits with at most one point and at least one digit, and an optional
    /// decimal exponent. Hexadecimal, infinity, `nan`, white space around it and what overflows a double are no numbers.
    ///
    /// Does not allocate for up to eighteen digits with a small exponent.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> Double? {
        var index = 0
        let end = bytes.count
        guard end > 0 else { return nil }
        var isNegative = false
        if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
            isNegative = bytes[0] == UInt8(ascii: "-")
            index = 1
        }
        var mantissa: UInt64 = 0
        var significant = 0
        var digits = 0
        var fraction = 0
        var seenPoint = false
        while index < end {
            let byte = bytes[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                digits += 1
                if seenPoint { fraction += 1 }
                if significant > 0 || digit != 0 { significant += 1 }
                if significant <= 18 { mantissa = mantissa &* 10 &+ UInt64(digit) }
            } else if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        var exponent = 0
        if index < end {
            guard bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
            index += 1
            guard let parsed = parseExponent(bytes, from: index) else { return nil }
            exponent = parsed
        }
        if significant == 0 { return 0 }
        let power = exponent - fraction
        if significant <= 18 {
            if power == 0 {
                let number = Double(mantissa)
                return isNegative ? -number : number
            }
            // Both operands and so the quotient or product are correctly rounded (Clinger's fast path).
            if mantissa <= 1 << 53, power.magnitude <= 22 {
                let number =
                    power < 0 ? Double(mantissa) / powersOfTen[-power] : Double(mantissa) * powersOfTen[power]
                return isNegative ? -number : number
            }
        }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    /// As above, for bytes in an array.
    public static func parse(_ bytes: [UInt8]) -> Double? {
        bytes.withUnsafeBytes { parse($0) }
    }

    /// As above, for a text.
    public static func parse(_ text: Text) -> Double? {
        text.bytes.withUnsafeBytes { parse($0) }
    }

    /// A signed decimal exponent that takes all the rest, held within ±9,999, where every double has long ended.
    private static func parseExponent(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < bytes.count else { return nil }
        var exponent = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            exponent = min(9_999, exponent * 10 + Int(digit))
            index += 1
        }
        return isNegative ? -exponent : exponent
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
