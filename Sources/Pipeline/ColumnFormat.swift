/// How a column is called that holds one of several aggregates or fields for one value: `$AGG$` in a text stands for the
/// former, `$VAL$` for the latter.
enum ColumnFormat {
    /// Each place is replaced for itself, so that a value that looks like a place stays what it is.
    static func filled(_ format: String, aggregate: String, value: String) -> String {
        var name: [UInt8] = []
        var rest = Array(format.utf8)[...]
        while let first = rest.first {
            if rest.starts(with: "$AGG$".utf8) {
                name += Array(aggregate.utf8)
                rest = rest.dropFirst(5)
            } else if rest.starts(with: "$VAL$".utf8) {
                name += Array(value.utf8)
                rest = rest.dropFirst(5)
            } else {
                name.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: name, as: UTF8.self)
    }
}
