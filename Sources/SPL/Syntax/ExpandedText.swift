/// The text of a search after expansion, with the place each byte came from.
struct ExpandedText: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The text as it was given.
    let original: [UInt8]
    /// Ascending by `start`; the last one that does not begin behind a byte is the byte's.
    private var segments: [Segment] = []

    private struct Segment: Sendable {
        var start: Int
        /// Offset in the original text: of the first byte, or of the macro call for all of them.
        var origin: Int
        var macro: String?
    }

    /// Where bytes come from.
    enum Origin: Sendable {
        /// The original text, beginning at this offset.
        case text(Int)
        /// The definition of a macro; the offset is that of the outermost call.
        case macro(String, call: Int)

        func advanced(by count: Int) -> Origin {
            switch self {
            case .text(let offset): .text(offset + count)
            case .macro: self
            }
        }

        var offset: Int {
            switch self {
            case .text(let offset): offset
            case .macro(_, let call): call
            }
        }

        var macro: String? {
            switch self {
            case .text: nil
            case .macro(let name, _): name
            }
        }
    }

    init(original: [UInt8]) {
        self.original = original
    }

    /// A text in which nothing was expanded.
    init(plain text: String) {
        let bytes = Array(text.utf8)
        self.init(original: bytes)
        append(bytes[...], from: .text(0))
    }

    mutating func append(_ slice: ArraySlice<UInt8>, from origin: Origin) {
        guard !slice.isEmpty else { return }
        segments.append(Segment(start: bytes.count, origin: origin.offset, macro: origin.macro))
        bytes.append(contentsOf: slice)
    }

    /// A part of the text with some of its ranges written otherwise, in order; places still lead into the original.
    func rewritten(_ range: Range<Int>, _ replacements: [(range: Range<Int>, text: [UInt8])]) -> ExpandedText {
        var result = ExpandedText(original: original)
        var position = range.lowerBound
        for (replaced, text) in replacements {
            copy(position..<replaced.lowerBound, to: &result)
            result.append(text[...], from: origin(of: replaced.lowerBound))
            position = replaced.upperBound
        }
        copy(position..<range.upperBound, to: &result)
        return result
    }

    private func copy(_ range: Range<Int>, to other: inout ExpandedText) {
        var position = range.lowerBound
        for segment in segments.drop(while: { $0.start <= range.lowerBound }) where position < range.upperBound {
            let end = min(segment.start, range.upperBound)
            other.append(bytes[position..<end], from: origin(of: position))
            position = end
        }
        other.append(bytes[position..<range.upperBound], from: origin(of: position))
    }

    private func origin(of position: Int) -> Origin {
        guard let segment = segment(holding: position) else { return .text(0) }
        if let macro = segment.macro { return .macro(macro, call: segment.origin) }
        return .text(segment.origin + position - segment.start)
    }

    /// Where the byte at `position` came from: the column in the original text and the macro, if it was one.
    func place(of position: Int) -> (column: Int, macro: String?) {
        guard let segment = segment(holding: position) else { return (1, nil) }
        let offset = segment.macro == nil ? segment.origin + (position - segment.start) : segment.origin
        return (column(of: offset), segment.macro)
    }

    /// The 1-based column of a byte of the original text, counted in Unicode scalars.
    func column(of offset: Int) -> Int {
        var column = 1
        for byte in original.prefix(max(0, offset)) where byte & 0xC0 != 0x80 { column += 1 }
        return column
    }

    private func segment(holding position: Int) -> Segment? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = low + (high - low) / 2
            if segments[middle].start <= position { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? segments[low - 1] : nil
    }
}
