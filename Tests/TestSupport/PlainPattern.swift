import Matching

/// A pattern of scalars and wildcards, matched by the plainest means: what the engine's patterns are held against.
struct PlainPattern {
    private enum Wildcard {
        static let run: UInt32 = 0xFFFF_FFFF
        static let one: UInt32 = 0xFFFF_FFFE
    }

    private let units: [UInt32]
    let isCaseSensitive: Bool

    /// `*` is any run, and nothing else is special.
    init(_ pattern: WildcardPattern) {
        isCaseSensitive = pattern.isCaseSensitive
        let scalars = PlainText.scalars(String(decoding: pattern.source, as: UTF8.self), isCaseSensitive)
        units = scalars.map { $0 == 0x2A ? Wildcard.run : $0 }
    }

    init(_ pattern: ScalarPattern) {
        let isCaseSensitive = pattern.isCaseSensitive
        self.isCaseSensitive = isCaseSensitive
        units = pattern.tokens.flatMap { token in
            switch token {
            case .text(let text): PlainText.scalars(String(decoding: text, as: UTF8.self), isCaseSensitive)
            case .anyRun: [Wildcard.run]
            case .oneScalar: [Wildcard.one]
            }
        }
    }

    /// Whether the whole text matches; it is folded already where the pattern ignores case.
    func matches(_ text: ArraySlice<UInt32>) -> Bool {
        var unit = 0
        var place = text.startIndex
        var lastRun: (unit: Int, place: Int)?
        while true {
            if unit < units.count, units[unit] == Wildcard.run {
                unit += 1
                lastRun = (unit, place)
            } else if unit < units.count, place < text.endIndex,
                units[unit] == Wildcard.one || units[unit] == text[place]
            {
                unit += 1
                place += 1
            } else if unit == units.count, place == text.endIndex {
                return true
            } else if let run = lastRun, run.place < text.endIndex {
                lastRun = (run.unit, run.place + 1)
                unit = run.unit
                place = run.place + 1
            } else {
                return false
            }
        }
    }
}

enum PlainText {
    /// The scalars of a text; folded, unless case counts: ASCII to ASCII, and others by their simple lower-case mapping to
    /// others.
    static func scalars(_ text: String, _ isCaseSensitive: Bool) -> [UInt32] {
        text.unicodeScalars.map { isCaseSensitive ? $0.value : folded($0) }
    }

    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        if scalar.value < 0x80 { return (0x41...0x5A).contains(scalar.value) ? scalar.value + 0x20 : scalar.value }
        let mapped = scalar.properties.lowercaseMapping.unicodeScalars
        guard mapped.count == 1, let lower = mapped.first, lower.value >= 0x80 else { return scalar.value }
        return lower.value
    }
}
