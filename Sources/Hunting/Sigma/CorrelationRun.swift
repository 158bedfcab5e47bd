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
    /// What was left out, by correlations inside others too.
    private var withoutTime = 0
    private var cutMatches = 0
    private var leftOut = 0

    /// Less would make many small runs.
    private static let leastBudget = 1 << 20

    init(file: TemporaryFile, budget: Int, scan: @escaping (Subsearch) -> ScannedSearch?) {
        self.file = file
        self.budget = max(budget, Self.leastBudget)
        self.scan = scan
    }

    /// What was left out, and why.
    var limits: [String] {
        var limits: [String] = []
        if withoutTime > 0 { limits.append("\(withoutTime) matches have no time, and so are in no window") }
        if cutMatches > 0 {
            limits.append(
                "of \(cutMatches) matches not all values were taken: one counts with "
                    + "\(MatchCombinations.groupLimit) groups and \(MatchCombinations.limit) values at most")
        }
        if leftOut > 0 {
            limits.append("\(leftOut) numbers were left out: its windows rank as many as memory allows")
        }
        return limits
    }

    /// One row for each group with a window that holds: the group's values, `count`, `firstTime`, `lastTime`.
    ///
    /// - Parameters:
    ///   - stream: where the rows are kept, however many they are.
    ///   - events: is given the events of these windows; those of an inner correlation are the last ones of its windows.
    mutating func findings(
        of search: CorrelationSearch, into stream: ResultStream, events: inout CorrelatedEvents?
    ) throws(StorageError) -> Findings {
        var spool = ResultSpool(file: file, budget: Self.leastBudget)
        var count: UInt64 = 0
        var members = events
        let take: ((CorrelatedMatches.SortedMatch) -> Void)? = events == nil ? nil : { members?.add($0) }
        defer { events = members }
        try run(search, eachMember: take) { _, _ in
        } eachGroup: { group in
            var row = group.values.map { Value.text($0) }
            row.append(.number(Double(group.count)))
            row += [group.firstTime, group.lastTime].map { .text(Text(Timestamp(nanoseconds: $0).iso8601)) }
            spool.append(stream, at: EventOrder(offset: count)) { $0.write(row: row) }
            count += 1
        }
        spool.finish()
        var results = StoredResults(file: file)
        results.merge(spool.runs)
        let columns = search.columns + ["count", "firstTime", "lastTime"]
        return Findings(StoredRows(results: results, stream: stream, columns: columns), count: Int(count))
    }

    /// Runs a correlation; `eachWindow` gets the last match of every window that holds, with the values of its group.
    private mutating func run(
        _ search: CorrelationSearch,
        eachMember: ((CorrelatedMatches.SortedMatch) -> Void)? = nil,
        eachWindow: (CorrelatedMatches.SortedMatch, [Text]) throws(StorageError) -> Void,
        eachGroup: (CorrelatedGroup) throws(StorageError) -> Void
    ) throws(StorageError) {
        var matches = CorrelatedMatches(kind: search.kind, file: file, budget: budget)
        var combinations = MatchCombinations(kind: search.kind)
        for (rule, source) in search.sources.enumerated() {
            switch source.matches {
            case .search(let inner):
                withoutTime += try collect(inner, source, rule, combining: &combinations, into: &matches)
            case .correlation(let inner):
                try collect(inner, source, rule, combining: &combinations, into: &matches)
            }
        }
        try matches.finish()
        var windows = CorrelationWindows(
            kind: search.kind, ruleCount: search.sources.count, timespan: search.timespan, condition: search.condition)
        try windows.run(matches, eachMember: eachMember, eachWindow: eachWindow, eachGroup: eachGroup)
        cutMatches += combinations.cutMatches
        leftOut += windows.leftOut
    }

    /// Takes over the windows of a correlation that hold as matches at their last events.
    private mutating func collect(
        _ inner: CorrelationSearch, _ source: CorrelationSearch.Source, _ rule: Int,
        combining combinations: inout MatchCombinations, into matches: inout CorrelatedMatches
    ) throws(StorageError) {
        /// Where a column's value is: in the group's values, or in what is carried.
        func places(_ columns: [String]) -> [(inGroup: Int?, inCarried: Int?)] {
            columns.map { (inner.columns.firstIndex(of: $0), inner.carried.firstIndex(of: $0)) }
        }
        let keys = places(source.groupBy)
        let values = places(source.values)
        let carried = places(source.carried)
        try run(inner) { match, group throws(StorageError) in
            func row(_ places: [(inGroup: Int?, inCarried: Int?)]) -> [Value] {
                places.map { place in
                    if let index = place.inGroup { return .text(group[index]) }
                    return place.inCarried.map { match.carried[$0] } ?? .missing
                }
            }
            try combinations.append(
                CorrelatedMatches.Match(
                    rule: rule, time: match.time, order: match.order, group: [], carried: row(carried)),
                groupBy: row(keys), values: row(values), to: &matches)
        } eachGroup: { _ in
        }
    }

    /// Takes over the rows of a search as matches; how many of them have no time.
    private func collect(
        _ search: Subsearch, _ source: CorrelationSearch.Source, _ rule: Int,
        combining combinations: inout MatchCombinations, into matches: inout CorrelatedMatches
    ) throws(StorageError) -> Int {
        guard let scan = scan(search), case .rows(_, let streaming, _) = scan.hunt.mode else { return 0 }
        let columns = streaming.columns
        let time = columns.firstIndex(of: "_time")
        func cells(_ names: [String]) -> ([Value]) -> [Value] {
            let places = names.map { columns.firstIndex(of: $0) }
            return { row in places.map { place in place.flatMap { $0 < row.count ? row[$0] : nil } ?? .missing } }
        }
        let keys = cells(source.groupBy)
        let values = cells(source.values)
        let carried = cells(source.carried)
        var withoutTime = 0
        var reader = scan.results.reader(of: ResultStream(.row, of: scan.number))
        while true {
            let next = try reader.next { order, record throws(PartialCodecError) in (order, try record.row()) }
            guard let (order, row) = next else { return withoutTime }
            let groupBy = keys(row)
            if groupBy.contains(where: \.isMissing) { continue }
            guard let text = time.flatMap({ row[$0].texts.first }),
                let nanoseconds = text.bytes.withUnsafeBytes({ EpochText.nanoseconds($0) })
            else {
                withoutTime += 1
                continue
            }
            try combinations.append(
                CorrelatedMatches.Match(
                    rule: rule, time: nanoseconds, order: order, group: [], carried: carried(row)),
                groupBy: groupBy, values: values(row), to: &matches)
        }
    }
}
