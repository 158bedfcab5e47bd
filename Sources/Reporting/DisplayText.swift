/// Text as a table shows it: free of anything that acts on a terminal, measured in columns, cut and wrapped between
/// characters only.
///
/// A unit is what is never divided: a user-perceived character, or an escape such as `\u{202e}`.
struct DisplayText {
    private(set) var bytes: [UInt8] = []
    /// In columns of a terminal.
    private(set) var width = 0
    /// Empty where every byte is a unit of one column: plain ASCII, as nearly all log content is.
    private var units: [Unit] = []

    private struct Unit {
        /// In `bytes`, where the unit ends.
        var end: Int
        var width: Int
    }

    /// Beyond this many bytes only the two ends are looked at; no terminal shows more.
    private static let longest = 1 << 16
    /// Scalars in one character; a longer pile of marks goes on as escapes. The longest emoji sequences have ten.
    private static let longestCharacter = 12

    /// No text.
    init() {}

    init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ raw: [UInt8]) {
        if raw.count > Self.longest {
            appendEnds(of: raw)
            return
        }
        if raw.plainRun(from: 0, where: { 0x20..<0x7F ~= $0 }).count == raw.count {
            bytes = raw
            width = raw.count
            return
        }
        bytes.reserveCapacity(raw.count + 16)
        units.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            index = appendASCII(of: raw, from: index)
            if index == raw.count { return }
            let end = Self.endOfCharacters(in: raw, from: index)
            for character in String(decoding: raw[index..<end], as: UTF8.self) { append(character) }
            index = end
        }
    }

    /// Appends ASCII up to the last of it that nothing can belong to; returns where that ends.
    private mutating func appendASCII(of raw: [UInt8], from start: Int) -> Int {
        let ascii = raw.plainRun(from: start) { $0 < 0x80 }
        // What is not ASCII may be a mark on the character before it.
        let end = ascii.upperBound == raw.count ? ascii.upperBound : max(start, ascii.upperBound - 1)
        var index = start
        while index < end {
            let plain = raw.plainRun(from: index) { 0x20..<0x7F ~= $0 }
            let last = min(plain.upperBound, end)
            if last > index {
                spellOutUnits()
                bytes += raw[index..<last]
                width += last - index
                for place in bytes.count - (last - index)..<bytes.count { units.append(Unit(end: place + 1, width: 1)) }
                index = last
            } else {
                appendEscape(Unicode.Scalar(raw[index]))
                index += 1
            }
        }
        return end
    }

    /// Where characters end that are not all ASCII: behind an ASCII character that is followed by another one, as the
    /// first may belong to what is before it.
    private static func endOfCharacters(in raw: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < raw.count {
            if raw[index - 1] < 0x80, raw[index] < 0x80, index - 1 > start { return index }
            index += 1
        }
        return raw.count
    }

    /// The two ends of a very long text with an ellipsis between.
    private mutating func appendEnds(of raw: [UInt8]) {
        var head = Self.longest / 4
        var tail = raw.count - Self.longest / 4
        while head > 0 && raw[head] & 0xC0 == 0x80 { head -= 1 }
        while tail < raw.count && raw[tail] & 0xC0 == 0x80 { tail += 1 }
        append(DisplayText(Array(raw[..<head])))
        append(Self.ellipsis)
        append(DisplayText(Array(raw[tail...])))
    }

    static let ellipsis: DisplayText = {
        var text = DisplayText()
        text.appendUnit(Array("…".utf8), width: 1)
        return text
    }()

    // MARK: Building

    mutating func append(_ other: DisplayText) {
        if units.isEmpty && other.units.isEmpty {
            bytes += other.bytes
            width += other.width
            return
        }
        spellOutUnits()
        let start = bytes.count
        bytes += other.bytes
        width += other.width
        if other.units.isEmpty {
            for offset in other.bytes.indices { units.append(Unit(end: start + offset + 1, width: 1)) }
        } else {
            for unit in other.units { units.append(Unit(end: start + unit.end, width: unit.width)) }
        }
    }

    private mutating func spellOutUnits() {
        if units.isEmpty, !bytes.isEmpty { units = bytes.indices.map { Unit(end: $0 + 1, width: 1) } }
    }

    private mutating func appendUnit(_ unit: some Sequence<UInt8>, width: Int) {
        spellOutUnits()
        bytes += unit
        self.width += width
        units.append(Unit(end: bytes.count, width: width))
    }

    private mutating func appendEscape(_ scalar: Unicode.Scalar) {
        var escape: [UInt8] = []
        ActiveScalar.appendEscape(of: scalar.value, to: &escape)
        appendUnit(escape, width: escape.count)
    }

    private mutating func append(_ character: Character) {
        var unit = String.UnicodeScalarView()
        for scalar in character.unicodeScalars {
            if isShown(scalar, on: unit) {
                unit.append(scalar)
            } else {
                flush(&unit)
                appendEscape(scalar)
            }
        }
        flush(&unit)
    }

    /// Whether a scalar may stand as it is, after what its character has so far.
    private func isShown(_ scalar: Unicode.Scalar, on unit: String.UnicodeScalarView) -> Bool {
        if DisplayWidth.isHidden(scalar) { return false }
        guard let base = unit.first else {
            // A mark without a base would sit on the padding or the border before it.
            return DisplayWidth.of(scalar) > 0
        }
        if unit.count >= Self.longestCharacter { return false }
        switch scalar.value {
        case DisplayWidth.zeroWidthJoiner, DisplayWidth.zeroWidthNonJoiner:
            // Scripts and emoji need them; between Latin letters they only hide that a word is not what it looks like.
            return base.value >= 0x600
        case let value where DisplayWidth.isVariationSelector(value):
            return !base.isASCII || base.properties.isEmoji
        default:
            return true
        }
    }

    private mutating func flush(_ unit: inout String.UnicodeScalarView) {
        guard let base = unit.first else { return }
        var width = 0
        var isEmojiSequence = false
        for scalar in unit {
            width += DisplayWidth.of(scalar)
            isEmojiSequence = isEmojiSequence || scalar.value == DisplayWidth.emojiVariation
        }
        if unit.count > 1 && !base.isASCII && base.properties.isEmoji { isEmojiSequence = true }
        appendUnit(String(unit).utf8, width: isEmojiSequence ? 2 : width)
        unit = String.UnicodeScalarView()
    }

    // MARK: Fitting

    private var unitCount: Int { units.isEmpty ? bytes.count : units.count }
    private func width(ofUnit index: Int) -> Int { units.isEmpty ? 1 : units[index].width }
    private func start(ofUnit index: Int) -> Int { units.isEmpty || index == 0 ? index : units[index - 1].end }

    private func slice(_ range: Range<Int>) -> DisplayText {
        var result = DisplayText()
        let start = start(ofUnit: range.lowerBound)
        result.bytes = Array(bytes[start..<self.start(ofUnit: range.upperBound)])
        if units.isEmpty {
            result.width = range.count
        } else {
            for unit in units[range] {
                result.units.append(Unit(end: unit.end - start, width: unit.width))
                result.width += unit.width
            }
        }
        return result
    }

    /// The text in at most `limit` columns: as it is, or both its ends with `…` between.
    func cut(to limit: Int) -> DisplayText {
        if width <= limit { return self }
        if limit < 1 { return DisplayText() }
        var (head, used) = (0, 0)
        while head < unitCount, used + width(ofUnit: head) <= limit / 2 {
            used += width(ofUnit: head)
            head += 1
        }
        var tail = unitCount
        used += 1
        while tail > head, used + width(ofUnit: tail - 1) <= limit {
            used += width(ofUnit: tail - 1)
            tail -= 1
        }
        var result = slice(0..<head)
        result.append(.ellipsis)
        result.append(slice(tail..<unitCount))
        return result
    }

    /// The text on at most `count` lines of `limit` columns; what does not fit is cut out of the middle.
    func wrapped(to limit: Int, lines count: Int) -> [DisplayText] {
        // Wide characters and escapes leave lines short of the limit, so the first try may need a line too many.
        var room = count >= width ? width : min(width, limit * count)
        while true {
            let lines = cut(to: room).wrapped(to: limit)
            if lines.count <= count || room <= limit { return Array(lines.prefix(count)) }
            room -= max(1, limit / 8)
        }
    }

    /// Breaks at a space where there is one in the last third of the line, else between any two units.
    private func wrapped(to limit: Int) -> [DisplayText] {
        var lines: [DisplayText] = []
        var first = 0
        while first < unitCount {
            var (end, used) = (first, 0)
            // A unit that is wider than a line is taken all the same, and cut.
            while end < unitCount, used + width(ofUnit: end) <= limit || end == first {
                used += width(ofUnit: end)
                end += 1
            }
            var next = end
            if end < unitCount {
                let least = end - (end - first) / 3
                if let space = (least...end).last(where: isSpace) {
                    end = space
                    next = space + 1
                }
            }
            lines.append(slice(first..<end).cut(to: limit))
            first = next
        }
        return lines
    }

    private func isSpace(_ unit: Int) -> Bool {
        // A space with a mark on it is none.
        bytes[start(ofUnit: unit)] == UInt8(ascii: " ") && start(ofUnit: unit + 1) == start(ofUnit: unit) + 1
    }
}
