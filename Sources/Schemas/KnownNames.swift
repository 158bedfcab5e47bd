/// Names that a schema knows, for those that nothing was found by.
public struct KnownNames {
    private let names: Set<String>
    private let forms: [(name: String, form: WrittenForm)]

    /// The fields that its kinds of event are known to have. What events have beside is not told, so a name that is not among
    /// these may be right as well as wrong.
    ///
    /// - Complexity: linear in the schema.
    public init(fieldsOf schema: Schema) { self.init(schema.fieldNames) }

    /// The logsources that rules may ask for.
    public init(logsourcesOf schema: Schema) { self.init(Set(schema.logsources.keys)) }

    private init(_ names: Set<String>) {
        self.names = names
        forms = names.sorted().map { ($0, WrittenForm($0)) }
    }

    /// The names from which one that is not among them differs by a letter, or only by case and the marks between words:
    /// what was likely meant by it, the nearest first, three at most.
    ///
    /// - Complexity: linear in the number of names.
    public func near(_ name: String) -> [String] {
        if names.contains(name) { return [] }
        let own = WrittenForm(name)
        let near = forms.compactMap { known in known.form.distance(to: own).map { (distance: $0, name: known.name) } }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }
}

extension Schema {
    /// What is called a field, or read of events: in the events' own view, in datasets, for rules.
    fileprivate var fieldNames: Set<String> {
        var names = Self.fieldsOfEveryDataset
        for shape in shapes {
            names.formUnion(shape.names.keys)
            names.formUnion(shape.aliases.keys)
            names.formUnion(shape.rules.names.keys)
            names.formUnion(shape.time)
            shape.timeIn?.collectNames(into: &names)
        }
        for source in eventSources + datasets.values.flatMap(\.sources) + logsources.values.flatMap(\.sources) {
            names.formUnion(source.fields.keys)
            for derivation in source.fields.values { derivation.collectNames(into: &names) }
            for conditions in source.when { names.formUnion(conditions.map(\.path)) }
            names.formUnion(source.values.map(\.path))
        }
        for shape in ruleFieldsOfShapes { names.formUnion(shape.fields.keys) }
        for dataset in datasets.values { names.formUnion(dataset.modelFields) }
        return names
    }
}

/// A name as it is written, and what is left of it without case and without marks between words.
private struct WrittenForm {
    let written: [UInt8]
    let folded: [UInt8]

    private static let marks = Set("_-.{} ".utf8)
    /// Shorter names differ by a letter from too many others.
    private static let shortest = 4

    init(_ name: String) {
        written = Array(name.utf8)
        folded = written.filter { !Self.marks.contains($0) }.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// How far apart two names are that differ by case, marks and one letter at most: the less, the nearer; `nil` for others.
    func distance(to other: WrittenForm) -> Int? {
        guard folded != other.folded else { return 0 }
        guard min(folded.count, other.folded.count) >= Self.shortest, Self.differByALetter(folded, other.folded)
        else { return nil }
        return Self.differByALetter(written, other.written) ? 1 : 2
    }

    /// Whether a letter is missing, too many, another one, or in the place of its neighbour. Digits tell fields apart.
    private static func differByALetter(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard abs(left.count - right.count) <= 1 else { return false }
        let begin = zip(left, right).prefix { $0 == $1 }.count
        let (left, right) = (left.dropFirst(begin), right.dropFirst(begin))
        let end = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        let (first, second) = (left.dropLast(end), right.dropLast(end))
        guard !(first + second).contains(where: { (0x30...0x39).contains($0) }) else { return false }
        return max(first.count, second.count) == 1 || first.count == 2 && first.elementsEqual(second.reversed())
    }
}

extension Derivation {
    /// Adds the names of the event's own fields that a value is taken from, or that conditions ask for.
    fileprivate func collectNames(into names: inout Set<String>) {
        switch self {
        case .field(let name): names.insert(name)
        case .constant, .dataElement: break
        case .named(_, let among, let of): names.formUnion([among, of])
        case .step(_, let inner), .together(let inner, _), .item(_, let inner): inner.collectNames(into: &names)
        case .mapped(let inner, _, let otherwise):
            inner.collectNames(into: &names)
            otherwise?.collectNames(into: &names)
        case .joined(let parts, _), .first(let parts), .all(let parts), .sum(let parts):
            for part in parts { part.collectNames(into: &names) }
        case .shown(let main, let others): for part in [main] + others { part.collectNames(into: &names) }
        case .when(let conditions, let inner), .unless(let conditions, let inner):
            names.formUnion(conditions.map(\.path))
            inner.collectNames(into: &names)
        case .whenSame(let left, let right, let inner):
            names.formUnion([left, right])
            inner.collectNames(into: &names)
        }
    }
}
