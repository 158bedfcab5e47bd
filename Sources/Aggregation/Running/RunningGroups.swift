public import Values

/// The aggregates of groups of rows that come one after another and may leave in the same order, to be read at any time:
/// what `streamstats` tells of each row.
///
/// What it tells is what a ``GroupTable`` would of the rows that are there.
///
/// - Complexity: O(log *n*) a row for *n* rows that are there; `values` costs what it is long whenever it changes.
public struct RunningGroups: Sendable {
    private let functions: [AggregateCall]
    /// By function, the column that it reads; `nil` for none.
    private let columns: [Int?]
    private let leaves: Bool
    private var numbers: [[Text]: Int] = [:]
    /// How many rows are in each group.
    private var counts: [Int] = []
    /// Of each group one for each function.
    private var states: [any RunningAggregate] = []
    private var heldBytes = 0

    /// Without any group.
    ///
    /// - Parameters:
    ///   - columns: the column that each function reads; `nil` where there is none.
    ///   - leaves: whether rows will be taken away again.
    public init(_ functions: [AggregateCall], columns: [Int?], leaves: Bool) {
        self.functions = functions
        self.columns = columns
        self.leaves = leaves
    }

    /// Roughly the memory that the groups take, in bytes.
    public var estimatedBytes: Int { heldBytes }

    /// Begins anew, without any group.
    public mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        states.removeAll(keepingCapacity: true)
        heldBytes = 0
    }

    /// The number of the group with these values of the by-fields; a new one gets the next number.
    public mutating func group(_ key: [Text]) -> Int {
        if let number = numbers[key] { return number }
        let number = counts.count
        numbers[key] = number
        counts.append(0)
        for function in functions { states.append(function.running) }
        heldBytes += key.reduce(128) { $0 + 16 + $1.bytes.count } + functions.count * Self.stateBytes
        return number
    }

    /// About what an aggregate takes that holds nothing.
    private static let stateBytes = 192

    /// Counts a row in a group; rows come in the order of their places in the input.
    public mutating func add(_ row: [Value], at moment: EventMoment, to group: Int) {
        counts[group] += 1
        for (position, column) in columns.enumerated() {
            guard let column else { continue }
            let state = group * columns.count + position
            Self.forEachArgument(in: row[column], at: moment, leaves: leaves) { heldBytes += states[state].add($0) }
        }
    }

    /// Takes a row out of a group again; the rows of a group leave in the order in which they came.
    public mutating func remove(_ row: [Value], at moment: EventMoment, from group: Int) {
        counts[group] -= 1
        for (position, column) in columns.enumerated() {
            guard let column else { continue }
            let state = group * columns.count + position
            Self.forEachArgument(in: row[column], at: moment, leaves: leaves) { heldBytes -= states[state].remove($0) }
        }
    }

    /// What the aggregates of a group are now, in their order.
    public mutating func values(of group: Int) -> [Value] {
        functions.indices.map { position in
            let function = functions[position]
            if function.function == .count, function.field == nil { return .number(Double(counts[group])) }
            return states[group * functions.count + position].value()
        }
    }
}

extension RunningGroups {
    /// Each value counts for itself, also an empty text, which a search has made.
    private static func forEachArgument(
        in value: Value, at moment: EventMoment, leaves: Bool, _ body: (RunningArgument) -> Void
    ) {
        switch value {
        case .missing: break
        case .number(let number):
            guard number.isFinite else { return }
            body(RunningArgument(content: .number(number), moment: moment, leaves: leaves))
        case .text(let text): body(RunningArgument(content: .text(text), moment: moment, leaves: leaves))
        case .multivalue(let texts):
            for text in texts { body(RunningArgument(content: .text(text), moment: moment, leaves: leaves)) }
        }
    }
}
