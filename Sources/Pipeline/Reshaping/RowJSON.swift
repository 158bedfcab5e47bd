import Values

/// `tojson`: the fields of a row as a JSON object.
public struct RowJSON: Hashable, Sendable {
    /// How a value is written.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// As what it looks like: a number, a truth value, null, an array or object, else a string.
        case auto
        /// `true` and `false`; left out where it says neither.
        case bool
        /// The JSON that the text is; left out where it is none.
        case json
        /// A number where it is one, else a string.
        case none
        /// A number; left out where it is none.
        case num
        /// Always a string.
        case str
    }

    /// Fields that are written in one way.
    public struct Field: Hashable, Sendable {
        /// Perhaps with `*`.
        public var name: String
        /// How its values are written.
        public var kind: Kind

        /// - Parameter name: perhaps with `*`.
        public init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    /// Empty for all, as ``kind`` says.
    public var fields: [Field] = []
    /// How values are written where no field says it.
    public var kind = Kind.none
    /// The field that gets the object.
    public var column = "_raw"
    /// Whether what has no value is there as null.
    public var fillsMissing = false
    /// Whether names that begin with `_` are there, where all fields are.
    public var includesInternal = false

    /// All fields, into `_raw`.
    public init() {}

    func applied(to rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let wanted = rows.columns.enumerated().compactMap { column, name -> (column: Int, key: [UInt8], kind: Kind)? in
            if fields.isEmpty {
                return name.hasPrefix("_") && !includesInternal ? nil : (column, Array(name.utf8), kind)
            }
            // Of several that match the last one counts.
            let field = fields.last { FieldPattern($0.name).matches(name) }
            return field.map { (column, Array(name.utf8), $0.kind) }
        }
        var result = rows
        let target = Reshaping.addColumn(column, to: &result)
        for (number, row) in rows.rows.enumerated() {
            let members = wanted.compactMap { column, key, kind -> JSONDocument.Member? in
                let values = row[column].texts.compactMap { Self.document(of: $0, kind) }
                if values.isEmpty { return fillsMissing ? JSONDocument.Member(key: key, value: .null) : nil }
                return JSONDocument.Member(key: key, value: values.count == 1 ? values[0] : .array(values))
            }
            result.rows[number][target] = environment.context.limits.bounded(
                .text(JSONDocument.object(members).plainText))
        }
        return result
    }

    private static func document(of text: Text, _ kind: Kind) -> JSONDocument? {
        let number = NumberText.parse(text).map { JSONDocument($0) }
        switch kind {
        case .auto: return JSONDocument(inferring: text)
        case .json: return JSONDocument(text.bytes)
        case .none: return number ?? .string(text.bytes)
        case .num: return number
        case .str: return .string(text.bytes)
        case .bool:
            switch text.string.lowercased() {
            case "1", "true", "t", "yes": return .boolean(true)
            case "0", "false", "f", "no": return .boolean(false)
            default: return nil
            }
        }
    }
}
