import Values

/// `map search="... $field$ ..."`: a search for each row, with the row's values in it.
public struct MapSearch: Hashable, Sendable {
    /// The search with macros expanded; `$name$` stands for a value, `$$` for a dollar sign.
    public var template: [UInt8]
    /// How many rows are mapped.
    public var limit: Int
    /// The fields that commands behind it read of the rows, sorted.
    public var namedOutside: [String] = []

    /// As Splunk's default.
    public static let defaultLimit = 10

    /// - Parameter template: with macros expanded.
    public init(template: [UInt8], limit: Int = MapSearch.defaultLimit) {
        self.template = template
        self.limit = limit
    }

    /// The search for one row. Values stand in quotation marks, and where the template has these around a token already,
    /// the value is escaped into them: what an event holds can be nothing but a value.
    ///
    /// - Parameter value: a column's value as text; `nil` where the row has none. Such a token stays as it is written.
    public func text(_ value: (String) -> [UInt8]?) -> String {
        var result: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < template.count {
            let byte = template[index]
            if byte == UInt8(ascii: "\\"), index + 1 < template.count {
                result += template[index...(index + 1)]
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "$"), let end = template[(index + 1)...].firstIndex(of: byte) {
                let name = String(decoding: template[(index + 1)..<end], as: UTF8.self)
                let replacement =
                    name.isEmpty ? [byte] : value(name).map { isQuoted ? Self.escaped($0) : Self.quoted($0) }
                if let replacement {
                    result += replacement
                    index = end + 1
                    continue
                }
            }
            result.append(byte)
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// With what it would end or begin in a string escaped.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
        }
    }

    /// As a string.
    static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "\"")] + escaped(bytes) + [UInt8(ascii: "\"")]
    }

    /// Stands in a template for the number of the row, from 1.
    private static let serialNumber = "_serial_id"

    /// The columns that the template names.
    var fields: Set<String> {
        var names: Set<String> = []
        _ = text { name in
            if name != Self.serialNumber { names.insert(name) }
            return nil
        }
        return names
    }

    /// The search for a row in which every column has this value.
    public func search(
        filledWith value: String, in environment: PipelineEnvironment
    ) throws(PipelineError) -> Subsearch {
        try environment.search(text { _ in Array(value.utf8) })
    }

    /// The rows of the searches of all rows, one after the other.
    func mapped(_ rows: RowSet, in environment: PipelineEnvironment) throws(PipelineError) -> RowSet {
        if rows.rows.count > limit {
            environment.note("map took the first \(limit) of \(rows.rows.count) rows (maxsearches)")
        }
        let columns = ColumnIndex(rows.columns)
        var result = RowSet()
        var isComplete = true
        for (number, row) in rows.rows.prefix(limit).enumerated() {
            let text = text { name in
                if name == Self.serialNumber { return Array(String(number + 1).utf8) }
                guard let column = columns[name], !row[column].isMissing else { return nil }
                return Array(row[column].texts.map(\.bytes).joined(separator: [UInt8(ascii: " ")]))
            }
            var search = try environment.search(text)
            if search.plan.openFields != nil { search.plan.namedOutside = namedOutside }
            do {
                let rows = try environment.rows(of: search, limit: environment.limits.append, for: "map")
                environment.append(rows, to: &result, for: "map")
            } catch .awaits {
                // The others are asked for as well, so that one more pass over the archives is enough for all.
                isComplete = false
            }
        }
        if !isComplete { throw .awaits }
        return result
    }
}

/// `return [count] field alias=field $field ...`: what a subsearch gives as its condition.
public struct ReturnedValues: Hashable, Sendable {
    /// How many rows are returned, from the first on.
    public var count: Int
    /// In the order in which they stand in the condition.
    public var items: [Item]

    /// One field of the rows, and how the outer search is to compare it.
    public struct Item: Hashable, Sendable {
        /// The column of the rows that the value is taken from.
        public var field: String
        /// The name that the outer search compares; `search` where the value itself is looked for.
        public var column: String

        /// - Parameter column: `search` where the value itself is looked for.
        public init(field: String, column: String) {
            self.field = field
            self.column = column
        }
    }

    /// - Parameter count: of rows, from the first on.
    public init(count: Int, items: [Item]) {
        self.count = count
        self.items = items
    }

    func returned(_ rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let columns = ColumnIndex(rows.columns)
        return RowSet(
            columns: items.map(\.column),
            rows: rows.rows.prefix(count).map { row in
                items.map { item in
                    let value = columns[item.field].map { row[$0] } ?? .missing
                    // What is called so holds a search that the rows were made to have, as `format` makes one.
                    let isSearch = ["search", "query"].contains(item.field)
                    guard ["search", "query"].contains(item.column), !isSearch else { return value }
                    return value.mapTexts { text in
                        Self.isSearch(text, in: environment) ? text : Text(bytes: MapSearch.quoted(text.bytes))
                    }
                }
            })
    }

    /// Whether text that is returned without a name is a search, and no value that stands for itself whatever words are in it: it
    /// compares, quotes or lists, as Splunk would read it, and makes sense as a condition.
    private static func isSearch(_ text: Text, in environment: PipelineEnvironment) -> Bool {
        let marks = Array("=<>\",".utf8)
        let words = text.bytes.split(separator: UInt8(ascii: " "))
        let operators = ["AND", "OR", "NOT", "IN"].map { Array($0.utf8) }
        guard text.bytes.contains(where: marks.contains) || words.contains(where: { operators.contains(Array($0)) })
        else { return false }
        return (try? environment.condition(text.string)) != nil
    }
}
