public import Aggregation
public import Values

/// Reads rows for a grouping: `stats` behind streaming commands, or over the rows of another grouping.
///
/// The time of a row is what its `_time` holds: commands may have changed it.
public struct RowAggregateReader: AggregateReader {
    private let keys: [Int?]
    private let arguments: [Int?]
    private let time: Int?
    private var row: [Value] = []
    /// Of the row that was read last.
    public private(set) var moment = EventMoment(order: EventOrder(offset: 0), time: nil)

    /// `columns` are those of the rows; a field that is not among them is missing.
    public init(_ grouping: Grouping, columns: [String]) {
        let index = ColumnIndex(columns)
        keys = grouping.keys.map { index[$0.field] }
        arguments = grouping.functions.map { $0.field.flatMap { index[$0] } }
        time = index["_time"]
    }

    /// Turns to the next row, which stands at this place in the input.
    public mutating func read(_ row: [Value], order: EventOrder) {
        self.row = row
        moment = EventMoment(order: order, time: time.flatMap { row[$0].epoch })
    }

    /// By the position in ``Grouping/keys``.
    public func key(_ index: Int) -> AggregateInput { input(keys[index]) }

    /// By the position in ``Grouping/functions``; missing for one without a field.
    public func argument(_ index: Int) -> AggregateInput { input(arguments[index]) }

    private func input(_ column: Int?) -> AggregateInput {
        guard let column else { return .missing }
        switch row[column] {
        case .missing: return .missing
        case .number(let number): return .number(number)
        // The row keeps the bytes, but not in a place that a pointer may outlive this call at.
        case .text(let text): return .several([text])
        case .multivalue(let texts): return .several(texts)
        }
    }
}
