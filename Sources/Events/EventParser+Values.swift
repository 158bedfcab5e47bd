/// What the parser found, as text.
extension EventParser {
    /// The first value of a slot, where the event has one.
    @inline(__always)
    public func value(of slot: EventLayout.Slot) -> EventValue? {
        let value = values[slot]
        return value.stamp == stamp ? value : nil
    }

    /// The next member of the array that a value belongs to.
    @inline(__always)
    public func member(after value: EventValue) -> EventValue? {
        value.next == 0 ? nil : members[Int(value.next)]
    }

    /// Whether a slot holds text (or, if wanted, an object).
    @inline(__always)
    public func isPresent(_ slot: EventLayout.Slot, orObject: Bool = false) -> Bool {
        let value = values[slot]
        return value.stamp == stamp && (value.hasText || orObject && value.kind == .object)
    }

    /// A scalar's text, decoded into the arena where it is escaped. Its bytes are valid until the next event.
    public func text(of value: EventValue, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        let range = Int(value.start)..<Int(value.start + value.length)
        if value.base == .line {
            let raw = UnsafeRawBufferPointer(rebasing: line[range])
            return value.isEncoded ? JSONText.decode(raw, in: &arena) : raw
        }
        return inner.withUnsafeBytes { bytes in
            let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
            if !value.isEncoded {
                // The text of `_raw` lives in an array: what is handed out must not depend on its address.
                let room = arena.allocate(raw.count)
                room.copyMemory(from: raw)
                return UnsafeRawBufferPointer(room)
            }
            return value.base == .innerXML ? XMLText.decode(raw, in: &arena) : JSONText.decode(raw, in: &arena)
        }
    }
}
