/// Takes the fields of an event, one after the other.
public protocol EventFieldVisitor {
    /// Called for every scalar: strings, numbers, `true`, `false` and `null`.
    ///
    /// - Parameters:
    ///   - path: where it stands: keys joined by dots, `{}` behind the key of an array; valid during the call only.
    ///   - isSeveral: whether others under the same path stand beside it: the members of an array.
    mutating func visit(path: UnsafeRawBufferPointer, value: EventValue, isSeveral: Bool)

    /// Called where an object or an array begins, before what stands in it.
    mutating func enter(path: UnsafeRawBufferPointer, isSeveral: Bool)
}

/// Goes over all fields of an object, with their paths as Splunk writes them:
///
///     {"a":{"b":1},"c":[{"d":2},{"d":3}],"e":[4]}        a.b   c{}.d   c{}.d   e{}
///
/// The text was checked when the line was parsed; what is no JSON all the same ends the walk.
struct EventFieldScanner {
    /// What is nested deeper is passed over, and so is what stands under a longer path.
    static let depthLimit = 100
    static let pathLimit = 1024

    private var cursor: JSONCursor
    private var path: [UInt8] = []

    private init(_ text: UnsafeRawBufferPointer, from start: Int, base: EventValue.Base) {
        cursor = JSONCursor(text: text, base: base, index: start)
    }

    /// Visits the fields of the object that begins at `start`.
    /// - Complexity: linear in the object.
    static func scan<Visitor: EventFieldVisitor>(
        _ text: UnsafeRawBufferPointer, from start: Int, base: EventValue.Base, visitor: inout Visitor
    ) {
        var scanner = EventFieldScanner(text, from: start, base: base)
        guard start < text.count, text[start] == UInt8(ascii: "{") else { return }
        _ = scanner.object(&visitor, depth: 1, isSeveral: false)
    }

    /// Passes an object; false where the text ends or is no JSON.
    private mutating func object<Visitor: EventFieldVisitor>(
        _ visitor: inout Visitor, depth: Int, isSeveral: Bool
    ) -> Bool {
        cursor.index += 1
        let losesSpaces = EventLayout.losesSpaces(below: path)
        while true {
            switch cursor.nextMember() {
            case .end: return true
            case .broken: return false
            case .key(let key):
                let length = path.count
                defer { path.removeSubrange(length...) }
                append(key, losesSpaces: losesSpaces)
                guard value(&visitor, depth: depth, isSeveral: isSeveral) else { return false }
            }
        }
    }

    /// Passes an array. Arrays in arrays are one level, as in Splunk.
    private mutating func array<Visitor: EventFieldVisitor>(_ visitor: inout Visitor, depth: Int) -> Bool {
        cursor.index += 1
        let length = path.count
        if !path.suffix(2).elementsEqual("{}".utf8) { path += "{}".utf8 }
        defer { path.removeSubrange(length...) }
        while let byte = cursor.nextByte() {
            switch byte {
            case UInt8(ascii: "]"):
                cursor.index += 1
                return true
            case UInt8(ascii: ","): cursor.index += 1
            default: guard value(&visitor, depth: depth, isSeveral: true) else { return false }
            }
        }
        return false
    }

