import Values

/// `set`: which rows of two searches stay. A column tells whose they are, and goes.
public struct RowSetOperation: Hashable, Sendable {
    /// Which rows stay; the raw values are those of SPL.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Those of either, each once.
        case union
        /// Those that only one of them has.
        case diff
        /// Those that both have, each once.
        case intersect
    }

    /// Which rows stay.
    public var kind: Kind
    /// The column whose number says which search a row is of.
    public var marker: String

    /// - Parameter marker: the column whose number says which search a row is of.
    public init(kind: Kind, marker: String) {
        self.kind = kind
        self.marker = marker
    }

    /// Rows are equal when all their fields are, but for those whose names begin with `_`.
    func applied(to rows: RowSet) -> RowSet {
        guard let source = rows.columns.firstIndex(of: marker) else { return rows }
        let compared = rows.columns.indices.filter { $0 != source && !rows.columns[$0].hasPrefix("_") }
        var sides: [[[Text]]: Set<Value>] = [:]
        let keys = rows.rows.map { row in compared.map { row[$0].texts } }
        for (key, row) in zip(keys, rows.rows) { sides[key, default: []].insert(row[source]) }
        var result = RowSet(columns: rows.columns)
        for (key, row) in zip(keys, rows.rows) {
            guard let found = sides.removeValue(forKey: key) else { continue }
            switch kind {
            case .union: break
            case .diff where found.count > 1: continue
            case .intersect where found.count < 2: continue
            case .diff, .intersect: break
            }
            result.rows.append(row)
        }
        result.drop([source])
        return result
    }
}
