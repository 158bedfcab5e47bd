import Aggregation
import Pipeline
import Schemas
import Values

/// The fields that an event's row has beside its columns, where a search may ask for any. One belongs to one worker.
final class OpenRowFields {
    private let fields: EventFields
    private let wanted: OpenFields
    /// Whether a field of this name is kept; those of the columns are not.
    private var isKept: [Text: Bool] = [:]
    private let columns: [Text: Bool]

    private static let knownLimit = 20_000

    init(_ wanted: OpenFields, beside columns: [String], of fields: EventFields) {
        self.wanted = wanted
        self.fields = fields
        self.columns = Dictionary(columns.map { (Text($0), false) }, uniquingKeysWith: { first, _ in first })
        isKept = self.columns
    }

    func fields(of reader: EventReader) -> [(name: Text, value: Value)] {
        fields.fields(of: reader).filter { keeps($0.name) }
    }

    private func keeps(_ name: Text) -> Bool {
        if let known = isKept[name] { return known }
        if isKept.count >= Self.knownLimit { isKept = columns }
        let keeps = wanted.takes(name.string)
        isKept[name] = keeps
        return keeps
    }
}

/// Gathers the names of the fields that rows hold.
struct OpenRowNames {
    /// How many names beside the columns may become columns: what an archive holds must not decide how wide every row is.
    static let limit = 2_000

    fileprivate let columns: [String]
    /// Which of the columns hold a value in some row.
    fileprivate var isHeld: [Bool]
    private var names: Set<Text> = []
    /// Lists of names that rows were seen to have, as they are stored: most rows have one of a few.
    private var known: Set<[UInt8]> = []
    private static let knownLimit = 1_000
    /// No name behind this one in their order is among the first ones.
    private var last: Text?
    private var hasLostNames = false
    /// Whether there are more names than the limit, of which the layout has the first ones only.
    var isCut: Bool { hasLostNames || names.count > Self.limit }

    init(beside columns: [String]) {
        self.columns = columns
        isHeld = Array(repeating: false, count: columns.count)
    }

    /// Takes what a row holds.
    mutating func read(_ record: inout PartialReader) throws(PartialCodecError) {
        try record.skipRow { isHeld[$0] = true }
        let list = try record.skipFields()
        guard !known.contains(list) else { return }
        if known.count < Self.knownLimit { known.insert(list) }
        var reader = PartialReader(bytes: list)
        while let name = try reader.nextName() {
            if let last, last < name {
                hasLostNames = true
            } else {
                names.insert(name)
            }
        }
        if names.count > 2 * Self.limit { cut() }
    }

    private mutating func cut() {
        guard names.count > Self.limit else { return }
        let kept = names.sorted().prefix(Self.limit)
        names = Set(kept)
        last = kept.last
        hasLostNames = true
    }

    /// The first names, in their order.
    fileprivate mutating func first() -> [Text] {
        cut()
        return names.sorted()
    }
}

/// The columns of rows that hold any fields: the time, the fields in the order of their names, the raw text.
struct OpenRowLayout: Sendable {
    let columns: [String]
    /// How many rows were looked at: all that are wanted, unless the hunt was stopped.
    let rowCount: Int
    /// Where each of the columns that a row was stored with goes; -1 for nowhere.
    private let targets: [Int]
    private let places: [Text: Int]

    init(_ names: OpenRowNames, rowCount: Int) {
        self.rowCount = rowCount
        var names = names
        let others = names.first()
        let held = names.columns.indices.filter { names.isHeld[$0] }.map { Text(names.columns[$0]) }
        let time = Text("_time")
        let raw = Text("_raw")
        let between = (held.filter { $0 != time && $0 != raw } + others).sorted()
        let all = held.filter { $0 == time } + between + held.filter { $0 == raw }
        // Names that differ in bytes only that are no UTF-8 are one column.
        var columns: [String] = []
        var numbers: [String: Int] = [:]
        var places: [Text: Int] = [:]
        for name in all {
            let string = name.string
            let number = numbers[string] ?? columns.count
            if number == columns.count { columns.append(string) }
            numbers[string] = number
            places[name] = number
        }
        self.columns = columns
        targets = names.columns.map { places[Text($0)] ?? -1 }
        self.places = places
    }

    /// A row as it was stored, under these columns.
    func row(_ record: inout PartialReader) throws(PartialCodecError) -> [Value] {
        var row = Array(repeating: Value.missing, count: columns.count)
        for (target, value) in zip(targets, try record.row()) where target >= 0 { row[target] = value }
        try record.fields { name, value in
            if let place = places[name] { row[place] = value }
        }
        return row
    }
}
