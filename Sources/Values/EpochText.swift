/// Points in time as the texts that `_time` is shown and grouped by: seconds from the epoch, with as many decimals as
/// the time has.
public enum EpochText {
    /// Nanoseconds in a second.
    public static let second: Int64 = 1_000_000_000

    /// `1600000000`, `1600000000.25`, `-0.5`.
    public static func text(nanoseconds: Int64) -> Text {
        var bytes: [UInt8] = []
        append(nanoseconds: nanoseconds, to: &bytes)
        return Text(bytes: bytes)
    }

    /// Appends what ``text(nanoseconds:)`` returns.
    public static func append(nanoseconds: Int64, to bytes: inout [UInt8]) {
        let (seconds, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: UInt64(second))
        if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        NumberText.append(Int64(seconds), to: &bytes)
        guard rest != 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var digits = rest
        var divisor: UInt64 = 100_000_000
        while digits != 0 {
            let (digit, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
            bytes.append(UInt8(ascii: "0") + UInt8(digit))
            digits = remainder
            divisor /= 10
        }
    }

    /// Nanoseconds from the epoch, or `nil` for what is no number or out of range (years 1677 to 2262).
    ///
    /// Decimals are taken as they are written, not by way of a double, to which recent times in nanoseconds do not
    /// fit; from the tenth on they are dropped.
    public static func nanoseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard let approximate = NumberText.parse(text) else { return nil }
        var index = 0
        var isNegative = false
        if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var total: UInt64 = 0
        var decimals = -1
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                decimals = 0
            } else if byte | 0x20 == UInt8(ascii: "e") {
                return nanoseconds(seconds: approximate)
            } else if decimals < 9 {
                let (product, overflow) = total.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
                if overflow || carry { return nil }
                total = sum
                if decimals >= 0 { decimals += 1 }
            }
            index += 1
        }
        for _ in max(0, decimals)..<9 {
            let (product, overflow) = total.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            total = product
        }
        return isNegative ? Int64(exactly: -Int128(total)) : Int64(exactly: total)
    }

    /// As above, for a text.
    public static func nanoseconds(_ text: Text) -> Int64? {
        text.bytes.withUnsafeBytes { nanoseconds($0) }
    }

    /// Nanoseconds of a computed number of seconds, or `nil` where it is out of range: those of the number as printed, or
    /// where that has lost digits the nearest microsecond, which is about what a double of these years can tell apart.
    public static func nanoseconds(seconds: Double) -> Int64? {
        guard seconds.magnitude < 9.2e9 else { return nil }
        if seconds.magnitude < 1e-7 { return 0 }
        let text = NumberText.text(seconds)
        if NumberText.parse(text) == seconds { return nanoseconds(text) }
        return Int64(exactly: (seconds * 1e6).rounded()).map { $0 * 1000 }
    }

    /// The start of the bucket that a time lies in: buckets are counted from the epoch, also backwards.
    ///
    /// `span` is in nanoseconds; with none (or one that is not positive) it is the time itself.
    public static func bucket(_ nanoseconds: Int64, span: Int64?) -> Int64 {
        guard let span, span > 0 else { return nanoseconds }
        let remainder = nanoseconds % span
        let offset = remainder < 0 ? remainder + span : remainder
        let (start, overflow) = nanoseconds.subtractingReportingOverflow(offset)
        return overflow ? nanoseconds : start
    }
}

extension EpochText {
    /// The time in seconds, as the double that its text reads as.
    @inlinable
    public static func seconds(_ nanoseconds: Int64) -> Double {
        // Both operands are exact wherever the time has no more than microseconds, and so one rounding is all.
        let (microseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        return rest == 0 ? Double(microseconds) / 1e6 : Double(nanoseconds) / 1e9
    }
}
