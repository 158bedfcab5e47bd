import Glibc

// What the walk does with the values that it meets.
extension EventParser {
    @inline(__always)
    func scalar(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ entry: Int, _ frame: Frame
    ) -> MalformedReason? {
        guard let token = Token(bytes, from: start, to: end) else { return Token.reason(bytes, from: start, to: end) }
        var slot: Int32 = -1
        if frame.isObject {
            if entry < 0 { return nil }
            slot = tables.entries[entry].slot
            forget(tables.entries[entry])
        } else {
            slot = frame.memberSlot
            if frame.secondSlot >= 0 { store(value(of: token, bytes), in: Int(frame.secondSlot)) }
        }
        if slot >= 0 { store(value(of: token, bytes), in: Int(slot)) }
        return nil
    }

    /// A token as a value of the event.
    @inline(__always)
    func value(of token: Token, _ bytes: UnsafePointer<UInt8>) -> EventValue {
        var value = EventValue(
            start: token.first, length: token.last - token.first + 1, kind: token.kind, base: base, isEncoded: false,
            stamp: stamp)
        if token.kind == .string {
            value.start += 1
            value.length -= 2
            // SAFETY: the token lies within the text being walked.
            value.isEncoded = hasBackslash && memchr(bytes + token.first + 1, 0x5C, Int(value.length)) != nil
        }
        return value
    }

    /// Records a value; what stands beside `_raw` or a column is not replaced by what stands in it, but what an envelope says is.
    func store(_ value: EventValue, in slot: Int) {
        let known = values[slot]
        if known.stamp == stamp {
            let isColumn = value.base == .column
            let replacesOuter = isColumn ? known.base != .column : value.base != .line && known.base == .line
            if replacesOuter, keepsOuter || isColumn, known.hasText || known.next != 0 { return }
            if !replacesOuter || keepsOuter, isAppending > 0 || value.base == .innerXML {
                let tail = Int(memberTails[slot])
                members.append(value)
                hasMembers = true
                if tail == 0 {
                    values[slot].next = UInt32(members.count - 1)
                } else {
                    members[tail].next = UInt32(members.count - 1)
                }
                memberTails[slot] = UInt32(members.count - 1)
                return
            }
        }
        recorded.pointee.add(slot)
        values[slot] = value
        memberTails[slot] = 0
    }

    /// Forgets what an earlier object or array under the same key has left.
    @inline(__always)
    func forget(_ entry: KeyTable.Entry) {
        if entry.node >= 0 { forget(entry.node) }
        if entry.memberNode >= 0 { forget(entry.memberNode) }
        if entry.memberSlot >= 0, isAppending == 0, mayReplace(values[Int(entry.memberSlot)]) {
            values[Int(entry.memberSlot)].stamp = 0
        }
    }

    private func forget(_ node: Int32) {
        guard isAppending == 0, nodeStamps[Int(node)] == stamp else { return }
        for slot in tables.slotsBelow[Int(node)] where mayReplace(values[Int(slot)]) { values[Int(slot)].stamp = 0 }
    }

    /// Whether what is read now takes the place of a value: what stands beside `_raw` is not replaced by what stands in it, and
    /// nothing is by what a column's text says.
    private func mayReplace(_ known: EventValue) -> Bool { known.base == base || !keepsOuter && base != .column }

    /// Whether the object at hand is a result that Splunk has exported: it writes a field with several values as an array, so what
    /// stands in one is also the field's own.
    private var isExport: Bool { wrapper == .result && base == .line }

    /// Keys beside the `result` of Splunk's exports and of the alerts that it sends. Others have an object of that name, too, in
    /// which they say how something ended.
    private static let exportKeys = [
        "preview", "offset", "lastrow", "sid", "search_name", "app", "owner", "results_link",
    ]

    /// Whether the object that a wrapper's key has here is the event.
    private func wraps(_ found: KeyTable.Entry, at position: Int) -> Bool {
        guard found.length == EventLayout.result.utf8.count else { return true }
        var cursor = JSONCursor(text: line, base: .line, index: root)
        guard cursor.nextByte() == UInt8(ascii: "{") else { return false }
        cursor.index += 1
        while case .key(let key) = cursor.nextMember(), let first = cursor.nextByte() {
            if cursor.index == position { return true }
            let isKnown = Self.exportKeys.contains { cursor.written(key).elementsEqual($0.utf8) }
            guard isKnown, (first == UInt8(ascii: "\"") ? cursor.string() : cursor.token()) != nil else { return false }
        }
        return false
    }

    /// What holds inside an object or array that opens here.
    func enter(_ entry: Int, opensObject: Bool, from frame: Frame, at position: Int) -> Frame {
        var inside = Frame(isObject: opensObject)
        if !frame.isObject {
            // A member of an array: objects continue with the member's node, arrays in arrays are one level as Splunk has it.
            inside.node = frame.node
            inside.memberSlot = opensObject ? -1 : frame.memberSlot
            inside.secondSlot = opensObject ? -1 : frame.secondSlot
            return inside
        }
        guard frame.node >= 0 else { return inside }
        guard entry >= 0 else {
            if opensObject { inside.node = tables.nodes[Int(frame.node)].anyNode }
            return inside
        }
        let found = tables.entries[entry]
        if found.isWrapper, frame.isRoot, opensObject, base == .line, wraps(found, at: position) {
            // The event proper begins here: what the outer object said before it does not belong to it.
            advance()
            wrapper = found.length == EventLayout.result.utf8.count ? .result : .source
            root = position
            inside.node = 0
            inside.isRoot = true
            return inside
        }
        forget(found)
        if found.slot >= 0 {
            let value = EventValue(
                start: position, length: 0, kind: opensObject ? .object : .array, base: base, isEncoded: false,
                stamp: stamp)
            store(value, in: Int(found.slot))
        }
        if opensObject {
            if found.node >= 0 { nodeStamps[Int(found.node)] = stamp }
            inside.node = found.node
        } else if found.memberSlot >= 0 || found.memberNode >= 0 || frame.isRoot && isExport && found.slot >= 0 {
            if found.memberNode >= 0 { nodeStamps[Int(found.memberNode)] = stamp }
            inside.node = found.memberNode
            inside.memberSlot = found.memberSlot
            if frame.isRoot, isExport, found.slot != found.memberSlot { inside.secondSlot = found.slot }
            inside.appends = true
            isAppending += 1
        }
        return inside
    }
}

/// A string, number or literal between two operators, white space around it left out.
struct Token {
    /// Its first and its last byte, quotes included.
    var first: Int
    var last: Int
    var kind: EventValue.Kind

    /// `nil` where there is no valid one. A token that begins with a quote is one that the kernel found to be a string.
    @inline(__always)
    init?(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        first = start
        last = end - 1
        if first > last || bytes[first] != UInt8(ascii: "\"") || bytes[last] != UInt8(ascii: "\"") {
            while first <= last, isJSONSpace(bytes[first]) { first += 1 }
            while last >= first, isJSONSpace(bytes[last]) { last -= 1 }
            guard first <= last else { return nil }
        }
        if bytes[first] == UInt8(ascii: "\"") {
            kind = .string
        } else {
            guard let literal = JSONScalar.kind(bytes + first, last - first + 1) else { return nil }
            kind = literal
        }
    }

    /// Why there is no valid token.
    static func reason(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> MalformedReason {
        guard let first = (start..<max(start, end)).first(where: { !isJSONSpace(bytes[$0]) }) else {
            return .missingValue
        }
        return JSONScalar.looksNumeric(bytes[first]) ? .invalidNumber : .invalidLiteral
    }
}
