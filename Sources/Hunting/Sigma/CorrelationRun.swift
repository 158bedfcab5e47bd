import Aggregation
import Events
import Pipeline
import Sigma
import Values

/// Runs correlations over what their rules have matched.
struct CorrelationRun {
    /// What was found for a search over the archives.
    let scan: (Subsearch) -> ScannedSearch?
    let file: TemporaryFile
    /// Bytes that the matches of one correlation may take in memory before they go to the file.
    let budget: Int
    /// What was left out, and why.
    private(set) var limits: [String] = []

    init(file: TemporaryFile, budget: Int, scan: @escaping (Subsearch) -> ScannedSearch?) {
        self.file = file
        self.budget = budget
        self.scan = scan
    }

    /// One row for each group with a window that holds: the group's values, `count`, `firstTime`, `lastTime`.
    mutating func rows(of search: CorrelationSearch) throws(StorageError) -> RowSet {
        let found = try run(search) { _, _ in }
        return RowSet(
            columns: search.columns + ["count", "firstTime", "lastTime"],
            rows: found.map { row in
                row.key.map { .text($0) } + [
                    .number(Double(row.count)), .text(Self.text(of: row.firstTime)), .text(Self.text(of: row.lastTime)),
                ]
            })
    }

    private static func text(of time: Int64) -> Text { Text(Timestamp(nanoseconds: time).iso8601) }

    /// Runs a correlation; `eachWindow` gets the last match of every window that holds.
    private mutating func run(
        _ search: CorrelationSearch, _ eachWindow: (MatchSorter.Match, [Text]) -> Void
    ) throws(StorageError) -> [CorrelationEvaluator.Row] {
        var sorter = MatchSorter(file: file, budget: budget)
        var withoutTime = 0
        for (rule, source) in search.sources.enumerated() {
            switch source.matches {
            case .search(let inner):
                withoutTime += try collect(inner, source, rule, into: &sorter)
            case .correlation(let inner):
                let keys = source.groupBy.map { inner.columns.firstIndex(of: $0) }
                let values = source.values.map { inner.columns.firstIndex(of: $0) }
                _ = try run(inner) { match, key in
                    let group = keys.compactMap { $0.map { key[$0] } }
                    guard group.count == keys.count else { return }
                    let read = values.compactMap { $0.map { key[$0] } }
                    sorter.append(
                        MatchSorter.Match(
                            time: match.time, order: match.order, key: group,
                            values: read.count == values.count ? read : []), of: rule)
                }
            }
        }
        var evaluator = CorrelationEvaluator(
            kind: search.kind, ruleCount: search.sources.count, timespan: search.timespan, condition: search.condition)
        try sorter.forEach(rules: search.sources.count) { rule, match in
            let holds = evaluator.add(
                CorrelationEvaluator.Match(rule: rule, time: match.time, key: match.key, values: match.values))
            if holds { eachWindow(match, match.key) }
        }
        if withoutTime > 0 { limits.append("\(withoutTime) matches have no time, and so are in no window") }
        if evaluator.leftOut > 0 {
            limits.append("\(evaluator.leftOut) matches were left out: its windows hold as many as memory allows")
        }
        return evaluator.finish()
    }

    /// Takes over the rows of a search as matches; how many of them have no time.
    private func collect(
        _ search: Subsearch, _ source: CorrelationSearch.Source, _ rule: Int, into sorter: inout MatchSorter
    ) throws(StorageError) -> Int {
        guard let scan = scan(search), case .rows(_, let streaming, _) = scan.hunt.mode else { return 0 }
        let columns = streaming.columns
        let time = columns.firstIndex(of: "_time")
        let keys = source.groupBy.map { columns.firstIndex(of: $0) }
        let values = source.values.map { columns.firstIndex(of: $0) }
        var withoutTime = 0
        var reader = scan.results.reader(of: ResultStream(.row, of: scan.number))
        while true {
            let next = try reader.next { order, record throws(PartialCodecError) in (order, try record.row()) }
            guard let (order, row) = next else { return withoutTime }
            guard let group = Self.texts(keys, in: row) else { continue }
            guard let text = time.flatMap({ row[$0].texts.first }),
                let nanoseconds = text.bytes.withUnsafeBytes({ EpochText.nanoseconds($0) })
            else {
                withoutTime += 1
                continue
            }
            sorter.append(
                MatchSorter.Match(
                    time: nanoseconds, order: order, key: group, values: Self.texts(values, in: row) ?? []), of: rule)
        }
    }

    /// The text of each column; `nil` where a row lacks one. The members of an array stand side by side.
    private static func texts(_ columns: [Int?], in row: [Value]) -> [Text]? {
        var found: [Text] = []
        for column in columns {
            guard let column, column < row.count, !row[column].isMissing else { return nil }
            let texts = row[column].texts
            found.append(
                texts.count == 1 ? texts[0] : Text(bytes: Array(texts.map(\.bytes).joined(separator: Array(", ".utf8))))
            )
        }
        return found
    }
}
