import Events

// Values as the event writes them, for those who have seen the same bytes before.
extension EventReader {
    /// What a field has, as far as it can be told without decoding or deriving anything.
    public enum Written {
        case missing
        /// The only value, which has text: a slice of the line.
        case one(UnsafeRawBufferPointer, isEncoded: Bool)
        /// All values follow from these bytes alone, in the way that has this number.
        case derived(UnsafeRawBufferPointer, way: Int32)
        /// `values(of:)` has to be asked.
        case unclear
    }

    /// The field as the event writes it: missing, or one value of which `values(of:)` would give the text, or what it gives is
    /// derived from.
    @inline(__always)
    public func written(_ field: FieldMap.Field) -> Written {
        if isKnown(field) { return .unclear }
        let table = tables.fields[field]
        let variant = currentVariant()
        guard table.dataset >= 0 else {
            return written(at: settled(tables.root(of: table, source: 0, variant: variant)))
        }
        if table.own >= 0 {
            let own = writtenPlainly(at: settled(tables.roots[Int(table.own) + variant]))
            guard case .missing = own else { return own }
        }
        let source = source(in: Int(table.dataset))
        if source < 0 { return .missing }
        return written(at: settled(tables.root(of: table, source: source, variant: variant)))
    }

    /// - Parameter place: that of a settled node.
    private func written(at place: Int32) -> Written {
        guard place >= 0 else { return .missing }
        let operation = tables.nodes[Int(place)].operation
        if operation == .text || operation == .value || operation == .orObject { return writtenPlainly(at: place) }
        switch leaf(of: place) {
        case SettledNodes.several: return writtenPlainly(at: place)
        case -1: return .derived(tables.bytes(tables.there), way: place)
        case let slot:
            guard let value = parser.value(of: Int(slot)), value.hasText, parser.member(after: value) == nil,
                let bytes = parser.writtenBytes(of: value)
            else { return .unclear }
            return .derived(bytes, way: place)
        }
    }

    /// A value that stands in the line as it is.
    private func writtenPlainly(at place: Int32) -> Written {
        guard place >= 0 else { return .missing }
        // SAFETY: a place that is not negative is that of a node: maps and settled rows hold no other. The tables don't change
        // and live as long as the reader; a node's children are places in them, too.
        let node = tables.nodes.baseAddress! + Int(place)
        switch node.pointee.operation {
        case .text:
            guard node.pointee.slot >= 0, let value = parser.value(of: Int(node.pointee.slot)) else { return .missing }
            return written(value)
        case .value:
            guard let value = parser.value(of: Int(node.pointee.slot)) else { return .missing }
            return value.hasText ? written(value) : .unclear
        case .first, .firstThere:
            for index in node.pointee.children.indices {
                let found = writtenPlainly(at: settled(tables.numbers[index]))
                if case .missing = found { continue }
                return found
            }
            return .missing
        case .orObject:
            let found = writtenPlainly(at: settled(tables.numbers[Int(node.pointee.children.start)]))
            guard case .missing = found, objectValue(node.pointee) != nil else { return found }
            return .unclear
        case .conditional:
            return holds(node.pointee.conditions)
                ? writtenPlainly(at: settled(tables.numbers[Int(node.pointee.children.start)])) : .missing
        case .unless:
            return holds(node.pointee.conditions)
                ? .missing : writtenPlainly(at: settled(tables.numbers[Int(node.pointee.children.start)]))
        default: return .unclear
        }
    }

    @inline(__always)
    private func written(_ value: EventValue) -> Written {
        guard value.hasText, parser.member(after: value) == nil, let bytes = parser.writtenBytes(of: value) else {
            return .unclear
        }
        return .one(bytes, isEncoded: value.isEncoded)
    }
}
