import Aggregation
import Matching
import Sigma
import Values

/// The matches of the rules of a correlation, by group and in each by time: in memory up to a budget, beyond it by way of
/// the temporary file. Equal times are in input order, and what one event has matched is in the order of the rules.
struct CorrelatedMatches {
    /// A match of one of the rules.
    struct Match {
        /// The rule's place among those of the correlation.
        var rule: Int
        var time: Int64
        /// Where its event is in the input.
        var order: EventOrder
        /// The values of the group-by fields.
        var group: [Text]
        /// The values of the fields that the condition looks at; none where the match lacks one of them.
        var values: [Text] = []
        /// What correlations around this one want to know of the match.
        var carried: [Value] = []
    }

    private let kind: CorrelationKind
    private let file: TemporaryFile
    private let budget: Int
    private var sorter: RecordSorter
    /// For counts of distinct values: by group, values and time first, so that each match comes to know its neighbours.
    private var byValues: RecordSorter

    /// - Parameter budget: bytes that the matches may take in memory.
    init(kind: CorrelationKind, file: TemporaryFile, budget: Int) {
        self.kind = kind
        self.file = file
        self.budget = budget
        let share = kind == .valueCount ? budget / 2 : budget
        sorter = RecordSorter(file: file, budget: share)
        byValues = RecordSorter(file: file, budget: share)
    }

    mutating func append(_ match: Match) throws(StorageError) {
        var key = MatchKey.encode(match.group)
        var payload = PartialWriter()
        if kind == .valueCount, !match.values.isEmpty {
            payload.write(row: match.carried)
            payload.variable(UInt64(key.count))
            key += MatchKey.encode(match.values)
            key += MatchKey.moment(match)
            try byValues.append(key: key, payload: payload.bytes)
            return
        }
        Neighbours().write(to: &payload)
        let number = match.values.count == 1 ? Self.number(match.values[0]) : nil
        payload.fixed((number ?? .nan).bitPattern)
        payload.write(row: match.carried)
        try sorter.append(key: key + MatchKey.moment(match), payload: payload.bytes)
    }

    private static func number(_ text: Text) -> Double? {
        text.bytes.withUnsafeBytes { DecimalNumber($0)?.value }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Puts the matches into order; to be called when there is nothing more to add.
    mutating func finish() throws(StorageError) {
        try link()
        sorter.finish()
    }

    /// Tells each match with values which matches with the same values are before and behind it.
    private mutating func link() throws(StorageError) {
        guard byValues.count > 0 else { return }
        byValues.finish()
        var reader = byValues.reader()
        var pending: (record: RecordSorter.Record, neighbours: Neighbours)?
        while let record = try reader.next() {
            let moment = record.key.suffix(MatchKey.momentCount)
            let isSame = pending.map {
                $0.record.key.dropLast(MatchKey.momentCount) == record.key.dropLast(MatchKey.momentCount)
            }
            var neighbours = Neighbours(isLinked: true)
            if let before = pending {
                if isSame == true {
                    neighbours.before = MatchKey.time(before.record.key.suffix(MatchKey.momentCount))
                    pending?.neighbours.behind = Array(moment)
                }
                try hand(over: pending)
            }
            pending = (record, neighbours)
        }
        try hand(over: pending)
        byValues = RecordSorter(file: file, budget: budget)
    }

    private mutating func hand(
        over linked: (record: RecordSorter.Record, neighbours: Neighbours)?
    ) throws(StorageError) {
        guard let (record, neighbours) = linked else { return }
        var payload = PartialWriter()
        neighbours.write(to: &payload)
        payload.fixed(Double.nan.bitPattern)
        var read = record.payload
        let groupCount: Int
        do {
            payload.write(row: try read.row())
            groupCount = Int(clamping: try read.variable())
        } catch {
            throw file.lost()
        }
        let key = record.key.prefix(groupCount) + record.key.suffix(MatchKey.momentCount)
        try sorter.append(key: Array(key), payload: payload.bytes)
    }

    /// Reads all matches from the first on.
    func reader() -> Reader { Reader(records: sorter.reader(), file: file) }
}

/// The matches with the same values that are next to one, in the whole of its group.
private struct Neighbours {
    /// Whether the match has values.
    var isLinked = false
    /// The time of the one before.
    var before: Int64?
    /// The moment of the one behind.
    var behind: [UInt8]?

    init(isLinked: Bool = false) {
        self.isLinked = isLinked
    }

    func write(to payload: inout PartialWriter) {
        payload.bytes.append((isLinked ? 1 : 0) | (before != nil ? 2 : 0) | (behind != nil ? 4 : 0))
        if let before { payload.fixed(UInt64(bitPattern: before)) }
        if let behind { payload.run(behind) }
    }

