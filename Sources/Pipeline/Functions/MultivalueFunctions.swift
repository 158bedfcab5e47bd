import Values

extension EvaluationFunction {
    /// The most values that `mvrange` makes.
    private static let largestRange = 100_000

    /// The functions on multivalue fields. What was a multivalue stays one, also with one value left.
    func applyToSeveral(_ arguments: [Value], _ limits: EvaluationLimits) -> Value {
        let texts = arguments[0].texts
        switch self {
        case .mvcount: return texts.isEmpty ? .missing : .number(Double(texts.count))
        case .mvappend: return Self.joined(arguments.flatMap(\.texts))
        case .mvdedup: return Self.like(arguments[0], texts.unique)
        case .mvreverse: return Self.like(arguments[0], texts.reversed())
        case .mvsort: return Self.like(arguments[0], texts.sorted())
        case .mvindex: return indexed(arguments)
        case .mvjoin:
            guard !texts.isEmpty, let delimiter = arguments[1].singleText else { return .missing }
            return limits.joined(texts, by: delimiter.bytes).map { Value.text($0) } ?? .missing
        case .mvrange: return range(arguments)
        case .mvzip:
            var delimiter = Array(",".utf8)
            if arguments.count > 2 {
                guard let given = arguments[2].singleText else { return .missing }
                delimiter = given.bytes
            }
            var zipped: [Text] = []
            var growth = ValueGrowth()
            for (first, second) in zip(texts, arguments[1].texts) {
                growth.add(first.bytes.count + delimiter.count + second.bytes.count)
                if growth.isOver {
                    limits.countLargeValue()
                    return .missing
                }
                zipped.append(Text(bytes: first.bytes + delimiter + second.bytes))
            }
            return Self.joined(zipped)
        case .commands:
            guard let text = arguments[0].singleText else { return .missing }
            return .several(SearchWords.commands(of: text.bytes))
        case .split:
            guard let text = arguments[0].singleText, let delimiter = arguments[1].singleText else { return .missing }
            let pieces = Self.split(text.bytes, delimiter.bytes)
            return pieces.count == 1 ? .text(pieces[0]) : .list(pieces)
        default: return .missing
        }
    }

    /// One value for one text, several for more.
    private static func joined(_ texts: [Text]) -> Value {
        texts.count == 1 ? .text(texts[0]) : .list(texts)
    }

    private static func like(_ original: Value, _ texts: [Text]) -> Value {
        original.isMultivalue ? .list(texts) : original
    }

    /// `mvindex(values, start[, end])`: from 0, or from the end where negative; both ends are inside.
    private func indexed(_ arguments: [Value]) -> Value {
        let texts = arguments[0].texts
        func position(_ value: Value) -> Int? {
            value.singleNumber.flatMap { Int(exactly: $0.rounded(.towardZero)) }
                .map { $0 < 0 ? $0 &+ texts.count : $0 }
        }
        guard let start = position(arguments[1]) else { return .missing }
        guard arguments.count > 2 else {
            return texts.indices.contains(start) ? .text(texts[start]) : .missing
        }
        guard let end = position(arguments[2]), start <= end, start >= 0, start < texts.count else { return .missing }
        return .list(Array(texts[start...Swift.min(end, texts.count - 1)]))
    }

    /// `mvrange(start, end[, step])`: numbers from the start to before the end; a step with a unit is in seconds.
    private func range(_ arguments: [Value]) -> Value {
        guard let start = arguments[0].singleNumber, let end = arguments[1].singleNumber,
            let step = arguments.count > 2 ? Self.step(arguments[2]) : 1, step != 0,
            ((end - start) / step).rounded(.up) <= Double(Self.largestRange)
        else { return .missing }
        return Self.joined(
            stride(from: start, to: end, by: step).map { NumberText.text($0) })
    }

    /// A number, or one with a unit of time such as `7d`.
    private static func step(_ value: Value) -> Double? {
        if let number = value.singleNumber { return number }
        guard let text = value.singleText?.bytes else { return nil }
        let digits = text.prefix { $0 &- 0x30 < 10 }
        guard let count = NumberText.parse(Array(digits)) else { return nil }
        switch String(decoding: text[digits.endIndex...], as: UTF8.self) {
        case "s", "sec", "secs", "second", "seconds": return count
        case "m", "min", "mins", "minute", "minutes": return count * 60
        case "h", "hr", "hrs", "hour", "hours": return count * 3_600
        case "d", "day", "days": return count * 86_400
        case "w", "week", "weeks": return count * 604_800
        default: return nil
        }
    }

    /// Pieces between delimiters, also empty ones, as searches count delimiters by them; each character is one where the
    /// delimiter is empty.
    ///
    /// Once there are more than a value may have the rest is one: such a value is left out anyway.
    private static func split(_ text: [UInt8], _ delimiter: [UInt8]) -> [Text] {
        var pieces: [Text] = []
        var start = 0
        var position = 0
        while position < text.count, pieces.count <= EvaluationLimits.valueCount {
            if delimiter.isEmpty {
                let end = Utf8.end(of: position, in: text)
                pieces.append(Text(bytes: Array(text[position..<end])))
                position = end
                start = end
            } else if text[position...].starts(with: delimiter) {
                pieces.append(Text(bytes: Array(text[start..<position])))
                position += delimiter.count
                start = position
            } else {
                position += 1
            }
        }
        if start < text.count || !delimiter.isEmpty || text.isEmpty {
            pieces.append(Text(bytes: Array(text[start...])))
        }
        return pieces
    }
}
