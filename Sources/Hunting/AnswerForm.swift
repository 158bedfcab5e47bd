/// What a web interface answers, where the records stand behind or below other keys.
enum AnswerForm: Hashable, Sendable {
    /// In the list at this path.
    case list(path: String)
    /// In tables, as Azure's Log Analytics answers: the names of columns, and rows without them.
    case tables
    /// In streams, as Loki answers: labels, and pairs of a time and a line.
    case streams

    /// Bytes that are looked at: what stands before the records is small.
    private static let evidence = 4 << 10
    /// Keys that answers begin with and events hardly do: those of Elasticsearch, OData (Graph among others), Defender's advanced
    /// hunting, Log Analytics, Loki.
    private static let firstKeys: Set<String> = [
        "took", "_scroll_id", "pit_id", "timed_out", "_shards", "hits", "@odata.context", "@odata.count",
        "@odata.nextLink", "Schema", "schema", "Stats", "stats", "tables", "status", "data",
    ]
    private static let paths: [String: AnswerForm] = [
        "hits.hits": .list(path: "hits.hits"), "value": .list(path: "value"), "Results": .list(path: "Results"),
        "results": .list(path: "results"), "tables": .tables, "data.result": .streams,
    ]
    private static let depthLimit = 4

    /// The command that makes a line of each record.
    var command: String {
        switch self {
        case .list(let path): "jq -c '.\(path)[]'"
        case .tables:
            "jq -c '.tables[] | [.columns[].name] as $names | .rows[] | [$names, .] | transpose | "
                + "map({(.[0]): .[1]}) | add'"
        case .streams: "jq -c '.data.result[] | .stream + (.values[] | {timestamp: .[0], line: .[1]})'"
        }
    }

    /// What the records stand in, as a clause.
    var place: String {
        switch self {
        case .list(let path): "its records stand in a list under \(path)"
        case .tables: "its records stand in tables, as rows without the columns' names"
        case .streams: "its records stand in streams, under data.result"
        }
    }

    /// - Parameter bytes: from the first brace of the content on.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var scanner = KeyScanner(bytes: bytes.prefix(Self.evidence)[...])
        var keys: [String] = []
        var isFirst = true
        while let token = scanner.next() {
            switch token {
            case .key(let key):
                if isFirst, !Self.firstKeys.contains(key) { return nil }
                isFirst = false
                guard !keys.isEmpty else { return nil }
                keys[keys.count - 1] = key
            case .object:
                guard keys.count < Self.depthLimit else { return nil }
                keys.append("")
            case .listOfObjects:
                if let form = Self.paths[keys.joined(separator: ".")] {
                    self = form
                    return
                }
                guard scanner.skipList() else { return nil }
            case .list:
                guard scanner.skipList() else { return nil }
            case .end:
                guard keys.count > 1 else { return nil }
                keys.removeLast()
            }
        }
        return nil
    }
}

/// Reads the keys of nested objects; what is no JSON ends it.
private struct KeyScanner {
    enum Token {
        case key(String)
        /// An object opens, or closes.
        case object, end
        /// An array opens.
        case list, listOfObjects
    }

    var bytes: Slice<UnsafeRawBufferPointer>

    private mutating func skipSpace() {
        bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    }

    mutating func next() -> Token? {
        while true {
            skipSpace()
            guard let first = bytes.first else { return nil }
            switch first {
            case UInt8(ascii: "\""):
                guard let text = string() else { return nil }
                skipSpace()
                guard bytes.first == UInt8(ascii: ":") else { continue }
                bytes.removeFirst()
                return .key(text)
            case UInt8(ascii: "{"):
                bytes.removeFirst()
                return .object
            case UInt8(ascii: "}"):
                bytes.removeFirst()
                return .end
            case UInt8(ascii: "["):
                bytes.removeFirst()
                skipSpace()
                return bytes.first == UInt8(ascii: "{") ? .listOfObjects : .list
            default: bytes.removeFirst()
            }
        }
    }

    /// The string at hand as it is written; `nil` where it does not end.
    private mutating func string() -> String? {
        let start = bytes.startIndex + 1
        var index = start
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.endIndex else { return nil }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        bytes = bytes[(index + 1)...]
        return text
    }

    /// Passes over the rest of the array at hand.
    mutating func skipList() -> Bool {
        var depth = 1
        while depth > 0 {
            guard let first = bytes.first else { return false }
            switch first {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            bytes.removeFirst()
        }
        return true
    }
}