    private mutating func value<Visitor: EventFieldVisitor>(
        _ visitor: inout Visitor, depth: Int, isSeveral: Bool
    ) -> Bool {
        guard let byte = cursor.nextByte() else { return false }
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            guard depth < Self.depthLimit, path.count <= Self.pathLimit else { return cursor.skip() }
            if visitNamedData(&visitor) { return true }
            if byte == UInt8(ascii: "[") || !isSeveral {
                path.withUnsafeBytes { visitor.enter(path: $0, isSeveral: isSeveral) }
            }
            return byte == UInt8(ascii: "{")
                ? object(&visitor, depth: depth + 1, isSeveral: isSeveral) : array(&visitor, depth: depth + 1)
        }
        guard let value = byte == UInt8(ascii: "\"") ? cursor.string() : cursor.token() else { return false }
        if path.count <= Self.pathLimit {
            path.withUnsafeBytes { visitor.visit(path: $0, value: value, isSeveral: isSeveral) }
        }
        return true
    }

    /// Visits the members of a list of pairs under the names that it gives them; false where there is no such list.
    private mutating func visitNamedData<Visitor: EventFieldVisitor>(_ visitor: inout Visitor) -> Bool {
        guard let parent = EventLayout.namedDataParent(of: path[...]) else { return false }
        // Only an array takes the place of the object itself.
        if parent.count == path.count, cursor.text[cursor.index] != UInt8(ascii: "[") { return false }
        var data = NamedData(cursor.text, from: cursor.index, base: cursor.base)
        let whole = path
        var isNamed = false
        path = Array(parent)
        defer { path = whole }
        while let pair = data.next() {
            isNamed = true
            let length = path.count
            append(pair.name, losesSpaces: true)
            if path.count <= Self.pathLimit {
                path.withUnsafeBytes { visitor.visit(path: $0, value: pair.value, isSeveral: true) }
            }
            path.removeSubrange(length...)
        }
        if isNamed { cursor.index = data.end }
        return isNamed
    }

    // MARK: Text

    private mutating func append(_ key: EventValue, losesSpaces: Bool) {
        let written = cursor.written(key)
        if !path.isEmpty { path.append(UInt8(ascii: ".")) }
        let start = path.count
        if key.isEncoded { JSONText.decode(written, into: &path) } else { path.append(contentsOf: written) }
        guard losesSpaces, path[start...].contains(0x20) else { return }
        let kept = path[start...].filter { $0 != 0x20 }
        path.replaceSubrange(start..., with: kept)
    }
}

extension EventLayout {
    private static let namedParents = spacelessParents.filter { $0.hasSuffix(".*") }.map { Array($0.utf8.dropLast()) }

    /// Whether the keys of the object under a path lose their spaces.
    fileprivate static func losesSpaces(below path: [UInt8]) -> Bool {
        if spacelessPaths.contains(path) { return true }
        return namedParents.contains { path.starts(with: $0) && !path[$0.count...].contains(UInt8(ascii: ".")) }
    }
}

extension EventParser {
    /// Visits all fields of the event that was parsed: those of the line, or of the object that the event is wrapped in, and what
    /// an envelope says of it.
    public func visitFields<Visitor: EventFieldVisitor>(_ visitor: inout Visitor) {
        defer { if let envelope { visitMetadata(of: envelope, &visitor) } }
        if let envelope, envelope.event == nil { return }
        // SAFETY: the line's bytes are the caller's to keep until the next event; the scanner is gone by then.
        EventFieldScanner.scan(current.pointee.line, from: root, base: .line, visitor: &visitor)
    }

    /// Visits what stands in `_raw`, where that is JSON, XML, or pairs of names and values.
    public func visitRawFields<Visitor: EventFieldVisitor>(_ visitor: inout Visitor) {
        let content = rawContent
        inner.withUnsafeBytes { text in
            switch content {
            case .none: return
            case .json: EventFieldScanner.scan(text, from: innerRoot ?? 0, base: .innerJSON, visitor: &visitor)
            case .xml:
                var elements = XMLFields(visitor: visitor)
                _ = XMLEventScanner.scan(text, visitor: &elements)
                visitor = elements.visitor
            case .text:
                readPairs(text) { name, value, isSeveral in
                    visitor.visit(path: name, value: value, isSeveral: isSeveral)
                }
            }
        }
    }

    private struct XMLFields<Visitor: EventFieldVisitor>: XMLEventVisitor {
        var visitor: Visitor

        mutating func visit(path: UnsafeRawBufferPointer, value: Range<Int>, isEncoded: Bool) {
            let found = EventValue(
                start: value.lowerBound, length: value.count, kind: .string, base: .innerXML, isEncoded: isEncoded,
                stamp: 0)
            visitor.visit(path: path, value: found, isSeveral: true)
        }
    }
}
