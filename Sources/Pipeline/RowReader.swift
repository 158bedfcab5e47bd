public import Values

/// The columns of one row or event, read by number.
public protocol RowReader {
    func value(_ column: Int) -> Value
}

/// A row of a row set.
public struct RowView: RowReader {
    let values: [Value]

    /// - Parameter values: by column; fewer than there are columns mean that the rest is missing.
    public init(_ values: [Value]) {
        self.values = values
    }

    /// Missing for a column beyond the row's end.
    public func value(_ column: Int) -> Value {
        column < values.count ? values[column] : .missing
    }
}

/// What an expression is evaluated over: a row, in which columns may be replaced by one of their values.
struct EvaluationScope<Reader: RowReader> {
    let reader: Reader
    /// The innermost last: `mvfilter` and `mvmap` nest.
    private var replaced: [(column: Int, value: Value)] = []
    let context: EvaluationContext

    init(_ reader: Reader, context: EvaluationContext) {
        self.reader = reader
        self.context = context
    }

    func value(_ column: Int) -> Value {
        if !replaced.isEmpty, let held = replaced.last(where: { $0.column == column }) { return held.value }
        return reader.value(column)
    }

    /// The same row with a value in a column's place.
    func replacing(_ column: Int, with value: Value) -> EvaluationScope {
        var inner = self
        inner.replaced.append((column, value))
        return inner
    }
}

/// Column names and their numbers.
struct ColumnIndex: Sendable {
    private(set) var names: [String]
    private var numbers: [String: Int]

    init(_ names: [String]) {
        self.names = names
        numbers = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> Int? { numbers[name] }

    /// The number of a column, which is added at the end if it is not there.
    mutating func number(of name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }
}
