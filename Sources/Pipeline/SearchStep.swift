import Events
import Matching
import Values

/// A `search` over rows.
struct SearchStep: Sendable {
    private let predicate: Predicate<Int>
    /// Where `_raw` is, if the rows have it.
    private let raw: Int?
    private let indexes: [AlternativeIndex]

    init(_ predicate: Predicate<String>, columns: ColumnIndex) {
        var indexes: [AlternativeIndex] = []
        self.predicate = Self.indexed(predicate.map { columns[$0] ?? -1 }, in: &indexes)
        self.indexes = indexes
        raw = columns["_raw"]
    }

    func holds(for row: [Value]) -> Bool { holds(predicate, for: row) }

    private func holds(_ predicate: Predicate<Int>, for row: [Value]) -> Bool {
        predicate.evaluate(
            test: { column, test in
                guard column < 0 else { return test.holds(for: row[column]) }
                return indexes[~column].alternatives(for: row).contains { holds($0, for: row) }
            },
            rawText: { pattern in
                if let raw, !row[raw].isMissing { return row[raw].anyText { Self.occurs(pattern, in: $0) } }
                return row.contains { $0.anyText { text in pattern.occursAsPhrase(in: text) } }
            })
    }

    /// The condition with the alternatives of which there are many found by a hash, in place of which a test of the column
    /// stands whose number is the complement of the index's. A field that is no column passes no test.
    private static func indexed(_ predicate: Predicate<Int>, in indexes: inout [AlternativeIndex]) -> Predicate<Int> {
        switch predicate {
        case .constant, .rawText, .deferred, .compare, .anyValue: return predicate
        case .field(let column, _): return column < 0 ? .constant(false) : predicate
        case .not(let inner): return .not(indexed(inner, in: &indexes))
        case .all(let parts):
            let parts = parts.map { indexed($0, in: &indexes) }
            return parts.contains(.constant(false)) ? .constant(false) : .all(parts)
        case .any(let parts):
            var alternatives: [Predicate<Int>] = []
            for part in parts.map({ indexed($0, in: &indexes) }) where part != .constant(false) {
                if case .any(let inner) = part { alternatives += inner } else { alternatives.append(part) }
            }
            guard let index = AlternativeIndex(&alternatives) else { return .any(alternatives) }
            indexes.append(index)
            return .any([.field(~(indexes.count - 1), .present)] + alternatives)
        }
    }

    /// Whether a phrase stands in the raw text of an event, or in what that is once its escapes are decoded: as where the
    /// event itself is searched.
    private static func occurs(_ pattern: WildcardPattern, in raw: UnsafeRawBufferPointer) -> Bool {
        if pattern.occursAsPhrase(in: raw) { return true }
        guard raw.first == UInt8(ascii: "{"), raw.contains(UInt8(ascii: "\\")) else { return false }
        return JSONText.decoded(raw).withUnsafeBytes { pattern.occursAsPhrase(in: $0) }
    }
}

/// Conditions of which a row has to meet one, by the value of a column that each of them asks for: what becomes of the rows of a
/// subsearch, of which there may be ten thousand.
private struct AlternativeIndex: Sendable {
    private let column: Int
    /// By the column's value, folded: each is looked at as a whole when a row has the value.
    private let byText: [Text: [Predicate<Int>]]

    /// With fewer different values than this trying each is as quick.
    private static let leastCount = 8

    /// Takes those out that it finds; `nil` where there are too few.
    init?(_ alternatives: inout [Predicate<Int>]) {
        guard alternatives.count >= Self.leastCount else { return nil }
        var values: [Int: Set<Text>] = [:]
        for alternative in alternatives {
            for (column, text) in Self.literals(of: alternative) { values[column, default: []].insert(text) }
        }
        // The column with most values tells most; of several the first, so that it is the same one in every run.
        let best = values.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }
        guard let best, best.value.count >= Self.leastCount else { return nil }
        column = best.key
        var byText: [Text: [Predicate<Int>]] = [:]
        alternatives.removeAll { alternative in
            guard let literal = Self.literals(of: alternative).first(where: { $0.column == best.key }) else {
                return false
            }
            byText[literal.text, default: []].append(alternative)
            return true
        }
        self.byText = byText
    }

    /// What a row has to have for the condition to hold: in each of these columns a value that is the same but for case.
    private static func literals(of alternative: Predicate<Int>) -> [(column: Int, text: Text)] {
        switch alternative {
        case .field(let column, .equals(let pattern)):
            guard column >= 0, pattern.isLiteral, !pattern.source.isEmpty else { return [] }
            return [(column, Text(bytes: CaseFolding.folded(pattern.source)))]
        case .all(let parts): return parts.flatMap { literals(of: $0) }
        default: return []
        }
    }

    /// The conditions that ask for a value which the row has.
    func alternatives(for row: [Value]) -> some Sequence<Predicate<Int>> {
        row[column].texts.lazy.flatMap { byText[Text(bytes: CaseFolding.folded($0.bytes))] ?? [] }
    }
}
