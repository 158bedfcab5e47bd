import Aggregation
import Archives
import Detections
import Values

/// The events that rules matched, rule after rule and each rule's in input order; read from where the workers have put
/// them, as often as wanted.
public struct MatchedEvents: Sendable, ExpressibleByArrayLiteral {
    /// How many there are.
    public var count: Int { parts.reduce(0) { $0 + $1.count } }
    /// Whether there are none; cheaper than counting them.
    public var isEmpty: Bool { parts.allSatisfy { $0.count == 0 } }
    private var parts: [Part] = []

    private enum Source: Sendable {
        case events([MatchedEvent])
        case stored(StoredMatches)
    }

    private struct Part: Sendable {
        var source: Source
        var count: Int
    }

    /// Events that are in memory.
    public init(_ events: some Sequence<MatchedEvent> = []) {
        let events = Array(events)
        parts = [Part(source: .events(events), count: events.count)]
    }

    /// As `init(_:)`.
    public init(arrayLiteral events: MatchedEvent...) { self.init(events) }

    /// Adds a rule's, of which the first `limit` are told.
    mutating func append(_ matches: StoredMatches, limit: Int) {
        let count = min(limit, matches.results.count(of: matches.stream))
        if count > 0 { parts.append(Part(source: .stored(matches), count: count)) }
    }

    /// Reads the events from the first on.
    public func reader() -> Reader { Reader(self) }

    /// Reads events one after the other; memory for one event, whatever their number.
    public struct Reader {
        private var parts: ArraySlice<Part>
        private var records: ResultReader?
        private var done = 0

        fileprivate init(_ matches: MatchedEvents) { parts = matches.parts[...] }

        /// The next events, of about so many bytes, but at least one; none behind the last.
        /// - Throws: `StorageError` when the temporary file can't be read.
        public mutating func next(within bytes: Int) throws(StorageError) -> [MatchedEvent] {
            var events: [MatchedEvent] = []
            var taken = 0
            while taken < bytes, let event = try next() {
                taken += event.event.bytes.count + MemoryLayout<MatchedEvent>.size
                events.append(event)
            }
            return events
        }

        /// The next event; nil behind the last.
        /// - Throws: `StorageError` when the temporary file can't be read.
        public mutating func next() throws(StorageError) -> MatchedEvent? {
            while let part = parts.first {
                if done < part.count {
                    defer { done += 1 }
                    switch part.source {
                    case .events(let events): return events[done]
                    case .stored(let matches):
                        var reader = records ?? matches.results.reader(of: matches.stream)
                        // Held once, or all that it holds would be copied for each event.
                        records = nil
                        let event = try matches.next(&reader)
                        records = reader
                        if let event { return event }
                    }
                }
                parts.removeFirst()
                records = nil
                done = 0
            }
            return nil
        }
    }
}

/// A rule's matched events as the workers have put them away.
struct StoredMatches: Sendable {
    let rule: RuleIdentity
    /// The names of the rule's selections, as they were numbered.
    let selections: [String]
    let results: StoredResults
    let stream: ResultStream
    let archives: [Archive]
    let positions: ChunkPositions

    func next(_ reader: inout ResultReader) throws(StorageError) -> MatchedEvent? {
        try reader.next { order, record throws(PartialCodecError) in
            let place = ChunkPlace(
                order: order, offset: Int(clamping: try record.variable()), line: Int(clamping: try record.variable()))
            let event = Text(bytes: Array(try record.run()))
            var satisfied: [String] = []
            for _ in 0..<(try record.variable()) {
                let number = Int(clamping: try record.variable())
                if number < selections.count { satisfied.append(selections[number]) }
            }
            let (line, offset) = place.position(in: positions)
            return MatchedEvent(
                rule: rule, archive: archives[place.archive].path, line: line, offset: offset, event: event,
                selections: satisfied)
        }
    }
}

extension PartialWriter {
    /// What is kept of a matched event beside its order: its place in the chunk, its bytes, and the selections that it satisfies.
    mutating func write(match: UnsafeRawBufferPointer, at offset: Int, line: Int, selections: [Int]) {
        variable(UInt64(offset))
        variable(UInt64(line))
        run(match)
        variable(UInt64(selections.count))
        for selection in selections { variable(UInt64(selection)) }
    }
}
