/// The columns of rows as commands change them, and which of them are by-fields.
struct ColumnLayout {
    var index: ColumnIndex
    private(set) var keys: Set<String>

    /// Internal fields that `fields` keeps unless they are named with a minus.
    private static let internalFields = ["_time", "_raw"]

    init(_ columns: [String], keys: Set<String>) {
        index = ColumnIndex(columns)
        self.keys = keys
    }

    private mutating func pick(_ columns: [Int], names: [String]) -> [Int] {
        index = ColumnIndex(names)
        return columns
    }

    /// `fields`: the named columns in the order of the names, behind the internal ones; or all but the named ones.
    mutating func fields(_ names: [String], keep: Bool) -> [Int] {
        let patterns = names.map(FieldPattern.init)
        if !keep {
            let kept = index.names.indices.filter { number in
                !patterns.contains { $0.matches(index.names[number]) }
            }
            return select(kept)
        }
        var kept: [Int] = []
        for name in Self.internalFields where !names.contains(name) {
            if let number = index[name] { kept.append(number) }
        }
        for pattern in patterns {
            for (number, name) in index.names.enumerated() where !kept.contains(number) && pattern.matches(name) {
                kept.append(number)
            }
        }
        return select(kept)
    }

    /// `table`: exactly the named columns in that order, also those that no row has.
    mutating func table(_ names: [String]) -> [Int] {
        var columns: [Int] = []
        var picked: [String] = []
        for name in names {
            let pattern = FieldPattern(name)
            let matching = pattern.wildcards == 0 ? [name] : index.names.filter(pattern.matches)
            for column in matching where !picked.contains(column) {
                columns.append(index[column] ?? -1)
                picked.append(column)
            }
        }
        keys.formIntersection(picked)
        return pick(columns, names: picked)
    }

    private mutating func select(_ columns: [Int]) -> [Int] {
        let names = columns.map { index.names[$0] }
        keys.formIntersection(names)
        return pick(columns, names: names)
    }

    /// What `rename` does to rows.
    struct Renamed {
        var picked: [Int]
        /// Columns that take the value of another where they have none, before the columns are picked.
        var filled: [(column: Int, from: Int)] = []
    }

    /// `rename`: `nil` where nothing changes.
    ///
    /// A column that is renamed onto another takes its place, but an aggregate gives way to a by-field. A name that no
    /// column has, renamed onto one that exists, removes that one, as Splunk documents. With wildcards, which meet only
    /// fields that are there, an event without the field keeps what it has under the other name.
    mutating func rename(_ renaming: Renaming) throws(PipelineError) -> Renamed? {
        let from = FieldPattern(renaming.from)
        let to = FieldPattern(renaming.to)
        guard from.wildcards == to.wildcards else {
            throw .unequalWildcards(from: renaming.from, to: renaming.to)
        }
        var pairs: [(from: String, to: String)] = []
        for name in index.names {
            if let captures = from.captures(name) { pairs.append((name, to.filled(with: captures))) }
        }
        if pairs.isEmpty {
            guard from.wildcards == 0, index[renaming.to] != nil else { return nil }
            return Renamed(picked: select(index.names.indices.filter { index.names[$0] != renaming.to }))
        }
        var filled: [(column: Int, from: Int)] = []
        var names: [String?] = index.names
        var isKey = index.names.map(keys.contains)
        for (old, new) in pairs where old != new && !new.isEmpty {
            guard let source = names.firstIndex(of: old) else { continue }
            if let target = names.firstIndex(of: new) {
                if isKey[target], !isKey[source] {
                    names[source] = nil
                    continue
                }
                names[target] = nil
                isKey[target] = false
                if from.wildcards > 0 { filled.append((source, target)) }
            }
            names[source] = new
        }
        let kept = names.indices.filter { names[$0] != nil }
        keys = Set(kept.filter { isKey[$0] }.compactMap { names[$0] })
        return Renamed(picked: pick(kept, names: kept.compactMap { names[$0] }), filled: filled)
    }
}
