/// Figures as people read them, in every locale the same: a comma between thousands, a point before decimals.
public enum Figures {
    /// `459,484`.
    public static func count(_ value: Int) -> String {
        var digits = Array(String(value.magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// `1 finding`, `3 findings`.
    public static func count(_ value: Int, _ noun: String) -> String {
        "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `999 B`, `1.16 GB`: powers of a thousand, three digits.
    public static func bytes(_ value: Int) -> String {
        guard value >= 1000 else { return "\(value) B" }
        var scaled = Double(value) / 1000
        var unit = 0
        // What would be shown as 1000 belongs to the next unit.
        while scaled >= 999.5 && unit < units.count - 1 {
            scaled /= 1000
            unit += 1
        }
        return "\(threeDigits(scaled)) \(units[unit])"
    }

    /// `14.5 GB/s`, or `nil` where no time has passed that could be measured.
    public static func rate(bytes value: Int, seconds: Double) -> String? {
        guard seconds > 0, value > 0 else { return nil }
        let rate = Double(value) / seconds
        return rate < 9e18 ? "\(bytes(Int(rate)))/s" : nil
    }

    /// `0.08 s`, `12.3 s`, `2 min 5 s`, `3 h 4 min`.
    public static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "?" }
        let seconds = max(0, seconds)
        if seconds < 9.995 { return "\(fixed(seconds, decimals: 2)) s" }
        if seconds < 59.95 { return "\(fixed(seconds, decimals: 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(count(whole / 3600)) h \(whole % 3600 / 60) min"
    }

    private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

    private static func threeDigits(_ value: Double) -> String {
        fixed(value, decimals: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        if decimals == 0 { return String(scaled) }
        let fraction = String(scaled % scale)
        return "\(scaled / scale).\(String(repeating: "0", count: decimals - fraction.utf8.count))\(fraction)"
    }
}
