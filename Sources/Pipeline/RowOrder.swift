import Events
import Matching
import Values

/// The order that the keys of `sort` put rows into.
struct RowOrder {
    /// A cell as its key compares it. Cells of one kind compare among themselves, the kinds in this order; missing
    /// cells come last whichever way a key sorts.
    private enum Rank {
        case number(Double)
        case address(InternetAddress)
        case text(Text)
        case missing
    }

    private let keys: [(column: Int?, isDescending: Bool, comparison: Sorting.Comparison)]

    init(_ keys: [Sorting.Key], columns: [String]) {
        let index = ColumnIndex(columns)
        self.keys = keys.map { (index[$0.field], $0.descending, $0.comparison) }
    }

    /// The rows in order; equal ones stay as they were.
    func sorted(_ rows: [[Value]]) -> [[Value]] {
        guard !keys.isEmpty else { return rows }
        // The ranks of all rows one behind the other: an array for each row would cost more than they hold.
        var ranks: [Rank] = []
        ranks.reserveCapacity(rows.count * keys.count)
        for row in rows {
            for key in keys { ranks.append(key.column.map { Self.rank(row[$0], key.comparison) } ?? .missing) }
        }
        func precedes(_ left: Int, _ right: Int) -> Bool {
            let (first, second) = (left * keys.count, right * keys.count)
            for (position, key) in keys.enumerated() {
                let comparison = Self.compare(ranks[first + position], ranks[second + position], key.isDescending)
                if comparison != .same { return comparison == .ascending }
            }
            return left < right
        }
        // Rows often are in order: of time, or because the key is missing in nearly all of them.
        if rows.indices.dropFirst().allSatisfy({ precedes($0 - 1, $0) }) { return rows }
        return rows.indices.sorted(by: precedes).map { rows[$0] }
    }

    private static func rank(_ value: Value, _ comparison: Sorting.Comparison) -> Rank {
        if value.isMissing { return .missing }
        // Several values compare as their first, then the next: as the lines of one text.
        let text = value.singleText ?? Text(bytes: Array(value.texts.map(\.bytes).joined(separator: [0x0A])))
        switch comparison {
        case .text: return .text(text)
        case .number: return value.singleNumber.map { .number($0) } ?? .text(text)
        case .address: return address(text) ?? .text(text)
        case .automatic: return value.singleNumber.map { .number($0) } ?? address(text) ?? .text(text)
        }
    }

    private static func address(_ text: Text) -> Rank? {
        // Most texts are none, which their length or first byte tells; a zone may follow the longest address.
        guard let first = text.bytes.first, text.bytes.count < 64, hexadecimalDigit(first) != nil || first == 0x3A
        else {
            return nil
        }
        return InternetAddress(text.bytes).map { .address($0) }
    }

    private static func compare(_ left: Rank, _ right: Rank, _ isDescending: Bool) -> Values.Comparison {
        let comparison: Values.Comparison
        switch (left, right) {
        case (.missing, .missing): return .same
        case (.missing, _): return .descending
        case (_, .missing): return .ascending
        case (.number(let first), .number(let second)): comparison = .ofNumbers(first, second)
        case (.address(let first), .address(let second)):
            comparison = first < second ? .ascending : first == second ? .same : .descending
        case (.text(let first), .text(let second)): comparison = .ofTexts(first, second)
        case (.text, _), (.address, .number): comparison = .descending
        default: comparison = .ascending
        }
        return isDescending ? comparison.reversed : comparison
    }
}
