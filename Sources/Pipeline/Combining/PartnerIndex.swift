import Aggregation
import Values

/// Where the partners of a row of a `join` are.
struct PartnerIndex {
    /// Partners with the same key, in their order.
    private struct Partners {
        var numbers: [Int] = []
        /// Their times, where time counts: a row asks for those up to its own.
        var times: EarliestTimes?
    }

    private let own: RowKeys
    /// Where a row has its time, if it counts.
    private let time: (earlier: Bool, column: Int?)?
    private let limit: Int?
    private var partners: [[Text]: Partners] = [:]
    /// How many rows of either side have too many keys.
    private(set) var excessiveRows = 0

    init(
        _ rows: RowSet, of join: Join, by fields: [String], columns: [String], in environment: PipelineEnvironment
    ) {
        own = RowKeys(fields, columns: columns)
        time = join.earlier.map { ($0, ColumnIndex(columns)["_time"]) }
        limit = join.limit
        // Without a field in common no row has a partner.
        guard !fields.isEmpty else { return }
        let keys = RowKeys(join.partnerFields.isEmpty ? fields : join.partnerFields, columns: rows.columns)
        let timeColumn = ColumnIndex(rows.columns)["_time"]
        let times = join.earlier.map { earlier in
            rows.rows.map { row in timeColumn.flatMap { row[$0].epoch }.map { earlier ? $0 : ~$0 } }
        }
        var budget = environment.budget
        for (number, row) in rows.rows.enumerated() {
            // What has no time is neither earlier nor later.
            if let times, times[number] == nil { continue }
            let combinations = keys.combinations(of: row)
            if combinations.isExcessive { excessiveRows += 1 }
            guard budget.take(combinations.count * 2 * RowBudget.frame(columns: fields.count)) else {
                environment.noteCut("the subsearch of join", behind: number)
                break
            }
            for key in combinations where partners[key]?.numbers.last != number {
                partners[key, default: Partners()].numbers.append(number)
            }
        }
        guard let times else { return }
        partners = partners.mapValues { held in
            Partners(numbers: held.numbers, times: EarliestTimes(held.numbers.compactMap { times[$0] }))
        }
    }

    /// The numbers of the rows that are partners of this one, as many as it gets, in their order.
    mutating func partners(of row: [Value]) -> [Int] {
        let combinations = own.combinations(of: row)
        if combinations.isExcessive { excessiveRows += 1 }
        var bound: Int64?
        if let time {
            guard let own = time.column.flatMap({ row[$0].epoch }) else { return [] }
            bound = time.earlier ? own : ~own
        }
        var found: [Int] = []
        for key in combinations {
            guard let partners = partners[key] else { continue }
            guard let bound, let times = partners.times else {
                found += partners.numbers.prefix(limit ?? .max)
                continue
            }
            var count = 0
            var place = times.first(from: 0, upTo: bound)
            while let held = place, count < limit ?? .max {
                found.append(partners.numbers[held])
                count += 1
                place = times.first(from: held + 1, upTo: bound)
            }
        }
        // A partner may have several of the row's values.
        if combinations.count > 1 { found = Set(found).sorted() }
        if let limit, found.count > limit { found.removeSubrange(limit...) }
        return found
    }
}

/// Finds the next of many times that is no later than another one.
///
/// Above the times stand the earlier ones of every two, above these again, up to the earliest.
private struct EarliestTimes {
    private var levels: [[Int64]]

    init(_ times: [Int64]) {
        levels = [times]
        while let last = levels.last, last.count > 1 {
            levels.append(
                stride(from: 0, to: last.count, by: 2).map { place in
                    place + 1 < last.count ? min(last[place], last[place + 1]) : last[place]
                })
        }
    }

    /// The place of the first one from a place on that is no later than a time.
    ///
    /// - Complexity: O(log *n*).
    func first(from start: Int, upTo bound: Int64) -> Int? {
        var level = 0
        var place = start
        while place < levels[level].count {
            if levels[level][place] <= bound {
                while level > 0 {
                    level -= 1
                    place *= 2
                    if levels[level][place] > bound { place += 1 }
                }
                return place
            }
            place += 1
            while place & 1 == 0, level + 1 < levels.count {
                place /= 2
                level += 1
            }
        }
        return nil
    }
}
