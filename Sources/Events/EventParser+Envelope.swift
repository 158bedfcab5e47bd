import Glibc

// Events in the envelope of Splunk's HTTP Event Collector, in which log shippers send them and Splunk's own exports to object
// stores keep them:
//
//     {"time":1700000000,"host":"a","sourcetype":"s","event":{"EventID":1}}       the event is an object
//     {"time":1700000000,"host":"a","sourcetype":"s","event":"<Event>...</Event>"}    or a text, as in _raw
//
// Splunk's documentation ("Format events for HTTP Event Collector") names the keys; a line that has others is no envelope.
extension EventParser {
    /// What stands beside the event: what Splunk calls its metadata.
    struct Envelope {
        /// By the place of the key in ``metadata``; held in place, as every line with a key `event` makes an envelope.
        var metadata = InlineArray<5, EventValue?>(repeating: nil)
        /// Where the objects `event` and `fields` begin.
        var event: Opening?
        var fields: Opening?
        /// The event, where it is a text.
        var text: EventValue?
        /// Where the event's object ends in the line, its brace included.
        var end = 0

        /// An opening brace: its place among the line's operators, and in the line.
        struct Opening {
            var place: Int
            var position: Int
        }

        /// The keys beside the event, and the fields that Splunk has them as.
        static let metadata: [(key: [UInt8], field: String)] = [
            (Array("time".utf8), "_time"), (Array("host".utf8), "host"), (Array("source".utf8), "source"),
            (Array("sourcetype".utf8), "sourcetype"), (Array("index".utf8), "index"),
        ]

        static let eventKey = Array(EventLayout.enclosedEvent.utf8)
        static let fieldsKey = Array("fields".utf8)

        /// Whether enough stands beside the event to tell it from a record that has a field `event` of its own.
        var isTelling: Bool {
            let (time, host, source) = (metadata[0] != nil, metadata[1] != nil, metadata[2] != nil)
            if metadata[3] != nil || metadata[4] != nil || source && time { return text != nil || event != nil }
            return event != nil && (fields != nil || host && time)
        }
    }

    /// Has the event inside an envelope take the line's place, where the line is one.
    ///
    /// - Complexity: linear in the operators up to the first key that no envelope has.
    func openEnvelope(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        guard let found = envelope(bytes), found.isTelling || isEvent(found.text) else { return }
        advance()
        template = nil
        if let fields = found.fields { _ = walk(bytes, length, from: fields.place) }
        if let event = found.event {
            root = event.position
            _ = walk(bytes, length, from: event.place)
        }
        (envelope, isEnclosed) = (found, true)
        for place in found.metadata.indices {
            if let value = found.metadata[place] { keep(value, in: tables.metadataSlots[place]) }
        }
        if let text = found.text { keep(text, in: tables.rawSlot) }
    }

    /// Whether a text looks like an event of its own: it needs nothing beside it.
    private func isEvent(_ text: EventValue?) -> Bool {
        guard let text, text.hasText else { return false }
        let written = line[Int(text.start)..<Int(text.start + text.length)]
        return beginsEvent(behindHeader(of: written)) || mayEndWithEvent(written)
    }

    private func keep(_ value: EventValue, in slot: EventLayout.Slot?) {
        guard let slot else { return }
        recorded.pointee.add(slot)
        values[slot] = value
        values[slot].stamp = stamp
        memberTails[slot] = 0
    }

    private func envelope(_ bytes: UnsafePointer<UInt8>) -> Envelope? {
        var found = Envelope()
        var depth = 0
        var index = 0
        while index < operatorCount {
            let position = Int(positions[index])
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 1, found.end == 0, found.event != nil { found.end = position + 1 }
            case UInt8(ascii: ":") where depth == 1:
                guard let key = Token(bytes, from: Int(positions[index - 1]) + 1, to: position),
                    read(key, behind: index, bytes, into: &found)
                else { return nil }
            default: break
            }
            index += 1
        }
        return found
    }

    /// Takes up one member of an envelope; false where no envelope has it.
    private func read(
        _ key: Token, behind colon: Int, _ bytes: UnsafePointer<UInt8>, into found: inout Envelope
    ) -> Bool {
        let name = UnsafeBufferPointer(start: bytes + key.first + 1, count: max(0, key.last - key.first - 1))
        // The walk has found the line well-formed: an operator follows each colon.
        let (start, end) = (Int(positions[colon]) + 1, Int(positions[colon + 1]))
        let opening =
            bytes[end] == UInt8(ascii: "{") ? Envelope.Opening(place: colon + 1, position: end) : nil
        if name.elementsEqual(Envelope.eventKey) {
            (found.event, found.text, found.end) = (opening, nil, 0)
            if let token = Token(bytes, from: start, to: end), token.kind == .string {
                found.text = value(of: token, bytes)
            }
            return true
        }
        if name.elementsEqual(Envelope.fieldsKey) {
            found.fields = opening
            return true
        }
        guard let place = Envelope.metadata.firstIndex(where: { name.elementsEqual($0.key) }),
            let token = Token(bytes, from: start, to: end)
        else { return false }
        let value = value(of: token, bytes)
        found.metadata[place] = value.hasText ? value : nil
        return true
    }

    /// The JSON of the event inside an envelope; `nil` where the event at hand is in none, or is a text there.
    public var enclosedObject: UnsafeRawBufferPointer? {
        guard isEnclosed, let envelope, let event = envelope.event else { return nil }
        return UnsafeRawBufferPointer(rebasing: line[event.position..<envelope.end])
    }

    /// Visits what stands beside the event in its envelope.
    func visitMetadata<Visitor: EventFieldVisitor>(of envelope: Envelope, _ visitor: inout Visitor) {
        if let fields = envelope.fields {
            EventFieldScanner.scan(line, from: fields.position, base: .line, visitor: &visitor)
        }
        for place in envelope.metadata.indices {
            guard let value = envelope.metadata[place] else { continue }
            Envelope.metadata[place].field.utf8.withContiguousStorageIfAvailable { path in
                visitor.visit(path: UnsafeRawBufferPointer(path), value: value, isSeveral: false)
            }
        }
    }
}
