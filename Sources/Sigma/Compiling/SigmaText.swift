import Matching

/// A text of a rule as it is looked for: runs of bytes, wildcards and, until they are filled in, placeholders.
struct SigmaText: Hashable {
    enum Token: Hashable {
        case text([UInt8])
        /// `*`
        case anyRun
        /// `?`
        case oneScalar
        /// One of the dashes that Windows programs take, where there are too many to write all texts out.
        case dash
        /// `%name%`
        case placeholder(String)
    }

    /// No two texts follow each other, and none is empty.
    private(set) var tokens: [Token] = []
    /// The bytes are UTF-16 and not text.
    private var isEncoded = false

    init() {}

    /// A text without wildcards.
    init(bytes: [UInt8]) {
        append(bytes)
    }

    init(tokens: [Token]) {
        for token in tokens {
            if case .text(let bytes) = token { append(bytes) } else { self.tokens.append(token) }
        }
    }

    /// Reads a text as rules write it: `*` and `?` are wildcards unless a backslash stands before them, two backslashes
    /// are one, and any other backslash is itself.
    ///
    /// - Parameter expandsPlaceholders: `%name%` is one, unless a backslash stands before it.
    init(_ source: String, expandsPlaceholders: Bool = false) {
        let bytes = Array(source.utf8)
        var run: [UInt8] = []
        var index = 0
        func isSpecial(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "\\")
                || (expandsPlaceholders && byte == UInt8(ascii: "%"))
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\\") where index < bytes.count && isSpecial(bytes[index]):
                run.append(bytes[index])
                index += 1
            case UInt8(ascii: "*"), UInt8(ascii: "?"):
                append(run)
                run = []
                tokens.append(byte == UInt8(ascii: "*") ? .anyRun : .oneScalar)
            case UInt8(ascii: "%") where expandsPlaceholders:
                guard let end = Self.endOfName(bytes, from: index) else {
                    run.append(byte)
                    continue
                }
                append(run)
                run = []
                tokens.append(.placeholder(String(decoding: bytes[index..<end], as: UTF8.self)))
                index = end + 1
            default: run.append(byte)
            }
        }
        append(run)
    }

    /// Where the `%` stands that ends the name of a placeholder: letters, digits and underscores, at least one, with hyphens
    /// (`%DC-MACHINE-NAME%`) and dots between them.
    static func endOfName(_ bytes: [UInt8], from start: Int) -> Int? {
        func isWord(_ byte: UInt8) -> Bool {
            byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
        }
        let end = bytes[start...].firstIndex { !isWord($0) && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
        guard let end, end > start, bytes[end] == UInt8(ascii: "%"), isWord(bytes[start]), isWord(bytes[end - 1]) else {
            return nil
        }
        return end
    }

    private mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if case .text(let before) = tokens.last {
            tokens[tokens.count - 1] = .text(before + bytes)
        } else {
            tokens.append(.text(bytes))
        }
    }

    mutating func append(_ other: SigmaText) {
        for token in other.tokens {
            if case .text(let bytes) = token { append(bytes) } else { tokens.append(token) }
        }
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// Whether anything stands for other texts than itself.
    var hasWildcards: Bool {
        tokens.contains { if case .text = $0 { false } else { true } }
    }

    /// Only `*`, at least one.
    var matchesEverything: Bool { !tokens.isEmpty && tokens.allSatisfy { $0 == .anyRun } }

    /// The bytes, where there is no wildcard.
    var plainBytes: [UInt8] {
        tokens.flatMap { token -> [UInt8] in if case .text(let bytes) = token { bytes } else { [] } }
    }

    // MARK: What modifiers make of it

    func openedAtStart() -> SigmaText {
        var text = self
        if text.tokens.first != .anyRun { text.tokens.insert(.anyRun, at: 0) }
        return text
    }

    func openedAtEnd() -> SigmaText {
        var text = self
        if text.tokens.last != .anyRun { text.tokens.append(.anyRun) }
        return text
    }

    /// Every run of text changed on its own.
    func mapRuns(_ transform: ([UInt8]) -> [UInt8]) -> SigmaText {
        var text = self
        text.tokens = tokens.map { if case .text(let bytes) = $0 { .text(transform(bytes)) } else { $0 } }
        return text
    }

    /// In UTF-16. The byte order mark stands once, before the first run.
    func utf16(_ encoding: SigmaModifiers.Encoding) -> SigmaText {
        var text = mapRuns { UTF16Bytes.encode($0, isBigEndian: encoding == .bigEndian) }
        text.isEncoded = true
        let first = text.tokens.firstIndex { if case .text = $0 { true } else { false } }
        if encoding == .marked, let first, case .text(let bytes) = text.tokens[first] {
            text.tokens[first] = .text([0xFF, 0xFE] + bytes)
        }
        return text
    }

    // MARK: What it is compared by

    /// The tokens as text: bytes that UTF-16 left stand for the characters of Latin-1.
    private var finished: [Token] {
        guard isEncoded else { return tokens }
        return tokens.map { token in
            guard case .text(let bytes) = token else { return token }
            return .text(bytes.flatMap { $0 < 0x80 ? [$0] : [0xC0 | $0 >> 6, 0x80 | $0 & 0x3F] })
        }
    }

    var hasDashes: Bool { tokens.contains(.dash) }

    /// The test that values have to pass. Neither an empty text nor one of only `*` has one.
    func test(isCaseSensitive: Bool) -> ValueTest {
        let tokens = finished
        if hasDashes, let expression = WindowsDash.expression(tokens, isCaseSensitive: isCaseSensitive) {
            return .expression(expression)
        }
        let isPlain = tokens.allSatisfy { token in
            switch token {
            case .text(let bytes): !bytes.contains(UInt8(ascii: "*"))
            case .anyRun: true
            case .oneScalar, .dash, .placeholder: false
            }
        }
        if isPlain {
            let source = tokens.flatMap { token -> [UInt8] in
                if case .text(let bytes) = token { bytes } else { [UInt8(ascii: "*")] }
            }
            return .equals(WildcardPattern(source, isCaseSensitive: isCaseSensitive))
        }
        let parts = tokens.map { token -> ScalarPattern.Token in
            switch token {
            case .text(let bytes): .text(bytes)
            case .anyRun, .placeholder: .anyRun
            case .oneScalar, .dash: .oneScalar
            }
        }
        return .wildcards(ScalarPattern(parts, isCaseSensitive: isCaseSensitive))
    }
}
