/// What others have written before the event in a text: syslog's header in either form (RFC 3164, section 4.1; RFC 5424,
/// section 6), the mark of a container's runtime (the format of Kubernetes' runtimes), syslog's cookie for JSON, or a program's
/// name alone:
///
///     <14>May 14 09:21:33 ws-14 sysmon[2104]: {"EventID":1}
///     <134>1 2024-05-14T09:21:33.123Z sensor suricata 123 - [id a="b"] @cee: {"event_type":"dns"}
///     2024-05-14T09:21:33.123456789Z stdout F {"eventName":"StopLogging"}
///     suricata[12]: {"event_type":"dns"}
///
/// The text may be one that is written in JSON, escapes and all: only the values of RFC 5424's parameters have some.
struct MessageHeader {
    private var rest: Slice<UnsafeRawBufferPointer>

    /// No header is longer.
    private static let longest = 1 << 10
    /// Words behind the time: the host, the program, its number, the kind of the message, parameters, and one for what else there is.
    private static let wordLimit = 6
    private static let cookie = Array("@cee:".utf8)
    private static let months = "JanFebMarAprMayJunJulAugSepOctNovDec".utf8.map { $0 }

    /// How many bytes of a text stand before an event; 0 where it is not told that one begins behind them.
    ///
    /// - Parameter isEvent: whether an event begins at a place of the text.
    static func length(
        of text: Slice<UnsafeRawBufferPointer>, where isEvent: (Slice<UnsafeRawBufferPointer>) -> Bool
    ) -> Int {
        guard let first = text.first, first == UInt8(ascii: "<") || first == cookie[0] || isOfName(first) else {
            return 0
        }
        var header = MessageHeader(rest: text)
        return header.pass(isEvent) ? header.rest.startIndex - text.startIndex : 0
    }

    private mutating func pass(_ isEvent: (Slice<UnsafeRawBufferPointer>) -> Bool) -> Bool {
        let end = min(rest.endIndex, rest.startIndex + Self.longest)
        let hasPriority = takePriority()
        if !takeTime(), !hasPriority, rest.first != Self.cookie[0] {
            guard takeProgram() else { return false }
            return reachesEvent(isEvent)
        }
        for _ in 0...Self.wordLimit {
            if reachesEvent(isEvent) { return true }
            guard takeWord(), rest.startIndex < end else { return false }
        }
        return false
    }

    /// Passes spaces and the cookie; whether an event begins there.
    private mutating func reachesEvent(_ isEvent: (Slice<UnsafeRawBufferPointer>) -> Bool) -> Bool {
        rest = rest.drop { $0 == 0x20 }
        if rest.starts(with: Self.cookie) { rest = rest.dropFirst(Self.cookie.count).drop { $0 == 0x20 } }
        return isEvent(rest)
    }

    /// `<38>`, and the version behind it.
    private mutating func takePriority() -> Bool {
        guard rest.first == UInt8(ascii: "<") else { return false }
        let digits = rest.dropFirst().prefix(4).prefix(while: Self.isDigit)
        guard (1...3).contains(digits.count), rest.dropFirst(digits.count + 1).first == UInt8(ascii: ">") else {
            return false
        }
        rest = rest[(digits.endIndex + 1)...]
        return true
    }

    /// `May  4 09:21:33`, also with a year, or `2024-05-04T09:21:33.1Z`, also behind RFC 5424's version.
    private mutating func takeTime() -> Bool {
        var text = rest
        if text.first.map(Self.isDigit) == true, text.dropFirst().first == 0x20 { text = text.dropFirst(2) }
        let word = text.prefix(40).prefix { $0 != 0x20 }
        if word.count > 10, word.prefix(4).allSatisfy(Self.isDigit), word.dropFirst(4).first == UInt8(ascii: "-"),
            word.dropFirst(10).first == UInt8(ascii: "T")
        {
            rest = text[word.endIndex...]
            return true
        }
        guard rest.count > 15, Self.isMonth(rest.prefix(3)), rest.dropFirst(3).first == 0x20 else { return false }
        text = rest.dropFirst(3)
        // The day, a year where there is one, and the time of day.
        for _ in 0..<3 {
            text = text.drop { $0 == 0x20 }
            let word = text.prefix(20).prefix { $0 != 0x20 }
            guard word.first.map(Self.isDigit) == true else { return false }
            text = text[word.endIndex...]
            if word.contains(UInt8(ascii: ":")) {
                rest = text
                return true
            }
        }
        return false
    }

    /// `suricata[12]:`
    private mutating func takeProgram() -> Bool {
        let name = rest.prefix(Self.longest / 8).prefix(while: Self.isOfName)
        var text = rest[name.endIndex...]
        if text.first == UInt8(ascii: "[") {
            text = text.dropFirst().drop(while: Self.isDigit)
            guard text.first == UInt8(ascii: "]") else { return false }
            text = text.dropFirst()
        }
        guard !name.isEmpty, text.first == UInt8(ascii: ":"), text.dropFirst().first == 0x20 else { return false }
        rest = text.dropFirst()
        return true
    }

    /// A word, or parameters in brackets, which may hold spaces.
    private mutating func takeWord() -> Bool {
        let start = rest.startIndex
        while rest.first == UInt8(ascii: "[") {
            var end = rest.startIndex
            repeat {
                guard let bracket = rest[(end + 1)...].prefix(Self.longest).firstIndex(of: UInt8(ascii: "]")) else {
                    return false
                }
                end = bracket
            } while rest[end - 1] == UInt8(ascii: "\\")
            rest = rest[(end + 1)...]
        }
        let word = rest.prefix(Self.longest).prefix {
            $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        rest = rest[word.endIndex...]
        return rest.startIndex > start && rest.first == 0x20
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || isDigit(byte) || "._-/".utf8.contains(byte)
    }

    private static func isMonth(_ letters: Slice<UnsafeRawBufferPointer>) -> Bool {
        stride(from: 0, to: months.count, by: 3).contains { letters.elementsEqual(months[$0..<($0 + 3)]) }
    }
}
