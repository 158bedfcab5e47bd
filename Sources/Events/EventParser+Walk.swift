import CKernels

/// The walk from operator to operator.
extension EventParser {
    @inline(__always)
    func walk(_ text: UnsafeRawBufferPointer, index: trawl_json_line?, node: Int32 = 0) -> MalformedReason? {
        guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return .notAnObject }
        var count: Int
        var flags: UInt32 = 0
        // SAFETY: an index of other bytes than the text's would lead outside of it.
        if let index, index.length == text.count {
            count = index.count
            flags = index.flags
        } else {
            if text.count + Self.padding > positionCapacity { growPositions(to: text.count + Self.padding) }
            // SAFETY: the kernel reads the text's bytes and writes at most one position for each, plus the padding.
            count = tables.kernels.pointee.json_index(bytes, text.count, positions, &flags)
        }
        if let reason = note(flags, operators: count) { return reason }
        guard let templates, base == .line else { return walk(bytes, text.count, node: node) }
        let structure = LineStructure(bytes: bytes, length: text.count, positions: positions, count: count)
        let mark = LineTemplates.mark(of: structure)
        if let known = follow(structure, marked: mark, templates) {
            template = known
            followed = known
            return nil
        }
        let reason = walk(bytes, text.count)
        if reason == nil, templates.wants(structure, marked: mark) { learn(structure, marked: mark, templates) }
        return reason
    }

    /// Takes up what the kernel says of a text; why it is no event where it says so.
    @inline(__always)
    private func note(_ flags: UInt32, operators count: Int) -> MalformedReason? {
        if flags & EventTables.errorFlags != 0 { return Self.reason(ofFlags: flags) }
        hasBackslash = flags & UInt32(TRAWL_JSON_HAS_BACKSLASH) != 0
        if flags & UInt32(TRAWL_JSON_HAS_UNICODE_ESCAPE) != 0 { hasUnicodeEscapes = true }
        hasEscapedKeys = flags & UInt32(TRAWL_JSON_HAS_UNICODE_ESCAPE) != 0 || (tables.hasUnusualKeys && hasBackslash)
        current.pointee.operatorCount = count
        return nil
    }

    /// Walks the object that a text has from a place on to its end. What is found counts from the text's beginning.
    func walk(_ text: UnsafeRawBufferPointer, behind start: Int) {
        guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let length = text.count - start
        if length + 1 + Self.padding > positionCapacity { growPositions(to: length + 1 + Self.padding) }
        var flags: UInt32 = 0
        // SAFETY: the kernel reads the bytes from `start` on and writes at most one position for each, plus the padding, behind
        // the first one, which stands for all that is before.
        let count = tables.kernels.pointee.json_index(bytes + start, length, positions + 1, &flags)
        guard note(flags, operators: count + 1) == nil else { return }
        positions[0] = 0
        for index in 0..<count { positions[index + 1] += UInt32(truncatingIfNeeded: start) }
        _ = walk(bytes, text.count, from: 1)
    }

    /// Walks the object that an operator opens, the first one being that of the whole text; its keys are those of a node.
    func walk(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, from first: Int = 0, node: Int32 = 0
    ) -> MalformedReason? {
        let positions = self.positions
        let count = operatorCount
        guard first < count, bytes[Int(positions[first])] == UInt8(ascii: "{"),
            first > 0 || isSpace(bytes, 0, Int(positions[0]))
        else { return .notAnObject }
        let hasEscapedKeys = self.hasEscapedKeys
        var depth = 0
        var index = first + 1
        var previous = Int(positions[first])
        var frame = Frame(node: node, isObject: true, isRoot: true)
        var isBehindComma = false

        while true {
            if frame.isObject {
                let begin = index
                (index, previous) = Self.skipMembers(
                    bytes, length, positions, count, from: index, behind: previous,
                    filter: tables.filter(ofNode: frame.node), hasEscapedKeys: hasEscapedKeys)
                if index > begin { isBehindComma = true }
            }
            guard index < count else { return .truncated }
            var position = Int(positions[index])
            index += 1
            var entry = -1
            var isEmpty = false
            if frame.isObject {
                if bytes[position] == UInt8(ascii: ":") {
                    var first = previous + 1
                    var last = position - 1
                    if bytes[first] != UInt8(ascii: "\"") || bytes[last] != UInt8(ascii: "\"") {
                        while first < position, isJSONSpace(bytes[first]) { first += 1 }
                        while last > first, isJSONSpace(bytes[last]) { last -= 1 }
                    }
                    guard first < last, bytes[first] == UInt8(ascii: "\""), bytes[last] == UInt8(ascii: "\"") else {
                        return .invalidKey
                    }
                    if frame.node >= 0 {
                        entry = find(
                            bytes + first + 1, last - first - 1, available: length - first - 1, node: Int(frame.node))
                    }
                    previous = position
                    guard index < count else { return .truncated }
                    position = Int(positions[index])
                    index += 1
                } else {
                    guard bytes[position] == UInt8(ascii: "}"), !isBehindComma, isSpace(bytes, previous + 1, position)
                    else { return .unexpectedCharacter }
                    isEmpty = true
                }
            } else if bytes[position] == UInt8(ascii: "]"), !isBehindComma {
                isEmpty = isSpace(bytes, previous + 1, position)
            }

            // A value stands between `previous` and `position`.
            let byte = bytes[position]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                guard isSpace(bytes, previous + 1, position) else { return .invalidToken }
                guard depth < Self.depthLimit else { return .nestedTooDeep }
                frames[depth] = frame
                depth += 1
                frame = enter(entry, opensObject: byte == UInt8(ascii: "{"), from: frame, at: position)
                previous = position
                isBehindComma = false
                continue
            }
            guard byte != UInt8(ascii: ":") else { return .unexpectedCharacter }
            let isUnwantedString =
                entry < 0 && frame.isObject && bytes[previous + 1] == UInt8(ascii: "\"")
                && bytes[position - 1] == UInt8(ascii: "\"")
            if !isUnwantedString, !isEmpty, let reason = scalar(bytes, previous + 1, position, entry, frame) {
                return reason
            }

            // What ends the value: a comma, or the end of one or more objects and arrays.
            while true {
                previous = position
                if bytes[position] == UInt8(ascii: ",") {
                    isBehindComma = true
                    break
                }
                guard bytes[position] == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    return .unexpectedCharacter
                }
                if depth == 0 {
                    return first > 0 || index == count && isSpace(bytes, position + 1, length) ? nil : .trailingContent
                }
                if frame.appends { isAppending -= 1 }
                let closesWrapper = frame.isRoot
                depth -= 1
                frame = frames[depth]
                // What the outer object says behind the event does not belong to it either.
                if closesWrapper { frame.node = -1 }
                guard index < count else { return .truncated }
                position = Int(positions[index])
                index += 1
                guard isSpace(bytes, previous + 1, position) else { return .invalidToken }
            }
        }
    }

    private func growPositions(to capacity: Int) {
        positions.deallocate()
        positionCapacity = capacity + capacity / 2
        positions = .allocate(capacity: positionCapacity)
    }

    private static func reason(ofFlags flags: UInt32) -> MalformedReason {
        if flags & UInt32(TRAWL_JSON_CONTROL_IN_STRING) != 0 { return .controlCharacter }
        if flags & UInt32(TRAWL_JSON_UNTERMINATED) != 0 { return .unterminatedString }
        if flags & UInt32(TRAWL_JSON_BAD_ESCAPE) != 0 { return .invalidEscape }
        return .invalidToken
    }
}

/// Whether JSON counts a byte as white space.
@inline(__always)
func isJSONSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
}

/// Whether nothing but white space stands in a range of bytes.
@inline(__always)
func isSpace(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var index = start
    while index < end {
        if !isJSONSpace(bytes[index]) { return false }
        index += 1
    }
    return true
}
