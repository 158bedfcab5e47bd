/// A decimal number as text writes it: a sign, digits with or without a point, an exponent.
///
/// Integers that fit in 64 bits stay exact, so that identifiers and file times beyond 2^53 keep their order; anything
/// else is the nearest double.
public struct DecimalNumber: Sendable {
    /// The nearest double, also where ``integer`` has the exact value.
    public let value: Double
    /// The exact value, for integers written without point and exponent that fit.
    public let integer: Int64?

    /// Reads the whole text as a number; `nil` when it is none. Hexadecimal, infinities, NaN and white space are not
    /// decimal numbers.
    ///
    /// - Complexity: linear; allocates only for numbers of more than 19 digits or with an exponent beyond 22.
    public init?(_ text: UnsafeRawBufferPointer) {
        var index = 0
        let count = text.count
        var isNegative = false
        if index < count, text[index] == 0x2D || text[index] == 0x2B {
            isNegative = text[index] == 0x2D
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var dropped = false
        var fractionDigits = 0
        var point = false
        while index < count {
            let byte = text[index]
            if byte == 0x2E, !point {
                point = true
            } else if byte &- 0x30 < 10 {
                digits += 1
                // Nineteen digits fit in 64 bits unsigned whatever they are.
                if mantissa < 1_000_000_000_000_000_000 {
                    mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                    if point { fractionDigits += 1 }
                } else {
                    dropped = true
                }
            } else {
                break
            }
            index += 1
        }
        if digits == 0 { return nil }
        var exponent = 0
        var hasExponent = false
        if index < count, text[index] | 0x20 == 0x65 {
            hasExponent = true
            index += 1
            var exponentIsNegative = false
            if index < count, text[index] == 0x2D || text[index] == 0x2B {
                exponentIsNegative = text[index] == 0x2D
                index += 1
            }
            let start = index
            while index < count, text[index] &- 0x30 < 10 {
                exponent = min(exponent * 10 + Int(text[index] &- 0x30), 100_000)
                index += 1
            }
            if index == start { return nil }
            if exponentIsNegative { exponent = -exponent }
        }
        if index != count { return nil }

        if !point, !hasExponent, !dropped, mantissa <= UInt64(Int64.max) {
            let magnitude = Int64(mantissa)
            integer = isNegative ? -magnitude : magnitude
            value = Double(isNegative ? -magnitude : magnitude)
            return
        }
        integer = nil
        let scale = exponent - fractionDigits
        if !dropped, mantissa <= 1 << 53, scale >= -22, scale <= 22 {
            // Both operands are exact, so one operation rounds once and the result is the nearest double.
            let magnitude = Double(mantissa)
            let power = DecimalNumber.powersOfTen(Swift.abs(scale))
            let scaled = scale < 0 ? magnitude / power : magnitude * power
            value = isNegative ? -scaled : scaled
            return
        }
        guard let parsed = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        value = parsed
    }

    /// Ten to the power of 0 to 22, exact in a double.
    private static func powersOfTen(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}

extension DecimalNumber: Comparable {
    /// Exact where both are whole numbers of 64 bits, else by their nearest doubles.
    public static func == (left: DecimalNumber, right: DecimalNumber) -> Bool {
        if let first = left.integer, let second = right.integer { return first == second }
        return left.value == right.value
    }

    /// Exact where both are whole numbers of 64 bits, else by their nearest doubles.
    public static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        if let first = left.integer, let second = right.integer { return first < second }
        return left.value < right.value
    }
}
