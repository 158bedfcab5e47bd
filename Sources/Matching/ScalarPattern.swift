/// A pattern of texts, `*` for any run of scalars, and `?` for one Unicode scalar; anchored at both ends.
///
/// Unlike in a `WildcardPattern`, texts may hold the bytes `*` and `?` themselves. A byte that is no UTF-8 counts as one
/// scalar. Without case it folds as `CaseFolding` says, which keeps the number of scalars.
public struct ScalarPattern: Hashable, Sendable {
    /// One part of a pattern: bytes, any run of scalars (also an empty one), or one scalar.
    public enum Token: Hashable, Sendable {
        case text([UInt8])
        case anyRun
        case oneScalar
    }

    /// As given, not folded.
    public let tokens: [Token]
    /// Where false, texts and values are folded as `CaseFolding` says.
    public let isCaseSensitive: Bool
    /// The tokens byte by byte, folded unless case counts, with two numbers beyond bytes for the wildcards.
    private let units: [UInt16]

    private static let anyRun: UInt16 = 0x100
    private static let oneScalar: UInt16 = 0x101

    /// - Parameter tokens: in order; the whole value must be made of them.
    public init(_ tokens: [Token], isCaseSensitive: Bool = false) {
        self.tokens = tokens
        self.isCaseSensitive = isCaseSensitive
        units = tokens.flatMap { token -> [UInt16] in
            switch token {
            case .text(let text): (isCaseSensitive ? text : CaseFolding.folded(text)).map(UInt16.init)
            case .anyRun: [Self.anyRun]
            case .oneScalar: [Self.oneScalar]
            }
        }
    }

    /// The runs of bytes between the wildcards, none of them empty. A text that matches holds each of them.
    public var pieces: [[UInt8]] {
        tokens.compactMap { token in
            if case .text(let text) = token, !text.isEmpty { text } else { nil }
        }
    }

    /// As a rule would write it, with a backslash before what is no wildcard.
    public var source: [UInt8] {
        tokens.flatMap { token -> [UInt8] in
            switch token {
            case .text(let text):
                text.flatMap { $0 == 0x2A || $0 == 0x3F || $0 == 0x5C ? [0x5C, $0] : [$0] }
            case .anyRun: [0x2A]
            case .oneScalar: [0x3F]
            }
        }
    }

    /// Whether the whole text matches.
    ///
    /// - Complexity: at most the product of both lengths.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if isCaseSensitive { return matches(folded: text) }
        return withUnsafeTemporaryAllocation(byteCount: CaseFolding.maximumCount(text.count), alignment: 1) { buffer in
            let count = CaseFolding.fold(text, into: buffer)
            return matches(folded: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private func matches(folded text: UnsafeRawBufferPointer) -> Bool {
        var unit = 0
        var place = 0
        // Where to go on when what follows the last run does not match: the run takes one scalar more.
        var retry: (unit: Int, place: Int)?
        while true {
            if unit < units.count, units[unit] == Self.anyRun {
                unit += 1
                retry = (unit, place)
                continue
            }
            if place == text.count, unit == units.count { return true }
            if unit < units.count, place < text.count {
                if units[unit] == Self.oneScalar {
                    place += Self.length(ofScalarAt: place, in: text)
                    unit += 1
                    continue
                }
                if units[unit] == UInt16(text[place]) {
                    place += 1
                    unit += 1
                    continue
                }
            }
            guard let last = retry, last.place < text.count else { return false }
            let next = last.place + Self.length(ofScalarAt: last.place, in: text)
            retry = (last.unit, next)
            unit = last.unit
            place = next
        }
    }

    private static func length(ofScalarAt place: Int, in text: UnsafeRawBufferPointer) -> Int {
        text[place] < 0x80 ? 1 : CaseFolding.scalar(in: text, at: place)?.length ?? 1
    }
}
