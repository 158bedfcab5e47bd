public import Values

extension GroupTable {
    /// The result: the by-fields' columns, then the aggregates', one row a group, sorted bytewise by the by-fields.
    ///
    /// Where two columns have one name the first stays, so a by-field wins over an aggregate. Without by-fields there is
    /// one row, also where no event came (`count` and `dc` are 0 then), unless no aggregate has a value.
    /// - Complexity: O(n log n) for n groups.
    public func finish() -> RowSet {
        var taken: Set<String> = []
        let keyColumns = grouping.keys.indices.filter { taken.insert(grouping.keys[$0].column).inserted }
        let functionColumns = grouping.functions.indices.filter {
            taken.insert(grouping.functions[$0].column).inserted
        }
        var result = RowSet(
            columns: keyColumns.map { grouping.keys[$0].column }
                + functionColumns.map { grouping.functions[$0].column })
        if grouping.keys.isEmpty {
            // The one group that there is was left out.
            if count == 0, thinning > 0 { return result }
            var whole = self
            if count == 0 { _ = whole.group(GroupKeyBuffer()) }
            let row = functionColumns.map { whole.value(of: $0, in: 0) }
            if !row.allSatisfy(\.isMissing) { result.rows = [row] }
            return result
        }
        let keys = (0..<count).map { number in
            index.withBytes(number) { GroupKeyBuffer.parts(of: $0, count: grouping.keys.count) }
                ?? [Text](repeating: Text(bytes: []), count: grouping.keys.count)
        }
        let order = index.numbers(sortedBy: GroupKeyBuffer.precedes)
        result.rows.reserveCapacity(order.count)
        for group in order {
            var row: [Value] = []
            row.reserveCapacity(result.columns.count)
            for position in keyColumns { row.append(.text(keys[group][position])) }
            for position in functionColumns { row.append(value(of: position, in: group)) }
            result.rows.append(row)
        }
        return result
    }

    /// What the aggregates of one group are so far, in their order.
    public func values(of group: Int) -> [Value] {
        grouping.functions.indices.map { value(of: $0, in: group) }
    }

    private func value(of function: Int, in group: Int) -> Value {
        switch layout.slots[function] {
        case .occurrences(let position), .count(let position):
            .number(Double(counts[group * layout.counts + position]))
        case .distinctCount(let position): .number(Double(sets[group * layout.sets + position].count))
        case .values(let position): sets[group * layout.sets + position].values
        case .mode(let position): sets[group * layout.sets + position].mode
        case .percentile(let position, let percent): sets[group * layout.sets + position].percentile(percent)
        case .median(let position): sets[group * layout.sets + position].median
        case .minimum(let position), .maximum(let position): extremes[group * layout.extremes + position].value
        case .range(let position): ranges[group * layout.ranges + position].range
        case .sum(let position): sums[group * layout.sums + position].total
        case .average(let position): sums[group * layout.sums + position].average
        case .sumOfSquares(let position): deviations[group * layout.deviations + position].sumOfSquares
        case .deviation(let position, let measure): deviations[group * layout.deviations + position].value(measure)
        case .end(let position, _): ends[group * layout.ends + position].result
        case .endTime(let position, _): ends[group * layout.ends + position].timeResult
        case .rate(let earliest, let latest):
            EndState.rate(from: ends[group * layout.ends + earliest], to: ends[group * layout.ends + latest])
        case .list(let position): lists[group * layout.lists + position].values
        case .zero: .number(0)
        }
    }
}
