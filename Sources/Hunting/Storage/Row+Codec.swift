import Aggregation
import Values

/// Rows as bytes, for the temporary file.
extension PartialWriter {
    /// A row: how many cells, and each by its kind.
    mutating func write(row: [Value]) {
        variable(UInt64(row.count))
        for value in row { write(cell: value) }
    }

    /// Fields beside the columns of a row: how many, and each by its name and value.
    mutating func write(fields: [(name: Text, value: Value)]) {
        variable(UInt64(fields.count))
        for field in fields {
            run(field.name.bytes)
            write(cell: field.value)
        }
    }

    mutating func write(cell value: Value) {
        switch value {
        case .missing: variable(CellKind.missing)
        case .number(let number):
            variable(CellKind.number)
            fixed(number.bitPattern)
        case .text(let text):
            variable(CellKind.text)
            run(text.bytes)
        case .multivalue(let texts):
            variable(CellKind.texts + UInt64(texts.count))
            for text in texts { run(text.bytes) }
        }
    }
}

extension PartialReader {
    mutating func row() throws(PartialCodecError) -> [Value] {
        let count = try variable()
        var row: [Value] = []
        row.reserveCapacity(Int(clamping: min(count, 256)))
        for _ in 0..<count { row.append(try cell()) }
        return row
    }

    /// The fields beside the columns of the row that was read, or passed.
    mutating func fields(_ take: (Text, Value) -> Void) throws(PartialCodecError) {
        for _ in 0..<(try variable()) { take(Text(bytes: Array(try run())), try cell()) }
    }

    /// Passes a row: `take` is called with the columns that have a value.
    mutating func skipRow(_ take: (Int) -> Void) throws(PartialCodecError) {
        for column in 0..<(try variable()) where try skipCell() { take(Int(column)) }
    }

    /// Passes a cell: whether it has a value.
    private mutating func skipCell() throws(PartialCodecError) -> Bool {
        switch try variable() {
        case CellKind.missing: return false
        case CellKind.number: _ = try fixed()
        case CellKind.text: _ = try run()
        case let kind: for _ in 0..<(kind - CellKind.texts) { _ = try run() }
        }
        return true
    }

    mutating func cell() throws(PartialCodecError) -> Value {
        switch try variable() {
        case CellKind.missing: return .missing
        case CellKind.number: return .number(Double(bitPattern: try fixed()))
        case CellKind.text: return .text(Text(bytes: Array(try run())))
        case let kind:
            var texts: [Text] = []
            for _ in 0..<(kind - CellKind.texts) { texts.append(Text(bytes: Array(try run()))) }
            return .multivalue(texts)
        }
    }
}

private enum CellKind {
    static let missing: UInt64 = 0
    static let number: UInt64 = 1
    static let text: UInt64 = 2
    /// This and so many texts.
    static let texts: UInt64 = 3
}
