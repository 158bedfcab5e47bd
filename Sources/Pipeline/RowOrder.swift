import Events
import Matching
import Values

/// The order that the keys of `sort` put rows into.
struct RowOrder: Sendable {
    /// A cell as its key compares it. Cells of one kind compare among themselves, the kinds in this order; missing
    /// cells come last whichever way a key sorts.
    enum Rank: Sendable {
        /// With all digits of a whole number beyond 2⁵³, and the nanoseconds of what may be a time: identifiers, file times and
        /// times of events differ in digits that doubles do not have.
        case number(Double, whole: Int64?)
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
        for row in rows { appendRanks(of: row, to: &ranks) }
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

    /// Appends the cells that the row is compared by, one for each key.
    func appendRanks(of row: [Value], to ranks: inout [Rank]) {
        for key in keys { ranks.append(key.column.map { Self.rank(row[$0], key.comparison) } ?? .missing) }
    }

    /// How two rows compare of which these are the cells.
    func compare(_ left: [Rank], _ right: [Rank]) -> Values.Comparison {
        for (position, key) in keys.enumerated() {
            let comparison = Self.compare(left[position], right[position], key.isDescending)
            if comparison != .same { return comparison }
        }
        return .same
    }

    private static func rank(_ value: Value, _ comparison: Sorting.Comparison) -> Rank {
        if value.isMissing { return .missing }
        // Several values compare as their first, then the next: as the lines of one text.
        let text = value.singleText ?? Text(bytes: Array(value.texts.map(\.bytes).joined(separator: [0x0A])))
        switch comparison {
        case .text: return .text(text)
        case .number: return number(value, text) ?? .text(text)
        case .address: return address(text) ?? .text(text)
        case .automatic: return number(value, text) ?? address(text) ?? .text(text)
        }
    }

    private static func number(_ value: Value, _ text: Text) -> Rank? {
        value.singleNumber.map { number in
            guard number.magnitude >= 0x1p53 else {
                return .number(number, whole: epochs.contains(number) ? value.epoch : nil)
            }
            let whole = Int64(text.string) ?? Int64(exactly: number) ?? (number > 0 ? .max : .min)
            return .number(number, whole: whole)
        }
    }

    /// Seconds of which all have their nanoseconds compared: from 1973 to 2242.
    private static let epochs = 1e8..<0x1p33

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
        case (.number(let first, let firstWhole?), .number(let second, let secondWhole?)) where first == second:
            comparison = firstWhole < secondWhole ? .ascending : firstWhole == secondWhole ? .same : .descending
        case (.number(let first, _), .number(let second, _)): comparison = .ofNumbers(first, second)
        case (.address(let first), .address(let second)):
            comparison = first < second ? .ascending : first == second ? .same : .descending
        case (.text(let first), .text(let second)): comparison = .ofTexts(first, second)
        case (.text, _), (.address, .number): comparison = .descending
        default: comparison = .ascending
        }
        return isDescending ? comparison.reversed : comparison
    }
}
