extension EventParser {
    /// Records the wanted values of an event's XML, which is the decoded text of `_raw`. Malformed XML: what stands before
    /// the fault is recorded, and the fault returned.
    func readXML(_ text: UnsafeRawBufferPointer) -> XMLEventError? {
        var visitor = SlotVisitor(parser: self)
        return XMLEventScanner.scan(text, visitor: &visitor)
    }

    private struct SlotVisitor: XMLEventVisitor {
        let parser: EventParser

        func visit(path: UnsafeRawBufferPointer, value: Range<Int>, isEncoded: Bool) {
            guard let slot = parser.slot(ofPath: path) else { return }
            parser.store(
                EventValue(
                    start: value.lowerBound, length: value.count, kind: .string, base: .innerXML, isEncoded: isEncoded,
                    stamp: parser.stamp), in: slot)
        }
    }

    /// The slot of a value below the root; `nil` where it is not wanted.
    private func slot(ofPath path: UnsafeRawBufferPointer) -> Int? {
        let whole = tables.findPath(path)
        if whole >= 0 {
            let slot = tables.entries[whole].slot
            return slot >= 0 ? Int(slot) : nil
        }
        // Key tables know the dotted names below every named key, but not those below a `*`.
        guard XMLText.holds(XMLEventPaths.userData, in: path, at: 0) else { return nil }
        return slot(below: 0, path)
    }

    /// Goes down key by key, through `*` where a key has no entry.
    private func slot(below node: Int, _ path: UnsafeRawBufferPointer) -> Int? {
        let dot = path.firstIndex(of: 0x2E) ?? path.count
        // SAFETY: `dot` is no more than the bytes of the path, which are all that is said to be available behind `key`.
        guard let key = path.baseAddress?.assumingMemoryBound(to: UInt8.self), dot > 0 else { return nil }
        let entry = tables.find(tables.nodes[node], key, dot, available: path.count)
        if dot == path.count {
            guard entry >= 0, tables.entries[entry].slot >= 0 else { return nil }
            return Int(tables.entries[entry].slot)
        }
        let rest = UnsafeRawBufferPointer(rebasing: path[(dot + 1)...])
        let below = entry >= 0 ? tables.entries[entry].node : tables.nodes[node].anyNode
        return below >= 0 ? slot(below: Int(below), rest) : nil
    }
}

private enum XMLEventPaths {
    static let userData = Array("Event.UserData.".utf8)
}