    init(_ payload: inout PartialReader) throws(PartialCodecError) {
        let flags = try payload.byte()
        isLinked = flags & 1 != 0
        if flags & 2 != 0 { before = Int64(bitPattern: try payload.fixed()) }
        if flags & 4 != 0 { behind = Array(try payload.run()) }
    }
}

extension CorrelatedMatches {
    /// A match as it is read back.
    struct SortedMatch {
        /// Equal for matches of one group.
        let group: ArraySlice<UInt8>
        /// When it is and where, in the order of the matches.
        let moment: ArraySlice<UInt8>
        let time: Int64
        let rule: Int
        let order: EventOrder
        let number: Double?
        let carried: [Value]
        fileprivate let neighbours: Neighbours

        /// As it comes into a window that begins at a time, or holds all before where there is none.
        func entering(since start: Int64?) -> CorrelationWindow.Match {
            let isRepeated = neighbours.before.map { $0 >= start ?? .min } ?? false
            return seen(isDistinct: neighbours.isLinked && !isRepeated)
        }

        /// As it leaves a window before a later match comes into it.
        func leaving(before next: SortedMatch) -> CorrelationWindow.Match {
            let isRepeated = neighbours.behind.map { $0.lexicographicallyPrecedes(next.moment) } ?? false
            return seen(isDistinct: neighbours.isLinked && !isRepeated)
        }

        private func seen(isDistinct: Bool) -> CorrelationWindow.Match {
            CorrelationWindow.Match(rule: rule, time: time, number: number, isDistinct: isDistinct)
        }

        /// The values of the group-by fields.
        var groupValues: [Text] { MatchKey.decode(group) }
    }

    struct Reader {
        fileprivate var records: RecordSorter.Reader
        fileprivate let file: TemporaryFile

        /// The next match; nil behind the last.
        mutating func next() throws(StorageError) -> SortedMatch? {
            guard let record = try records.next() else { return nil }
            let moment = record.key.suffix(MatchKey.momentCount)
            var payload = record.payload
            do {
                let neighbours = try Neighbours(&payload)
                let number = Double(bitPattern: try payload.fixed())
                return SortedMatch(
                    group: record.key.dropLast(MatchKey.momentCount), moment: moment, time: MatchKey.time(moment),
                    rule: MatchKey.rule(moment), order: MatchKey.order(moment), number: number.isNaN ? nil : number,
                    carried: try payload.row(), neighbours: neighbours)
            } catch {
                throw file.lost()
            }
        }
    }
}

/// Values and moments as bytes that compare as they do.
private enum MatchKey {
    /// Time, place in the input, rule.
    static let momentCount = 8 + 4 + 4 + 8 + 4

    /// Texts one after the other, each with an end that no text has in it and that is less than any byte: a zero byte is
    /// followed by 255, the end is two zero bytes.
    static func encode(_ texts: [Text]) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in texts {
            for byte in text.bytes {
                bytes.append(byte)
                if byte == 0 { bytes.append(0xFF) }
            }
            bytes += [0, 0]
        }
        return bytes
    }

    static func decode(_ bytes: ArraySlice<UInt8>) -> [Text] {
        var texts: [Text] = []
        var text: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == 0, index < bytes.endIndex else {
                text.append(byte)
                continue
            }
            if bytes[index] == 0 {
                texts.append(Text(bytes: text))
                text = []
            } else {
                text.append(0)
            }
            index += 1
        }
        return texts
    }

    static func moment(_ match: CorrelatedMatches.Match) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(momentCount)
        append(UInt64(bitPattern: match.time) ^ 1 << 63, 8, to: &bytes)
        append(UInt64(match.order.archive), 4, to: &bytes)
        append(UInt64(match.order.segment), 4, to: &bytes)
        append(match.order.offset, 8, to: &bytes)
        append(UInt64(UInt32(clamping: match.rule)), 4, to: &bytes)
        return bytes
    }

    static func time(_ moment: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: number(moment, 0..<8) ^ 1 << 63)
    }

    static func order(_ moment: ArraySlice<UInt8>) -> EventOrder {
        EventOrder(
            archive: UInt32(truncatingIfNeeded: number(moment, 8..<12)),
            segment: UInt32(truncatingIfNeeded: number(moment, 12..<16)), offset: number(moment, 16..<24))
    }

    static func rule(_ moment: ArraySlice<UInt8>) -> Int { Int(number(moment, 24..<28)) }

    /// The most significant byte first, so that bytes compare as numbers do.
    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ range: Range<Int>) -> UInt64 {
        range.reduce(0) { $0 << 8 | UInt64(bytes[bytes.startIndex + $1]) }
    }
}
