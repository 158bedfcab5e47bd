import Archives
import Matching

/// How the content of an archive begins, where that is not one event a line.
enum ContentOpening: Hashable, Sendable {
    /// A JSON array.
    case array
    /// An object whose first key has a list of objects.
    case list(key: String)
    /// What a web interface answers, with its records behind or below other keys.
    case answer(AnswerForm)
    /// What a subscription to CloudWatch's logs delivers, with several events in a line.
    case deliveries
    /// An object that goes on behind the line.
    case openObject
    case other

    /// Bytes that are looked at.
    private static let evidence = 256
    /// Keys under which services keep a list of records: CloudTrail's files, Azure's exports, answers of web interfaces.
    private static let keysOfRecords: Set<String> = [
        "Records", "records", "value", "Events", "events", "logEvents", "items", "data", "results", "Results",
    ]

    /// - Parameter bytes: from the first one of the content on, without a byte order mark.
    init(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes.prefix(Self.evidence)[...]
        func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A } }
        func take(_ byte: Character) -> Bool {
            skipSpace()
            guard let expected = byte.asciiValue, rest.first == expected else { return false }
            rest = rest.dropFirst()
            return true
        }
        if take("[") {
            self = .array
            return
        }
        guard take("{") else {
            self = .other
            return
        }
        if Self.holdsDeliveries(bytes) {
            self = .deliveries
            return
        }
        if let answer = AnswerForm(UnsafeRawBufferPointer(rebasing: bytes.drop { $0 != UInt8(ascii: "{") })) {
            self = .answer(answer)
            return
        }
        let isOpen = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.first == 0x0A
        self = isOpen ? .openObject : .other
        guard take("\"") else { return }
        let key = rest.prefix { $0 != UInt8(ascii: "\"") }
        rest = rest[key.endIndex...].dropFirst()
        let name = String(decoding: key, as: UTF8.self)
        if Self.keysOfRecords.contains(name), take(":"), take("["), take("{") { self = .list(key: name) }
    }

    /// Bytes in which a delivery with several events is looked for: the first ones are often small.
    private static let evidenceOfDeliveries = 64 << 10
    private static let delivery = Array("\"messageType\":\"DATA_MESSAGE\"".utf8)
    private static let events = Array("\"logEvents\":[".utf8)
    private static let message = Array("\"message\":\"".utf8)

    /// Whether a line is a delivery with more than one event. The service writes JSON without spaces.
    private static func holdsDeliveries(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Most archives are others, which the beginning tells.
        guard find(Array("\"messageType\"".utf8), in: bytes.prefix(1 << 10)) != nil else { return false }
        for line in bytes.prefix(evidenceOfDeliveries).split(separator: 0x0A) {
            guard find(delivery, in: line) != nil, let list = find(events, in: line) else { continue }
            // In a text its quotes have backslashes before them, so these are keys.
            var rest = line[list...]
            var messages = 0
            while messages < 2, let place = find(message, in: rest) {
                if bytes[place - 1] != UInt8(ascii: "\\") { messages += 1 }
                rest = rest[(place + message.count)...]
            }
            if messages > 1 { return true }
        }
        return false
    }

    private static func find(_ text: [UInt8], in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        UnsafeRawBufferPointer(rebasing: bytes).firstPlace(of: text).map { bytes.startIndex + $0 }
    }
}

/// An archive of which no line, or hardly one, is an event, so that nothing could be found in it.
public struct UnfitArchive: Hashable, Sendable {
    /// As it was given or found.
    public var path: String
    /// What it holds, and the command that makes lines of it, as a clause.
    public var reason: String

    /// Those among archives that were read whole.
    static func all(among accounts: [ArchiveAccount], _ counts: [LineCounts]) -> [UnfitArchive] {
        zip(accounts, counts).compactMap { account, counts in
            let isWhole = account.damage.isEmpty && account.failure == nil && account.isComplete
            return isWhole ? UnfitArchive(path: account.path, counts) : nil
        }
    }

    /// `nil` for one whose lines are events.
    init?(path: String, _ counts: LineCounts) {
        let events = counts.lines - counts.malformed - counts.blank
        switch counts.opening {
        case .list(let key) where events <= 1 || key.lowercased() == "records":
            reason = "its records stand in a list under \(key); jq -c '.\(key)[]' makes one event a line of them"
        case .answer(let answer) where events <= 1:
            reason = "\(answer.place); \(answer.command) makes one event a line of them"
        case .deliveries:
            reason =
                "its lines are deliveries of CloudWatch's logs with several events each, which count as one; "
                + "jq -c '.logEvents[]' makes one event a line of them"
        // Where each element has a line, those without a comma behind them are events.
        case .array where events < counts.malformed:
            reason = "it is a JSON array; jq -c '.[]' makes one event a line of it"
        case .openObject where events == 0:
            reason = "its JSON objects stand on several lines each; jq -c . makes one line of each"
        case .other where events <= 1 && counts.listed > 0 && counts.listed == counts.malformed:
            reason = "commas stand behind its JSON objects; sed 's/,[[:space:]]*$//' makes one event a line of them"
        case _ where events == 0 && counts.malformed > 0:
            reason = "none of its lines is a JSON object; one event a line is read, as jq -c . writes JSON"
        default: return nil
        }
        self.path = path
    }
}
