import Values

/// `round`, `tonumber` and `tostring`.
enum NumberConversion {
    /// Rounded to so many decimals (tens, hundreds, ... where negative), halves away from zero.
    ///
    /// A number counts as what it is printed as, so 2.555 to two decimals is 2.56 though its double lies below.
    static func round(_ number: Double, decimals: Int) -> Double {
        var factor = 1.0
        for _ in 0..<decimals.magnitude { factor *= 10 }
        let scaled = decimals < 0 ? number / factor : number * factor
        guard scaled.magnitude < 1e15 else { return number }
        let rounded = (NumberText.parse(NumberText.text(scaled)) ?? scaled).rounded(.toNearestOrAwayFromZero)
        return decimals < 0 ? rounded * factor : rounded / factor
    }

    /// `tonumber(x[, base])`: digits and letters of a base from 2 to 36; decimal with sign, point and exponent else.
    static func number(_ value: Value, base: Value?) -> Value {
        guard let base else { return value.singleNumber.map { .number($0) } ?? .missing }
        guard let radix = base.singleNumber, (2...36).contains(radix), let text = value.singleText else {
            return .missing
        }
        if radix == 10 { return NumberText.parse(text).map { .number($0) } ?? .missing }
        var digits = text.bytes[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        if radix == 16, digits.count > 2, digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) {
            digits = digits.dropFirst(2)
        }
        guard !digits.isEmpty else { return .missing }
        var number = 0.0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A") + 10
            default: return .missing
            }
            guard Double(digit) < radix else { return .missing }
            number = number * radix + Double(digit)
        }
        return Value.number(isNegative ? -number : number).normalised
    }

    /// `toint(x[, base])`: the number without its fraction, downwards.
    static func integer(_ value: Value, base: Value?) -> Value {
        if case .number(let number) = value { return .number(number.rounded(.down)) }
        return number(value, base: base).singleNumber.map { .number($0.rounded(.down)) } ?? .missing
    }

    /// What `tostring` makes of null.
    static let nullText = Value.text("Null")

    /// `tostring(x[, format])`: `binary`, `hex` (of negative numbers in 64 bits), `commas` (with at most two decimals),
    /// `duration` (seconds as `D+HH:MM:SS`). What is null becomes a text that says so.
    static func text(_ value: Value, format: Value?) -> Value {
        guard let format else { return value.isMissing ? nullText : value.mapTexts { $0 } }
        guard let number = value.singleNumber else { return value }
        switch format.singleText?.string {
        case "hex":
            guard let whole = Int64(exactly: number) else { return .missing }
            return .text(Text("0x" + String(UInt64(bitPattern: whole), radix: 16, uppercase: true)))
        case "binary":
            guard let whole = UInt64(exactly: number) else { return .missing }
            return .text(Text(String(whole, radix: 2)))
        case "commas": return .text(Text(bytes: commas(number)))
        case "duration": return duration(number).map { .text($0) } ?? value
        default: return .missing
        }
    }

    private static func commas(_ number: Double) -> [UInt8] {
        var text = NumberText.text(round(number, decimals: 2)).bytes
        guard !text.contains(UInt8(ascii: "e")) else { return text }
        let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.count
        if point < text.count, text.count - point == 2 { text.append(UInt8(ascii: "0")) }
        let start = text.first == UInt8(ascii: "-") ? 1 : 0
        for place in stride(from: point - 3, to: start, by: -3) { text.insert(UInt8(ascii: ","), at: place) }
        return text
    }

    /// Seconds as `HH:MM:SS`, with days before a plus sign and up to six decimals where there are any.
    private static func duration(_ seconds: Double) -> Text? {
        guard seconds.magnitude < 9e9, let time = EpochText.nanoseconds(seconds: seconds.magnitude) else { return nil }
        let whole = time / EpochText.second
        var text: [UInt8] = seconds < 0 ? [UInt8(ascii: "-")] : []
        if whole >= 86_400 {
            NumberText.append(whole / 86_400, to: &text)
            text.append(UInt8(ascii: "+"))
        }
        for (position, part) in [whole % 86_400 / 3_600, whole % 3_600 / 60, whole % 60].enumerated() {
            if position > 0 { text.append(UInt8(ascii: ":")) }
            if part < 10 { text.append(UInt8(ascii: "0")) }
            NumberText.append(part, to: &text)
        }
        let microseconds = time % EpochText.second / 1_000
        if microseconds > 0 {
            // Past the zero before the point.
            text += EpochText.text(nanoseconds: microseconds * 1_000).bytes.dropFirst()
        }
        return Text(bytes: text)
    }
}
