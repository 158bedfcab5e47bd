import Values

/// `fieldsummary`: for each field how often it has a value, how many different ones, and which.
public struct FieldSummary: Hashable, Sendable {
    /// Names, perhaps with `*`; empty for all.
    public var fields: [String]
    /// How many values are listed; 0 for all.
    public var maximumValues = 100

    /// - Parameter fields: names, perhaps with `*`; empty for all.
    public init(fields: [String] = []) {
        self.fields = fields
    }

    private static let columns = [
        "field", "count", "distinct_count", "is_exact", "max", "mean", "min", "numeric_count", "stdev", "values",
    ]

    /// A row for each field that has a value, sorted by name. Each value of a multivalue counts.
    func applied(to rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let patterns = fields.isEmpty ? [FieldPattern("*")] : fields.map(FieldPattern.init)
        let columns = rows.columns.indices.filter { column in
            patterns.contains { $0.matches(rows.columns[column]) }
        }.sorted { rows.columns[$0].utf8.lexicographicallyPrecedes(rows.columns[$1].utf8) }
        var result = RowSet(columns: Self.columns)
        for column in columns {
            let texts = rows.rows.flatMap { $0[column].texts }
            if !texts.isEmpty {
                result.rows.append(summary(of: rows.columns[column], texts, environment.context.limits))
            }
        }
        return result
    }

    private func summary(of name: String, _ texts: [Text], _ limits: EvaluationLimits) -> [Value] {
        var counts: [Text: Int] = [:]
        for text in texts { counts[text, default: 0] += 1 }
        let numbers = texts.compactMap { NumberText.parse($0) }
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = numbers.count > 1 ? (squares / Double(numbers.count - 1)).squareRoot() : 0
        let ranked = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let listed = maximumValues > 0 ? ranked.prefix(maximumValues) : ranked[...]
        let values = JSONDocument.array(
            listed.map { text, count in
                .object([
                    JSONDocument.Member(key: Array("value".utf8), value: .string(text.bytes)),
                    JSONDocument.Member(key: Array("count".utf8), value: JSONDocument(Double(count))),
                ])
            })
        let ofNumbers = { (number: Double?) in
            numbers.isEmpty ? Value.missing : Value.number(number ?? 0).normalised
        }
        return [
            .text(Text(name)), .number(Double(texts.count)), .number(Double(counts.count)), .number(1),
            ofNumbers(numbers.max()), ofNumbers(mean), ofNumbers(numbers.min()), .number(Double(numbers.count)),
            ofNumbers(deviation), limits.bounded(.text(values.plainText)),
        ]
    }
}
