import Matching
import Synchronization
import Values

/// A table made ready for lookups by certain columns.
///
/// The exact columns are found by hash, the patterns or networks of the first other column all at once; those of further ones
/// are tried for the rows that are left, in file order.
struct LookupIndex: Sendable {
    private let isCaseSensitive: Bool
    private let limit: Int
    /// Among the inputs.
    private let exact: [Int]
    private var rowsByKey: [[Text]: [Int]] = [:]
    /// The first that is not exact, where there are rows enough for searching all at once to pay.
    private let leading: (input: Int, rows: Leading)?
    private let others: [(input: Int, kind: LookupTable.MatchKind)]
    /// By row, for `others` in their order.
    private let patterns: [[Pattern]]
    /// Which rows values matched that were looked up before: telemetry repeats itself, and patterns are tried row by row.
    private let known = Memo()

    private final class Memo: Sendable {
        /// It is emptied when it holds so many.
        static let capacity = 1 << 14
        /// Values longer than this together are not kept, nor those with more rows than this.
        static let longestKey = 1 << 10
        static let mostRows = 16

        private let rows = Mutex<[[Text]: [Int]]>([:])

        func rows(for values: [Text], otherwise find: () -> [Int]) -> [Int] {
            guard values.reduce(0, { $0 + $1.bytes.count }) <= Self.longestKey else { return find() }
            if let known = rows.withLock({ $0[values] }) { return known }
            let found = find()
            guard found.count <= Self.mostRows else { return found }
            rows.withLock { rows in
                if rows.count >= Self.capacity { rows.removeAll(keepingCapacity: true) }
                rows[values] = found
            }
            return found
        }
    }

    /// A column whose patterns, or networks, are searched all at once.
    private enum Leading: Sendable {
        case patterns(PatternSet)
        case networks(NetworkSet)

        /// The numbers of the rows that a value matches, ascending.
        func rows(matching value: Text) -> [Int] {
            switch self {
            case .patterns(let patterns): patterns.matches(value.bytes)
            case .networks(let networks): InternetAddress(value.bytes).map(networks.numbers) ?? []
            }
        }
    }

    private enum Pattern: Sendable {
        case wildcard(WildcardPattern)
        case network(AddressNetwork)
        case never

        func matches(_ value: Text) -> Bool {
            switch self {
            case .wildcard(let wildcard): value.bytes.withUnsafeBytes { wildcard.matches($0) }
            case .network(let network): InternetAddress(value.bytes).map(network.contains) ?? false
            case .never: false
            }
        }
    }

    /// With fewer rows than this trying each is as quick as a search for all.
    private static let leastForSet = 8

    /// - Parameter columns: those of the table that are compared, in the order of the inputs.
    init(_ table: LookupTable, columns: [Int]) {
        isCaseSensitive = table.options.isCaseSensitive
        limit = table.options.maximumMatches
        let kinds = columns.map { table.options.kinds[table.columns[$0]] ?? .exact }
        exact = kinds.indices.filter { kinds[$0] == .exact }
        var others = kinds.indices.filter { kinds[$0] != .exact }.map { (input: $0, kind: kinds[$0]) }
        let isCaseSensitive = isCaseSensitive
        func pattern(_ text: Text) -> WildcardPattern {
            WildcardPattern(text.bytes, isCaseSensitive: isCaseSensitive)
        }
        if let first = others.first, table.rows.count >= Self.leastForSet {
            let texts = table.rows.map { $0[columns[first.input]] }
            leading = (
                first.input,
                first.kind == .wildcard
                    ? .patterns(PatternSet(texts.map(pattern)))
                    : .networks(NetworkSet(texts.map { AddressNetwork($0.bytes) }))
            )
            others.removeFirst()
        } else {
            leading = nil
        }
        patterns = table.rows.map { row in
            others.map { other in
                let text = row[columns[other.input]]
                guard !text.bytes.isEmpty else { return .never }
                if other.kind == .wildcard { return .wildcard(pattern(text)) }
                return AddressNetwork(text.bytes).map { .network($0) } ?? .never
            }
        }
        self.others = others
        for (number, row) in table.rows.enumerated() {
            let key = exact.map { row[columns[$0]] }
            if key.contains(where: { $0.bytes.isEmpty }) { continue }
            rowsByKey[key.map(folded), default: []].append(number)
        }
    }

    /// The numbers of the table's rows that match one value for each input, in file order, as many as the table allows.
    func matches(_ values: [Text]) -> [Int] {
        guard let candidates = rowsByKey[exact.map { folded(values[$0]) }] else { return [] }
        if leading == nil, others.isEmpty { return Array(candidates.prefix(limit)) }
        return known.rows(for: values) { rows(among: candidates, matching: values) }
    }

    private func rows(among candidates: [Int], matching values: [Text]) -> [Int] {
        var candidates = candidates
        if let leading {
            // Both are in file order, and there may be many of the one and few of the other.
            let allowed = candidates
            candidates = leading.rows.rows(matching: values[leading.input])
            if !exact.isEmpty { candidates.removeAll { !Self.contains(allowed, $0) } }
        }
        var found: [Int] = []
        for row in candidates where found.count < limit {
            if zip(others, patterns[row]).allSatisfy({ $1.matches(values[$0.input]) }) { found.append(row) }
        }
        return found
    }

    private static func contains(_ sorted: [Int], _ number: Int) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == number
    }

    private func folded(_ text: Text) -> Text {
        isCaseSensitive ? text : Text(bytes: CaseFolding.folded(text.bytes))
    }
}
