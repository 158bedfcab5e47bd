import Pipeline

/// The widths of ranges as `bin`, `chart` and `timechart` take them: `10m`, `1mon`, `1w@w1`, `2log5`, `0.5`.
enum TimeSpan {
    /// The most days, months, ... that a span may have.
    private static let longest = 100_000

    private static let calendarUnits: [String: BinSpan.Unit] = {
        let names: [(BinSpan.Unit, [String])] = [
            (.day, ["d", "day", "days"]), (.week, ["w", "week", "weeks"]), (.month, ["mon", "month", "months"]),
            (.quarter, ["q", "qtr", "qtrs", "quarter", "quarters"]), (.year, ["y", "yr", "yrs", "year", "years"]),
        ]
        var all: [String: BinSpan.Unit] = [:]
        for (unit, spellings) in names { for spelling in spellings { all[spelling] = unit } }
        return all
    }()

    /// The span that a text is; `nil` for none.
    static func parse(_ text: String) -> BinSpan? {
        if let number = Double(text) { return number > 0 && number.isFinite ? .number(number) : nil }
        return logarithm(text) ?? time(text)
    }

    /// Whether a text is a span of time, not of numbers.
    static func isTime(_ text: String) -> Bool {
        switch parse(text) {
        case .time, .calendar, .snapped: true
        case .number, .logarithm, nil: false
        }
    }

    /// A span of time of a fixed length, days and weeks among them.
    static func fixed(_ text: String) -> BinSpan? { Span.nanoseconds(text).map { .time($0) } }

    /// `[coefficient]log[base]`: a coefficient from 1 to below the base, a base above 1.
    private static func logarithm(_ text: String) -> BinSpan? {
        let bytes = Array(text.asciiLowercased.utf8)
        let word = Array("log".utf8)
        guard bytes.count >= word.count,
            let place = (0...(bytes.count - word.count)).first(where: { bytes[$0...].starts(with: word) })
        else { return nil }
        let before = bytes[..<place].string
        let after = bytes[(place + word.count)...].string
        guard let coefficient = before.isEmpty ? 1 : Double(before), let base = after.isEmpty ? 10 : Double(after),
            base > 1, base.isFinite, coefficient >= 1, coefficient < base
        else { return nil }
        return .logarithm(coefficient: coefficient, base: base)
    }

    private static func time(_ text: String) -> BinSpan? {
        let bytes = Array(text.utf8)
        let at = bytes.firstIndex(of: UInt8(ascii: "@")) ?? bytes.count
        let length = bytes[..<at].string
        guard at < bytes.count else { return calendar(length) ?? fixed(length) }
        let snap = bytes[(at + 1)...]
        let unit = snap.prefix { $0.isLetter || $0.isDigit }
        guard !unit.isEmpty, let offset = offset(snap.dropFirst(unit.count)) else { return nil }
        switch calendar(length) {
        case .calendar(let count, let unit) where unit != .day && unit != .week:
            // Months begin where the calendar has them.
            return offset == 0 && snap.elementsEqual(unit.rawValue.utf8) ? .calendar(count, unit) : nil
        default:
            guard let nanoseconds = Span.nanoseconds(length) else { return nil }
            return .snapped(nanoseconds, to: "@" + unit.string, offset: offset)
        }
    }

    private static func calendar(_ text: String) -> BinSpan? {
        let digits = text.utf8.prefix { $0.isDigit }
        guard let unit = calendarUnits[text.utf8.dropFirst(digits.count).string],
            let count = digits.isEmpty ? 1 : Int(digits.string), (1...longest).contains(count)
        else { return nil }
        return .calendar(count, unit)
    }

    /// `+3h`, `-30m` or nothing, in nanoseconds.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let sign = text.first else { return 0 }
        guard sign == Byte.plus || sign == Byte.minus, let length = Span.nanoseconds(text.dropFirst().string) else {
            return nil
        }
        return sign == Byte.minus ? -length : length
    }

    /// The span as a command takes it.
    static func text(_ span: BinSpan) -> String {
        switch span {
        case .number(let number): number == number.rounded() && number < 1e15 ? "\(Int(number))" : "\(number)"
        case .logarithm(let coefficient, let base): "\(coefficient)log\(base)"
        case .time(let length): Span.text(length)
        case .calendar(let count, let unit): "\(count)\(unit.rawValue)"
        case .snapped(let length, let snap, let offset):
            Span.text(length) + snap + (offset == 0 ? "" : (offset < 0 ? "-" : "+") + Span.text(abs(offset)))
        }
    }
}
