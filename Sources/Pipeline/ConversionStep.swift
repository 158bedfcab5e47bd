import Values

/// `convert` with its names resolved to columns.
struct ConversionStep: Sendable {
    private struct Call: Sendable {
        var function: Conversion.Function
        var source: Int
        var target: Int
    }

    private let timeFormat: String
    private var calls: [Call] = []

    /// Adds the columns that are new. `none(x)` exempts a column from the calls with wildcards.
    init(_ conversion: Conversion, layout: inout ColumnLayout) {
        timeFormat = conversion.timeFormat
        let exempt = conversion.calls.filter { $0.function == .none }.map { FieldPattern($0.field) }
        for call in conversion.calls where call.function != .none {
            let pattern = FieldPattern(call.field)
            let renamed = call.column.map { FieldPattern($0) }
            for (source, name) in layout.index.names.enumerated() {
                guard let captures = pattern.captures(name) else { continue }
                if pattern.wildcards > 0, exempt.contains(where: { $0.matches(name) }) { continue }
                let target = renamed.map { layout.index.number(of: $0.filled(with: captures)) } ?? source
                calls.append(Call(function: call.function, source: source, target: target))
            }
        }
    }

    func apply(to row: inout [Value], context: EvaluationContext) {
        for call in calls {
            let value = convert(row[call.source], call.function, context)
            row.pad(to: call.target + 1)
            row[call.target] = value.normalised
        }
    }

    /// The value converted, each text of a multivalue for itself; what does not convert stays, but under `num`.
    private func convert(_ value: Value, _ function: Conversion.Function, _ context: EvaluationContext) -> Value {
        switch value {
        case .missing: return .missing
        case .text, .number:
            guard let converted = convertOne(value, function, context) else {
                return function == .num ? .missing : value
            }
            return converted
        case .multivalue(let texts):
            let converted = texts.compactMap { text in
                convertOne(.text(text), function, context)?.singleText ?? (function == .num ? nil : text)
            }
            return .list(converted)
        }
    }

    private func convertOne(_ value: Value, _ function: Conversion.Function, _ context: EvaluationContext) -> Value? {
        guard let text = value.singleText else { return nil }
        switch function {
        case .none: return value
        case .auto, .num:
            for attempt in [value.singleNumber, Self.seconds(text.bytes), Self.withoutCommas(text.bytes)] {
                if let attempt { return .number(attempt) }
            }
            return nil
        case .ctime:
            guard let time = value.epoch else { return nil }
            let whole = EpochText.bucket(time, span: EpochText.second)
            return .text(context.text(ofTime: whole, format: timeFormat))
        case .mktime:
            return context.time(ofText: text, format: timeFormat).map { .number(EpochText.seconds($0)) }
        case .dur2sec: return (Self.seconds(text.bytes) ?? value.singleNumber).map { .number($0) }
        case .mstime: return Self.minutesAndSeconds(text.bytes).map { .number($0) }
        case .memk: return Self.kilobytes(text.bytes).map { .number($0) }
        case .rmcomma:
            let rest = text.bytes.filter { $0 != UInt8(ascii: ",") }
            return NumberText.parse(rest).map { .number($0) } ?? .text(Text(bytes: rest))
        case .rmunit: return Self.leadingNumber(text.bytes).map { .number($0.number) }
        }
    }

    /// `[D+]HH:MM:SS[.fraction]` as seconds.
    private static func seconds(_ text: [UInt8]) -> Double? {
        let halves = text.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
        guard halves.count <= 2, let clock = halves.last else { return nil }
        let parts = clock.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = digits(parts[0]), let minutes = digits(parts[1]),
            let seconds = unsigned(parts[2])
        else { return nil }
        var days = 0.0
        if halves.count == 2 {
            guard let given = digits(halves[0]) else { return nil }
            days = given
        }
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    }

    /// `[MM:]SS[.fraction]` as seconds.
    private static func minutesAndSeconds(_ text: [UInt8]) -> Double? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = unsigned(parts[parts.count - 1]) else { return nil }
        guard parts.count == 2 else { return seconds }
        return digits(parts[0]).map { $0 * 60 + seconds }
    }

    /// A number with `k`, `m` or `g` behind it, in kilobytes; `k` where there is none.
    private static func kilobytes(_ text: [UInt8]) -> Double? {
        guard let (number, rest) = leadingNumber(text) else { return nil }
        guard let unit = rest.first else { return number }
        guard rest.count <= 2, rest.count == 1 || rest.last.map({ $0 | 0x20 }) == UInt8(ascii: "b") else { return nil }
        switch unit | 0x20 {
        case UInt8(ascii: "k"): return number
        case UInt8(ascii: "m"): return number * 1_024
        case UInt8(ascii: "g"): return number * 1_048_576
        default: return nil
        }
    }

    private static func withoutCommas(_ text: [UInt8]) -> Double? {
        guard text.contains(UInt8(ascii: ",")) else { return nil }
        return NumberText.parse(text.filter { $0 != UInt8(ascii: ",") })
    }

    /// The longest number that a text begins with, and what is behind it.
    private static func leadingNumber(_ text: [UInt8]) -> (number: Double, rest: ArraySlice<UInt8>)? {
        var end = 0
        if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { end = 1 }
        var seenPoint = false
        while end < text.count, text[end] &- 0x30 < 10 || text[end] == UInt8(ascii: ".") && !seenPoint {
            if text[end] == UInt8(ascii: ".") { seenPoint = true }
            end += 1
        }
        return NumberText.parse(Array(text[..<end])).map { ($0, text[end...]) }
    }

    private static func digits(_ text: ArraySlice<UInt8>) -> Double? {
        text.allSatisfy { $0 &- 0x30 < 10 } ? NumberText.parse(Array(text)) : nil
    }

    private static func unsigned(_ text: ArraySlice<UInt8>) -> Double? {
        text.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") } ? NumberText.parse(Array(text)) : nil
    }
}
