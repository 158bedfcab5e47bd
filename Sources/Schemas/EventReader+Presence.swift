import Events

// How often the events that a view has have each of its fields, so that "not found" can be told from "not to be seen here".
extension EventReader {
    /// Counts the event for every dataset and logsource that it is in, and each of their fields that it has, and that it
    /// gives a value.
    ///
    /// - Complexity: a look or a few at parsed places for each field that is asked for of these; what is derived from other
    ///   fields is derived.
    public func countPresence() {
        for domain in domains() {
            let dataset = Int(domain)
            eventCounts[dataset] &+= 1
            let (source, variant) = (source(in: dataset), currentVariant())
            for index in tables.fieldsOfDatasets[dataset].indices {
                let field = Int(tables.numbers[index])
                switch presence(tables.root(of: tables.fields[field], source: source, variant: variant)) {
                case .missing: continue
                case .given:
                    fieldCounts[field] &+= 1
                    keyCounts[field] &+= 1
                case .keyOnly: keyCounts[field] &+= 1
                }
            }
        }
    }

    /// How many of the counted events were in a dataset or logsource.
    public func eventCount(of dataset: FieldMap.DatasetIndex) -> Int { eventCounts[dataset] }

    /// How many of the counted events gave a field of a dataset or logsource a value, the empty text included.
    public func presenceCount(of field: FieldMap.Field) -> Int { fieldCounts[field] }

    /// How many of the counted events had a field of a dataset or logsource, whether with a value or with none.
    public func keyCount(of field: FieldMap.Field) -> Int { keyCounts[field] }

    private enum Presence { case missing, keyOnly, given }

    /// Whether a node has a value, as far as possible without making it.
    private func presence(_ place: Int32) -> Presence {
        guard place >= 0 else { return .missing }
        let node = tables.nodes[Int(place)]
        switch node.operation {
        case .text: return parser.isPresent(Int(node.slot)) ? .given : .missing
        case .value:
            switch state(ofSlot: Int(node.slot)) {
            case .missing: return .missing
            case .null: return .keyOnly
            case .given: return .given
            case .several: return presence(of: evaluate(place))
            }
        case .firstThere:
            for index in node.children.indices {
                let child = tables.nodes[Int(tables.numbers[index])]
                guard child.operation == .value else { return presence(of: evaluate(place)) }
                switch state(ofSlot: Int(child.slot)) {
                case .missing: continue
                case .given: return .given
                case .null: return .keyOnly
                case .several:
                    let values = evaluate(tables.numbers[index])
                    if values.exists { return presence(of: values) }
                }
            }
            return .missing
        default: return presence(of: evaluate(place))
        }
    }

    private func presence(of values: FieldValues) -> Presence {
        values.isGiven ? .given : values.exists ? .keyOnly : .missing
    }

    private enum SlotState { case missing, null, given, several }

    private func state(ofSlot slot: EventLayout.Slot) -> SlotState {
        guard let value = parser.value(of: slot) else { return .missing }
        switch value.kind {
        case .string, .number, .trueLiteral, .falseLiteral: return .given
        case .array: return .several
        case .null: return parser.member(after: value) == nil ? .null : .several
        case .object: return parser.member(after: value) == nil ? .missing : .several
        }
    }
}
