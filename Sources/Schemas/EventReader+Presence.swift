import Events

// How often the events that a view has have each of its fields, so that "not found" can be told from "not to be seen here".
extension EventReader {
    /// Counts the event for every dataset and logsource that it is in, and each of their fields that it gives a value.
    ///
    /// - Complexity: a look or a few at parsed places for each field that is asked for of these; what is derived from other
    ///   fields is derived.
    public func countPresence() {
        for domain in domains() {
            let dataset = Int(domain)
            eventCounts[dataset] &+= 1
            let root = currentVariant() + source(in: dataset) * tables.variants.count
            for index in tables.fieldsOfDatasets[dataset].indices {
                let field = Int(tables.numbers[index])
                if isGiven(tables.numbers[Int(tables.fields[field].roots.start) + root]) { fieldCounts[field] &+= 1 }
            }
        }
    }

    /// How many of the counted events were in a dataset or logsource.
    public func eventCount(of dataset: FieldMap.DatasetIndex) -> Int { eventCounts[dataset] }

    /// How many of the counted events gave a field of a dataset or logsource a value, the empty text included.
    public func presenceCount(of field: FieldMap.Field) -> Int { fieldCounts[field] }

    /// Whether a node has a value, as far as possible without making it.
    private func isGiven(_ place: Int32) -> Bool {
        guard place >= 0 else { return false }
        let node = tables.nodes[Int(place)]
        switch node.operation {
        case .text: return parser.isPresent(Int(node.slot))
        case .value:
            return state(ofSlot: Int(node.slot)) == .given
                || state(ofSlot: Int(node.slot)) == .several && evaluate(place).isGiven
        case .firstThere:
            for index in node.children.indices {
                let child = tables.nodes[Int(tables.numbers[index])]
                guard child.operation == .value else { return evaluate(place).isGiven }
                switch state(ofSlot: Int(child.slot)) {
                case .missing: continue
                case .given: return true
                case .null: return false
                case .several:
                    let values = evaluate(tables.numbers[index])
                    if values.exists { return values.isGiven }
                }
            }
            return false
        default: return evaluate(place).isGiven
        }
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
