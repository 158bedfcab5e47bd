import Glibc
import Values

/// The spans that times are put into, in the zone of a search.
struct TimeBuckets: Sendable {
    private static let day = 86_400 * EpochText.second
    /// How many months or days the units of the calendar are.
    private static let monthsOfUnit: [BinSpan.Unit: Int] = [.month: 1, .quarter: 3, .year: 12]
    private static let daysOfUnit: [BinSpan.Unit: Int] = [.day: 1, .week: 7]

    private let span: BinSpan
    private let times: any TimeRendering
    /// Where spans of a fixed length are counted from.
    private let origin: Int64
    /// Where days and weeks are counted from: the midnight of the zone before the epoch, or the Sunday.
    private let calendarOrigin: Int64

    /// A `BinSpan/number(_:)` is taken as seconds.
    init(_ span: BinSpan, alignment: String?, context: EvaluationContext) {
        times = context.times
        if case .number(let seconds) = span {
            self.span = .time(EpochText.nanoseconds(seconds: seconds) ?? EpochText.second)
        } else {
            self.span = span
        }
        var origin: Int64 = 0
        if let alignment {
            let bytes = Array(alignment.utf8)
            origin =
                EpochText.nanoseconds(Text(bytes: bytes)) ?? times.shifted(context.now, by: bytes) ?? 0
        }
        self.origin = origin
        if case .calendar(_, let unit) = span {
            calendarOrigin = times.shifted(0, by: Array((unit == .week ? "@w0" : "@d").utf8)) ?? 0
        } else {
            calendarOrigin = 0
        }
    }

    /// The start of the span that a time lies in; the time itself where that is out of range.
    func start(of time: Int64) -> Int64 {
        switch span {
        case .number, .logarithm: return time
        case .time(let length): return Self.floor(time, length, from: origin)
        case .snapped(let length, let modifier, let offset):
            guard let base = shifted(time &- offset, modifier) else { return time }
            return Self.floor(time, length, from: base &+ offset)
        case .calendar(let count, let unit):
            if let days = Self.daysOfUnit[unit] {
                guard let start = shifted(time, days == 7 ? "@w0" : "@d") else { return time }
                guard count > 1 else { return start }
                // A day that the clocks are changed on is an hour longer or shorter.
                let length = Self.day * Int64(days)
                let number = Self.floor(start &+ length / 2, length, from: calendarOrigin) &- calendarOrigin
                let surplus = Self.modulo(number / length, Int64(count))
                return surplus == 0 ? start : shifted(start, "-\(surplus * Int64(days))d@d") ?? time
            }
            let months = count * (Self.monthsOfUnit[unit] ?? 1)
            guard let start = shifted(time, "@mon"), let number = month(of: start) else { return time }
            let surplus = Self.modulo(number, Int64(months))
            return surplus == 0 ? start : shifted(start, "-\(surplus)mon@mon") ?? time
        }
    }

    /// The start of the span behind the one that begins here; `nil` where there is none.
    func next(after start: Int64) -> Int64? {
        let next: Int64?
        switch span {
        case .number, .logarithm: next = nil
        case .time(let length): next = Self.sum(start, length)
        case .snapped(let length, _, _):
            // Half a span further is in the next one, also where the clocks are changed.
            next = Self.sum(start, length).flatMap { Self.sum($0, length / 2) }.map { self.start(of: $0) }
        case .calendar(let count, let unit):
            if let days = Self.daysOfUnit[unit] {
                next = shifted(start, "+\(count * days)d@d")
            } else {
                next = shifted(start, "+\(count * (Self.monthsOfUnit[unit] ?? 1))mon@mon")
            }
        }
        guard let next, next > start else { return nil }
        return next
    }

    private func shifted(_ time: Int64, _ modifier: String) -> Int64? {
        times.shifted(time, by: Array(modifier.utf8))
    }

    /// Months since the year 0.
    private func month(of time: Int64) -> Int64? {
        let text = String(decoding: times.text(of: time, format: Array("%Y %m".utf8)), as: UTF8.self)
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        return parts.count == 2 ? parts[0] * 12 + parts[1] - 1 : nil
    }

    private static func floor(_ time: Int64, _ length: Int64, from origin: Int64) -> Int64 {
        guard length > 0 else { return time }
        let (distance, overflow) = time.subtractingReportingOverflow(origin)
        guard !overflow else { return EpochText.bucket(time, span: length) }
        let (start, overflows) = time.subtractingReportingOverflow(modulo(distance, length))
        return overflows ? time : start
    }

    private static func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : sum
    }
}

/// The ranges that numbers are put into.
struct NumberBuckets: Sendable {
    private let span: BinSpan

    /// The span must be one of numbers.
    init(_ span: BinSpan) {
        self.span = span
    }

    /// The range that holds a number, from its start to before its end; `nil` where none does.
    func range(of number: Double) -> (start: Double, end: Double)? {
        switch span {
        case .number(let width):
            guard width > 0, width.isFinite else { return nil }
            let position = number / width
            // 0.3 is the start of a range of 0.1, though their quotient lies below 3.
            let nearest = position.rounded()
            let index = (position - nearest).magnitude < 1e-9 ? nearest : position.rounded(.down)
            let range = (index * width, (index + 1) * width)
            return range.0.isFinite && range.1.isFinite ? range : nil
        case .logarithm(let coefficient, let base):
            guard number > 0 else { return nil }
            var exponent = (log(number / coefficient) / log(base)).rounded(.down)
            // Logarithms are rounded: the powers decide.
            if coefficient * pow(base, exponent + 1) <= number { exponent += 1 }
            if coefficient * pow(base, exponent) > number { exponent -= 1 }
            let range = (coefficient * pow(base, exponent), coefficient * pow(base, exponent + 1))
            return range.0.isFinite && range.1.isFinite ? range : nil
        case .time, .calendar, .snapped: return nil
        }
    }

    /// The range as a cell shows it: `10-20`.
    static func text(_ range: (start: Double, end: Double)) -> Text {
        Text(bytes: NumberText.text(range.start).bytes + [UInt8(ascii: "-")] + NumberText.text(range.end).bytes)
    }
}
