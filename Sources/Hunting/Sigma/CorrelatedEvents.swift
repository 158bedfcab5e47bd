import Aggregation

/// The events in the windows of a correlation that hold: found by where they are in the input, among those that its searches
/// have kept.
struct CorrelatedEvents {
    /// Where the places are put away, and then the events.
    private let file: TemporaryFile
    private let budget: Int
    private var places: ResultSpool
    private let stream: ResultStream

    init(_ stream: ResultStream, file: TemporaryFile, budget: Int) {
        self.stream = stream
        self.file = file
        self.budget = budget
        places = ResultSpool(file: file, budget: budget)
    }

    mutating func add(_ match: CorrelatedMatches.SortedMatch) {
        places.append(stream, at: match.order) { _ in }
    }

    /// The events, each once, in input order.
    ///
    /// - Parameter scans: what was found for the correlation's searches.
    mutating func found(among scans: [ScannedSearch]) throws(StorageError) -> StoredResults {
        places.finish()
        var wanted = StoredResults(file: file)
        wanted.merge(places.runs)
        var reader = wanted.reader(of: stream)
        var kept = scans.map { KeptEvents($0) }
        var events = ResultSpool(file: file, budget: budget)
        var last: EventOrder?
        while let order = try reader.next({ order, _ throws(PartialCodecError) in order }) {
            if order == last { continue }
            last = order
            for index in kept.indices {
                guard let event = try kept[index].event(at: order) else { continue }
                events.append(stream, at: order) { record in
                    event.text.withUnsafeBytes {
                        record.write(match: $0, at: event.offset, line: event.line, selections: [])
                    }
                }
                break
            }
        }
        events.finish()
        var results = StoredResults(file: file)
        results.merge(events.runs)
        return results
    }

    private struct Event {
        let order: EventOrder
        /// Where it is in its chunk.
        let offset: Int
        let line: Int
        let text: [UInt8]
    }

    /// The events that a search has kept, read forwards.
    private struct KeptEvents {
        private var reader: ResultReader
        private var current: Event?
        private var isOver = false

        init(_ scan: ScannedSearch) {
            reader = scan.results.reader(of: ResultStream(.match, of: scan.number))
        }

        /// An event, no earlier than one that was asked for before; `nil` where it is not among them.
        mutating func event(at order: EventOrder) throws(StorageError) -> Event? {
            while !isOver, current.map({ $0.order < order }) ?? true {
                current = try reader.next { order, record throws(PartialCodecError) in
                    Event(
                        order: order, offset: Int(clamping: try record.variable()),
                        line: Int(clamping: try record.variable()), text: Array(try record.run()))
                }
                isOver = current == nil
            }
            guard let current, current.order == order else { return nil }
            return current
        }
    }
}
