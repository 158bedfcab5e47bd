/// What the parser found, as text.
///
/// SAFETY: slots are those of the layout that the parser was made for, of which `values` has one each, and `current` lives as
/// long as the parser. Values are those of the event at hand, which `value(of:)` tells by their stamps: the walk has noted
/// their ranges within the line or within `inner`, and both stay as they are until the next event.
extension EventParser {
    /// The first value of a slot, where the event has one.
    @inlinable
    public func value(of slot: EventLayout.Slot) -> EventValue? {
        let value = values[slot]
        guard value.stamp == current.pointee.stamp else { return nil }
        if current.pointee.isNoted { note(value, of: slot) }
        return value
    }

    /// Whether a slot has a value, of whatever kind. Events of one form have the same.
    @inlinable
    public func has(_ slot: EventLayout.Slot) -> Bool { values[slot].stamp == current.pointee.stamp }

    /// The next member of the array that a value belongs to.
    @inlinable
    public func member(after value: EventValue) -> EventValue? {
        value.next == 0 ? nil : member(Int(value.next))
    }

    @usableFromInline
    func member(_ index: Int) -> EventValue { members[index] }

    /// The bytes of a value as they stand in the line; `nil` where it comes from inside of `_raw`.
    @inlinable
    public func writtenBytes(of value: EventValue) -> UnsafeRawBufferPointer? {
        guard value.base == .line else { return nil }
        let start = Int(value.start)
        // SAFETY: a range of the line, whose bytes are the caller's to keep until the next event.
        return UnsafeRawBufferPointer(rebasing: current.pointee.line[start..<start &+ Int(value.length)])
    }

    /// Whether a slot holds text (or, if wanted, an object).
    @inlinable
    public func isPresent(_ slot: EventLayout.Slot, orObject: Bool = false) -> Bool {
        let value = values + slot
        guard value.pointee.stamp == current.pointee.stamp else { return false }
        if current.pointee.isNoted { noteText(in: slot) }
        return value.pointee.hasText || orObject && value.pointee.kind == .object
    }

    /// A scalar's text, decoded into the arena where it is escaped. Its bytes are valid until the next event.
    @inlinable
    public func text(of value: EventValue, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        if value.base == .line, !value.isEncoded {
            let start = Int(value.start)
            return UnsafeRawBufferPointer(rebasing: current.pointee.line[start..<start &+ Int(value.length)])
        }
        return decodedText(of: value, in: &arena)
    }

    @usableFromInline
    func decodedText(of value: EventValue, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        let range = Int(value.start)..<Int(value.start + value.length)
        if value.base == .line {
            return JSONText.decode(UnsafeRawBufferPointer(rebasing: current.pointee.line[range]), in: &arena)
        }
        return text(withBase: value.base).withUnsafeBytes { bytes in
            let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
            if !value.isEncoded { return Self.copy(raw, in: &arena) }
            return value.base == .innerXML ? XMLText.decode(raw, in: &arena) : JSONText.decode(raw, in: &arena)
        }
    }

    /// The text that values count in which do not stand in the line.
    private func text(withBase base: EventValue.Base) -> [UInt8] { base == .column ? columnText : inner }

    /// The text from an object's opening brace on, to the end of the text that it stands in. Valid until the next event.
    public func textFromObject(_ value: EventValue, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        noteWhole()
        if value.base == .line { return UnsafeRawBufferPointer(rebasing: current.pointee.line[Int(value.start)...]) }
        return copy(text(withBase: value.base), from: Int(value.start), in: &arena)
    }

    /// Whether two values of one text are members of one object: between them ends none that the first one stands in.
    public func standInOneObject(_ left: EventValue, _ right: EventValue) -> Bool {
        guard left.base == right.base else { return false }
        let (first, second) = left.start < right.start ? (left, right) : (right, left)
        let start = Int(first.start) + Int(first.length)
        func isOne(_ text: UnsafeRawBufferPointer) -> Bool {
            guard start <= Int(second.start) else { return false }
            var depth = 0
            // What begins behind a text's end begins with its closing quote.
            var isInString = first.kind == .string
            var index = start
            while index < Int(second.start) {
                switch text[index] {
                case UInt8(ascii: "\\") where isInString: index += 1
                case UInt8(ascii: "\""): isInString.toggle()
                case UInt8(ascii: "{") where !isInString: depth += 1
                case UInt8(ascii: "}") where !isInString:
                    depth -= 1
                    if depth < 0 { return false }
                default: break
                }
                index += 1
            }
            return true
        }
        return left.base == .line ? isOne(current.pointee.line) : text(withBase: left.base).withUnsafeBytes(isOne)
    }

    /// Whether a value is an object that is not empty, or an array that begins with an object.
    public func holdsObject(_ value: EventValue) -> Bool {
        guard value.kind == .object || value.kind == .array else { return false }
        let expected: UInt8 = value.kind == .object ? UInt8(ascii: "\"") : UInt8(ascii: "{")
        func begins(_ text: UnsafeRawBufferPointer) -> Bool {
            text[(Int(value.start) + 1)...].first { !isJSONSpace($0) } == expected
        }
        return value.base == .line ? begins(current.pointee.line) : text(withBase: value.base).withUnsafeBytes(begins)
    }

    /// An object or an array as it is written, in JSON. Valid until the next event.
    public func objectText(of value: EventValue, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        noteWhole()
        func container(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            let rest = UnsafeRawBufferPointer(rebasing: text[Int(value.start)...])
            return UnsafeRawBufferPointer(rebasing: rest[..<JSONText.lengthOfContainer(rest)])
        }
        if value.base == .line { return container(current.pointee.line) }
        // Of the text there may be as much behind each of thousands of objects: no more is copied than the object.
        return text(withBase: value.base).withUnsafeBytes { Self.copy(container($0), in: &arena) }
    }

    /// The text from the event's own opening brace on: that of the JSON in `_raw`, where there is one, else of the line
    /// or of the object that the event is wrapped in.
    public func textFromEvent(in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        noteWhole()
        if let start = innerRoot { return innerText(from: start, in: &arena) }
        return UnsafeRawBufferPointer(rebasing: current.pointee.line[root...])
    }

    func innerText(from start: Int, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        copy(inner, from: start, in: &arena)
    }

    private func copy(_ text: [UInt8], from start: Int, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        text.withUnsafeBytes { Self.copy(UnsafeRawBufferPointer(rebasing: $0[start...]), in: &arena) }
    }

    /// The text of `_raw` lives in an array: what is handed out must not depend on its address.
    private static func copy(_ bytes: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        let room = arena.allocate(bytes.count)
        room.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(room)
    }
}
