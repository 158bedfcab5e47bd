import Aggregation
import Pipeline
import Schemas
import Synchronization
import Values

/// The fields that an event's row has beside its columns, where a search may ask for any. One belongs to one worker.
final class OpenRowFields {
    private let fields: EventFields
    private let wanted: OpenFields
    private let columns: Set<Text>
    private let lists: OpenRowLists
    /// What is known of the names of an event's fields, as they are stored one after the other: most events have those of
    /// one of a few lists.
    private var known: [[UInt8]: (number: UInt64, keeps: [Bool])] = [:]
    private var knownBytes = 0
    private var isHeld: [Bool]
    private var names = PartialWriter()

    init(_ wanted: OpenFields, of fields: EventFields, in lists: OpenRowLists) {
        self.wanted = wanted
        self.fields = fields
        self.lists = lists
        columns = Set(lists.columns.map { Text($0) })
        isHeld = Array(repeating: false, count: lists.columns.count)
    }

    /// Appends the row, and what is kept of the event's other fields.
    func write(_ row: [Value], of reader: EventReader, to record: inout PartialWriter) {
        for column in row.indices where !isHeld[column] && !row[column].isMissing {
            isHeld[column] = true
            lists.hold(column)
        }
        record.write(row: row)
        let fields = fields.fields(of: reader)
        names.bytes.removeAll(keepingCapacity: true)
        for field in fields { names.run(field.name.bytes) }
        if let list = known[names.bytes] {
            record.variable(list.number)
            for (field, isKept) in zip(fields, list.keeps) where isKept { record.write(cell: field.value) }
            return
        }
        let keeps = fields.map { !columns.contains($0.name) && wanted.takes($0.name.string) }
        let kept = zip(fields, keeps).filter(\.1).map(\.0)
        if let number = lists.number(of: kept.map(\.name)) {
            if knownBytes + names.bytes.count <= OpenRowLists.byteLimit {
                knownBytes += names.bytes.count
                known[names.bytes] = (number, keeps)
            }
            record.variable(number)
            for field in kept { record.write(cell: field.value) }
        } else {
            record.variable(OpenRowLists.noList)
            record.write(fields: kept)
        }
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
    /// No name behind this one in their order is among the first ones.
    private var last: Text?
    private var hasLostNames = false
    /// Whether there are more names than the limit, of which the layout has the first ones only.
    var isCut: Bool { hasLostNames || names.count > Self.limit }

    init(beside columns: [String]) {
        self.columns = columns
        isHeld = Array(repeating: false, count: columns.count)
    }

    mutating func hold(_ column: Int) { isHeld[column] = true }

    mutating func add(_ list: some Sequence<Text>) {
        for name in list {
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

/// The names that all rows of a search have fields of, list by list: a row is stored with the number of its list. Shared by
/// the workers.
final class OpenRowLists: Sendable {
    /// Stands for a list that has no number; the names stand in the row itself then.
    static let noList: UInt64 = 0

    private struct State {
        var names: OpenRowNames
        var lists: [[Text]] = []
        var numbers: [[Text]: UInt64] = [:]
        var bytes = 0
    }

    /// Of the rows, beside the fields.
    let columns: [String]
    private let state: Mutex<State>

    /// What archives hold must not decide how much memory is taken.
    private static let limit = 1_000
    fileprivate static let byteLimit = 2 << 20

    init(beside columns: [String]) {
        self.columns = columns
        state = Mutex(State(names: OpenRowNames(beside: columns)))
    }

    /// Notes that a row has a value in this column.
    func hold(_ column: Int) { state.withLock { $0.names.hold(column) } }

    /// The number of a list, from 1 on; `nil` for one more than are numbered. The names are noted in any case.
    func number(of list: [Text]) -> UInt64? {
        state.withLock { state in
            if let known = state.numbers[list] { return known }
            state.names.add(list)
            let bytes = list.reduce(0) { $0 + $1.bytes.count }
            guard state.lists.count < Self.limit, state.bytes + bytes <= Self.byteLimit else { return nil }
            state.bytes += bytes
            state.lists.append(list)
            state.numbers[list] = UInt64(state.lists.count)
            return UInt64(state.lists.count)
        }
    }

    /// The names that any row has.
    var names: OpenRowNames { state.withLock { $0.names } }

    /// By number, from 1 on.
    var numbered: [[Text]] { state.withLock { $0.lists } }
}

/// Gathers the names of some rows out of all that are stored.
struct OpenRowNameReader {
    private(set) var names: OpenRowNames
    private let lists: [[Text]]
    private var isRead: [Bool]

    init(_ lists: OpenRowLists) {
        names = OpenRowNames(beside: lists.columns)
        self.lists = lists.numbered
        isRead = Array(repeating: false, count: self.lists.count)
    }

    /// Takes what a row holds.
    mutating func read(_ record: inout PartialReader) throws(PartialCodecError) {
        try record.skipRow { names.hold($0) }
        let number = try record.variable()
        if number == OpenRowLists.noList {
            try record.fields { name, _ in names.add(CollectionOfOne(name)) }
        } else if number <= lists.count, !isRead[Int(number) - 1] {
            isRead[Int(number) - 1] = true
            names.add(lists[Int(number) - 1])
        }
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
    /// The rows of each list of names, by its number, from 1 on.
    private let lists: [ListLayout]

    /// The columns that rows of one list have, and where in these what is stored goes.
    private struct ListLayout {
        /// In ascending order.
        var columns: [Int]
        /// -1 for nowhere.
        var places: [Int]
        var fieldPlaces: [Int]

        init(_ targets: [Int], _ fields: [Int]) {
            columns = Set(targets + fields).subtracting([-1]).sorted()
            let place = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
            places = targets.map { place[$0] ?? -1 }
            fieldPlaces = fields.map { place[$0] ?? -1 }
        }
    }

    init(_ names: OpenRowNames, of lists: OpenRowLists, rowCount: Int) {
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
        let targets = names.columns.map { places[Text($0)] ?? -1 }
        self.columns = columns
        self.targets = targets
        self.places = places
        self.lists = lists.numbered.map { list in ListLayout(targets, list.map { places[$0] ?? -1 }) }
    }

    /// A row as it was stored: values, and under which of the columns each stands.
    func row(_ record: inout PartialReader) throws(PartialCodecError) -> (columns: [Int], values: [Value]) {
        let stored = try record.row()
        let number = try record.variable()
        guard number <= lists.count else { throw .damaged(offset: record.offset) }
        if number == OpenRowLists.noList {
            var row = Array(repeating: Value.missing, count: columns.count)
            for (target, value) in zip(targets, stored) where target >= 0 { row[target] = value }
            try record.fields { name, value in
                if let place = places[name] { row[place] = value }
            }
            return (Array(columns.indices), row)
        }
        let list = lists[Int(number) - 1]
        var row = Array(repeating: Value.missing, count: list.columns.count)
        for (place, value) in zip(list.places, stored) where place >= 0 { row[place] = value }
        for place in list.fieldPlaces {
            let value = try record.cell()
            if place >= 0 { row[place] = value }
        }
        return (list.columns, row)
    }

    /// The same with a value for every column.
    func wholeRow(_ record: inout PartialReader) throws(PartialCodecError) -> [Value] {
        let (places, values) = try row(&record)
        var row = Array(repeating: Value.missing, count: columns.count)
        for (place, value) in zip(places, values) { row[place] = value }
        return row
    }
}
