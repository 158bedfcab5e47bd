import Aggregation
import Values

/// Brings matches into the order of their times: in memory up to a budget, beyond it by way of the temporary file.
struct MatchSorter {
    /// A match of one of the rules of a correlation.
    struct Match {
        var time: Int64
        /// Where its event is in the input, which decides between equal times.
        var order: EventOrder
        var key: [Text]
        var values: [Text]
    }

    private let file: TemporaryFile
    private var spool: ResultSpool
    private var count: UInt64 = 0

    /// - Parameter budget: bytes that the matches may take in memory.
    init(file: TemporaryFile, budget: Int) {
        self.file = file
        spool = ResultSpool(file: file, budget: budget)
    }

    /// Adds a match of a rule, by the rule's place; those of one rule come in input order.
    mutating func append(_ match: Match, of rule: Int) {
        // The spool sorts by places in the input; a time takes that place here.
        let time = UInt64(bitPattern: match.time) ^ 1 << 63
        let place = EventOrder(
            archive: UInt32(truncatingIfNeeded: time >> 32), segment: UInt32(truncatingIfNeeded: time), offset: count)
        count += 1
        spool.append(ResultStream(.match, of: rule), at: place) { record in
            record.write(match.order)
            record.write(row: [.several(match.key), .several(match.values)])
        }
    }

    /// Hands over all matches of so many rules, by time, then by place in the input, then by rule.
    mutating func forEach(
        rules: Int, _ body: (_ rule: Int, _ match: Match) throws(StorageError) -> Void
    ) throws(StorageError) {
        spool.finish()
        var results = StoredResults(file: file)
        results.merge(spool.runs)
        var readers = (0..<rules).map { results.reader(of: ResultStream(.match, of: $0)) }
        var heads: [Match?] = []
        for rule in 0..<rules { heads.append(try Self.next(&readers[rule])) }
        while true {
            var first: Int?
            for (rule, head) in heads.enumerated() {
                guard let head else { continue }
                if let known = first.flatMap({ heads[$0] }), (known.time, known.order) <= (head.time, head.order) {
                    continue
                }
                first = rule
            }
            guard let rule = first, let match = heads[rule] else { return }
            try body(rule, match)
            heads[rule] = try Self.next(&readers[rule])
        }
    }

    private static func next(_ reader: inout ResultReader) throws(StorageError) -> Match? {
        try reader.next { place, record throws(PartialCodecError) in
            let order = try record.order()
            let cells = try record.row()
            let time = Int64(bitPattern: (UInt64(place.archive) << 32 | UInt64(place.segment)) ^ 1 << 63)
            return Match(
                time: time, order: order, key: cells.first?.all ?? [], values: cells.dropFirst().first?.all ?? [])
        }
    }
}

extension Value {
    fileprivate static func several(_ texts: [Text]) -> Value { .multivalue(texts) }

    fileprivate var all: [Text] {
        if case .multivalue(let texts) = self { texts } else { [] }
    }
}
